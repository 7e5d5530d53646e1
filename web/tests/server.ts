// The real server over the demo city and one file that cannot be read, and a proxy that puts it
// below a path.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { Server as Proxy } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export class Server {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    readonly address: string,
  ) {}

  /** `bare`: without sidecars. */
  static async start(bare = false): Promise<Server> {
    const folder = mkdtempSync(join(tmpdir(), 'onemap-'));
    const layers = join(folder, 'layers');
    const filter = (path: string) => !(bare && path.endsWith('.toml'));
    cpSync(join(ROOT, 'layers'), layers, { recursive: true, filter });
    writeFileSync(join(layers, 'admin', 'broken.fgb'), 'this is no FlatGeobuf');
    const child = spawn(
      join(ROOT, 'target/debug/onemap'),
      ['serve', '--listen', '127.0.0.1:0', '--layers', layers, '--store', join(folder, 'store')],
      { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, RUST_LOG: 'warn,onemap=info' } },
    );
    const address = await new Promise<string>((resolve, reject) => {
      let log = '';
      child.stderr?.on('data', (chunk: Buffer) => {
        log += chunk.toString();
        const found = /open (http:\/\/[0-9.:]+)/.exec(log);
        if (found?.[1]) resolve(found[1]);
      });
      child.on('exit', () => reject(new Error(`the server ended:\n${log}`)));
    });
    for (let tries = 0; tries < 300; tries += 1) {
      const answer = await fetch(`${address}/readyz`);
      if (answer.ok) return new Server(child, folder, address);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('the server is not ready after 30 s');
  }

  stop(): void {
    this.child.removeAllListeners('exit');
    this.child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Passes what comes below `/maps/` to a server, and nothing else. */
export async function below(address: string): Promise<{ address: string; proxy: Proxy }> {
  const proxy = createServer((ask, answer) => {
    if (!ask.url?.startsWith('/maps/')) {
      answer.writeHead(404).end();
      return;
    }
    const target = new URL(ask.url.slice('/maps'.length), address);
    const passed = request(target, { method: ask.method, headers: ask.headers }, (got) => {
      answer.writeHead(got.statusCode ?? 502, got.headers);
      got.pipe(answer);
    });
    passed.on('error', () => answer.writeHead(502).end());
    ask.pipe(passed);
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  const { port } = proxy.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}/maps/`, proxy };
}
