import { expect, test } from '@playwright/test';
import type { Page } from '@playwright/test';
import type { Map as Canvas } from 'maplibre-gl';

import { Server, below } from './server';

declare global {
  interface Window {
    map: Canvas;
  }
}

type Listed = { id: string; temporal: string; count: number; extent?: { spatial?: object } };

let server: Server;
let complaints: string[] = [];
let outside: string[] = [];

test.beforeAll(async () => {
  server = await Server.start();
});
test.afterAll(() => server.stop());

test.beforeEach(async ({ page }) => {
  complaints = [];
  outside = [];
  page.on('console', (message) => {
    const loud = ['error', 'warning'].includes(message.type());
    if (loud && !message.text().includes('GPU stall')) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && hostname !== '127.0.0.1') outside.push(request.url());
  });
});
test.afterEach(() => {
  expect(complaints).toEqual([]);
  expect(outside).toEqual([]);
});

/** Opens the page and goes to a part of the city that is built in detail. */
async function open(page: Page, address = `${server.address}/`): Promise<void> {
  await page.goto(address);
  await settled(page);
  await page.evaluate(() => window.map.jumpTo({ center: [114.2482, 22.716], zoom: 14.6 }));
  await settled(page);
}

/** Once everything that was asked for is drawn. */
async function settled(page: Page): Promise<void> {
  await expect(page.locator('#status')).toHaveAttribute('data-busy', 'false');
}

async function layers(): Promise<Listed[]> {
  const answer = await fetch(`${server.address}/themes`);
  const { themes } = (await answer.json()) as { themes: { layers: Listed[] }[] };
  return themes.flatMap((theme) => theme.layers);
}

/** What is drawn of layers: layer, feature id, and the version's span. */
function drawn(page: Page, wanted: string[]): Promise<string[]> {
  return page.evaluate(async (wanted) => {
    const { map } = window;
    if (!map.loaded()) await new Promise((done) => map.once('idle', done));
    const found = map.queryRenderedFeatures().filter((one) => wanted.includes(one.sourceLayer ?? ''));
    return [...new Set(found.map((one) => `${one.sourceLayer} ${one.id}`))].sort();
  }, wanted);
}

const BUILDINGS = ['basemap.buildings'];

test('every layer of the catalogue is listed by theme with its count', async ({ page }) => {
  await open(page);
  const all = await layers();
  await expect(page.locator('li[data-layer]')).toHaveCount(all.length + 1);
  for (const { id, count } of all) {
    const row = page.locator(`li[data-layer="${id}"] .count`);
    await expect(row).toHaveText(count.toLocaleString('en-GB'));
  }
  await expect(page).toHaveTitle('Longgang one map (demo)');
  await expect(page.locator('.maplibregl-ctrl-attrib')).toContainText('Synthetic data');
});

test('tiles are drawn, and the picture is not blank', async ({ page }) => {
  await open(page);
  expect((await drawn(page, BUILDINGS)).length).toBeGreaterThan(200);
  const picture = await page.locator('#map canvas').screenshot();
  // A blank picture of this size packs to a few kilobytes.
  expect(picture.length).toBeGreaterThan(60_000);
});

test('another date draws other versions, and now brings the first ones back', async ({ page }) => {
  await open(page);
  const now = await drawn(page, BUILDINGS);
  await page.locator('#date').fill('2012-06-30');
  await settled(page);
  await expect(page.locator('#status')).toHaveText('As of 2012-06-30');
  const then = await drawn(page, BUILDINGS);
  expect(then.length).toBeGreaterThan(100);
  expect(then).not.toEqual(now);
  await page.locator('#now').click();
  await settled(page);
  await expect(page.locator('#date')).toHaveValue('');
  expect(await drawn(page, BUILDINGS)).toEqual(now);
});

test('of dates asked for in haste only the last is drawn, and only one', async ({ page }) => {
  await open(page);
  await page.evaluate(() => {
    const date = document.getElementById('date') as HTMLInputElement;
    for (const year of [2011, 2014, 2017, 2020, 2013]) {
      date.value = `${year}-03-01`;
      date.dispatchEvent(new Event('change'));
    }
  });
  await settled(page);
  const hasty = await drawn(page, BUILDINGS);
  await page.locator('#now').click();
  await settled(page);
  await page.locator('#date').fill('2013-03-01');
  await settled(page);
  expect(hasty).toEqual(await drawn(page, BUILDINGS));
  const sources = await page.evaluate(() => Object.keys(window.map.getStyle().sources));
  expect(sources.filter((id) => id.startsWith('basemap.buildings@'))).toHaveLength(1);
});

test('a layer that cannot be read is listed with its reason', async ({ page }) => {
  await open(page);
  const failed = page.locator('li[data-layer="admin.broken"]');
  await expect(failed).toBeVisible();
  const answer = await fetch(`${server.address}/themes/admin`);
  const { failed: told } = (await answer.json()) as { failed: { reason: string }[] };
  await expect(failed).toContainText(told[0]?.reason ?? 'no reason given');
});

test('the page speaks Chinese and English', async ({ page }) => {
  await open(page);
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.locator('#now')).toHaveText('Now');
  await expect(page.locator('li[data-layer="basemap.buildings"] .name')).toHaveText('Buildings');
  await page.locator('#language').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await expect(page.locator('#now')).toHaveText('现在');
  await expect(page.locator('li[data-layer="basemap.buildings"] .name')).toHaveText('建筑物');
  await expect(page).toHaveTitle('龙岗一张图(示例)');
});

