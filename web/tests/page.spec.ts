import { expect, test } from "@playwright/test";
import type { Page } from "@playwright/test";
import type { Map as MapLibre } from "maplibre-gl";

import { Server } from "./server";

declare global {
  interface Window {
    onemap: { map: MapLibre };
  }
}

let server: Server;
let complaints: string[] = [];

test.beforeAll(async () => {
  server = await Server.start();
});
test.afterAll(() => server.stop());

test.beforeEach(async ({ page }) => {
  complaints = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !message.text().includes("GPU stall")) {
      complaints.push(message.text());
    }
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(server.address);
  await expect(page.locator(".layer").first()).toBeVisible();
});
test.afterEach(() => expect(complaints).toEqual([]));

/** The drawn features of layers whose date matters, once the map has drawn all it has. */
async function drawn(page: Page, ids: string[]): Promise<string[]> {
  return page.evaluate(async (wanted) => {
    const { map } = window.onemap;
    while (!map.areTilesLoaded()) await new Promise((resolve) => setTimeout(resolve, 50));
    const found = map.queryRenderedFeatures();
    const timed = found.filter((one) => wanted.includes(one.sourceLayer ?? ""));
    return [...new Set(timed.map((one) => `${one.sourceLayer} ${one.id}`))].sort();
  }, ids);
}

async function layers(): Promise<{ id: string; temporal: string; extent?: { spatial?: object } }[]> {
  const answer = await fetch(`${server.address}/themes`, { headers: { accept: "application/json" } });
  const { themes } = (await answer.json()) as { themes: { layers: never[] }[] };
  return themes.flatMap((theme) => theme.layers);
}

test("every layer of the catalogue is listed, and tiles are drawn", async ({ page }) => {
  const all = await layers();
  await expect(page.locator(".layer")).toHaveCount(all.length);
  const ids = all.map((one) => one.id);
  await expect.poll(async () => (await drawn(page, ids)).length).toBeGreaterThan(20);
});

test("another date draws other features, and now brings the first ones back", async ({ page }) => {
  const timed = (await layers()).filter((one) => one.temporal === "state").map((one) => one.id);
  await expect.poll(async () => (await drawn(page, timed)).length).toBeGreaterThan(5);
  const now = await drawn(page, timed);
  await page.locator("#date").fill("2012-06-30");
  await expect(page.locator("#shown")).toHaveText(/: .*2012-06-30$/);
  const then = await drawn(page, timed);
  expect(then).not.toEqual(now);
  await page.locator("#now").click();
  await expect(page.locator("#date")).toHaveValue("");
  await expect.poll(() => drawn(page, timed)).toEqual(now);
});

test("a layer that cannot be read is listed with its reason", async ({ page }) => {
  await expect(page.locator(".failed")).toContainText("broken");
});

test("both languages are whole", async ({ page }) => {
  await page.evaluate(() => localStorage.setItem("language", "en"));
  await page.reload();
  await expect(page.locator("#now")).toHaveText("Now");
  await page.locator("#language").click();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh");
  await expect(page.locator("#now")).toHaveText("现在");
});

test("a click shows the attributes of what lies there", async ({ page }) => {
  await expect.poll(async () => (await drawn(page, (await layers()).map((one) => one.id))).length)
    .toBeGreaterThan(20);
  await page.locator("#map canvas").click({ position: { x: 500, y: 450 } });
  await expect(page.locator("#answer table").first()).toBeVisible();
});

test("a layer that is switched off is no longer drawn", async ({ page }) => {
  const layer = (await layers()).find((one) => one.extent?.spatial && one.temporal === "none");
  const row = page.locator(`.layer[data-id="${layer?.id}"] input`);
  await expect(row).toBeChecked();
  await row.uncheck();
  expect(await drawn(page, [layer?.id ?? ""])).toEqual([]);
});
