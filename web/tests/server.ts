// The real server over the demo's layers, and one that cannot be read beside them.

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export class Server {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    readonly address: string,
  ) {}

  static async start(): Promise<Server> {
    const folder = mkdtempSync(join(tmpdir(), "onemap-"));
    const layers = join(folder, "layers");
    cpSync(join(ROOT, "layers"), layers, { recursive: true });
    writeFileSync(join(layers, "broken.fgb"), "this is no FlatGeobuf");
    const child = spawn(
      join(ROOT, "target/debug/onemap"),
      ["serve", "--listen", "127.0.0.1:0", "--layers", layers, "--store", join(folder, "store")],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    const address = await new Promise<string>((resolve, reject) => {
      let log = "";
      child.stderr?.on("data", (chunk: Buffer) => {
        log += chunk.toString();
        const found = /open (http:\/\/[0-9.:]+)/.exec(log);
        if (found?.[1]) resolve(found[1]);
      });
      child.on("exit", () => reject(new Error(`the server ended:\n${log}`)));
    });
    for (;;) {
      const answer = await fetch(`${address}/readyz`);
      if (answer.ok) return new Server(child, folder, address);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  stop(): void {
    this.child.removeAllListeners("exit");
    this.child.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}