test('a click shows what lies there, with titles and codes spelled out', async ({ page }) => {
  await open(page);
  const at = await page.evaluate(() => {
    const { map } = window;
    const [found] = map.queryRenderedFeatures(undefined, {
      layers: map.getStyle().layers.map((one) => one.id).filter((id) => /buildings@\d+\/area/.test(id)),
    });
    const shape = found?.geometry as unknown as { coordinates: number[][][] };
    const ring = shape.coordinates[0] ?? [];
    const middle = [0, 1].map((axis) => ring.reduce((sum, at) => sum + (at[axis] ?? 0), 0) / ring.length);
    const point = map.project(middle as [number, number]);
    return { x: point.x, y: point.y };
  });
  await page.locator('#map canvas').click({ position: at });
  const found = page.locator('#found section', { hasText: 'Buildings' });
  await expect(found.locator('tr', { hasText: 'State' }).first()).toContainText(/In use \(in_use\)|Going up/);
  await expect(found.locator('tr', { hasText: 'Floor area' }).first()).toContainText('m²');
  await page.locator('#found button').click();
  await expect(page.locator('#found')).toBeHidden();
});

test('Enter asks what lies in the middle, Escape closes the answer', async ({ page }) => {
  await open(page);
  await page.locator('#map canvas').focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('#found')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('#found')).toBeHidden();
  await expect(page.locator('#map canvas')).toBeFocused();
});

test('on a phone the answer lies over the map alone and can be closed', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page);
  await page.locator('#map canvas').click({ position: { x: 190, y: 200 } });
  await expect(page.locator('#found table').first()).toBeVisible();
  const box = (selector: string) => page.locator(selector).boundingBox();
  const [found, list] = [await box('#found'), await box('#layers')];
  expect((found?.y ?? 0) + (found?.height ?? 0)).toBeLessThanOrEqual(list?.y ?? 0);
  await page.locator('#found button').click();
  await expect(page.locator('#found')).toBeHidden();
});

test('a layer that does not come says so, and no more once it comes', async ({ page }) => {
  const refuse = { status: 503, contentType: 'application/problem+json', body: '{"detail":"busy"}' };
  await page.route('**/xyz/roads.segments/**', (route) => route.fulfill(refuse));
  await page.route('**/xyz/water.river_surfaces.json', (route) => route.fulfill(refuse));
  await open(page);
  const said = (id: string) => page.locator(`li[data-layer="${id}"] .missing`);
  await expect(said('roads.segments')).toHaveText(/Some tiles did not come/);
  await expect(said('water.river_surfaces')).toHaveText(/The layer does not come/);
  await expect(said('basemap.buildings')).toHaveCount(0);
  await page.locator('#language').click();
  await expect(said('roads.segments')).toHaveText(/部分瓦片/);
  await page.unroute('**/xyz/roads.segments/**');
  await page.unroute('**/xyz/water.river_surfaces.json');
  await page.locator('#date').fill('2012-06-30');
  await settled(page);
  await expect(page.locator('.missing')).toHaveCount(0);
  // The browser's own, for each answer that is an error.
  complaints = complaints.filter((text) => !text.startsWith('Failed to load resource'));
});

test('a theme that was folded stays so in the other language', async ({ page }) => {
  await open(page);
  const [roads, fire] = ['roads', 'fire'].map((id) => page.locator(`details[data-theme="${id}"]`));
  await roads?.locator('summary').click();
  await fire?.locator('summary').click();
  await page.locator('#language').click();
  await expect(page.locator('#now')).toHaveText('现在');
  expect(await roads?.getAttribute('open')).toBeNull();
  expect(await fire?.getAttribute('open')).not.toBeNull();
});

test('a layer that is switched off is no longer drawn, and comes back', async ({ page }) => {
  await open(page);
  const box = page.locator('li[data-layer="basemap.buildings"] input');
  await box.uncheck();
  expect(await drawn(page, BUILDINGS)).toEqual([]);
  await box.check();
  await settled(page);
  expect((await drawn(page, BUILDINGS)).length).toBeGreaterThan(200);
});

test('a table without geometry is listed and cannot be drawn', async ({ page }) => {
  await open(page);
  const table = (await layers()).find((layer) => !layer.extent?.spatial);
  const row = page.locator(`li[data-layer="${table?.id}"]`);
  await expect(row.locator('input')).toBeDisabled();
});

test('without any sidecar the map opens on what there is', async ({ page }) => {
  const plain = await Server.start(true);
  await page.goto(`${plain.address}/`);
  await settled(page);
  const { centre, zoom } = await page.evaluate(() => ({
    centre: window.map.getCenter(),
    zoom: window.map.getZoom(),
  }));
  expect(Math.abs(centre.lng - 114.2)).toBeLessThan(0.1);
  expect(Math.abs(centre.lat - 22.7)).toBeLessThan(0.1);
  expect(zoom).toBeGreaterThan(9);
  const picture = await page.locator('#map canvas').screenshot();
  expect(picture.length).toBeGreaterThan(20_000);
  plain.stop();
});

test('the page works below a path', async ({ page }) => {
  const { address, proxy } = await below(server.address);
  await open(page, address);
  expect((await drawn(page, BUILDINGS)).length).toBeGreaterThan(200);
  await page.goto('about:blank');
  proxy.close();
});
