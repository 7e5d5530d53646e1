// The page: a map, the layers by theme, a date.

import "maplibre-gl/dist/maplibre-gl.css";
import "./style.css";

import { catalog, featuresIn } from "./catalog";
import type { Catalog, Layer } from "./catalog";
import { Drawing } from "./drawing";
import { answer, coloured, list } from "./panel";
import { firstLanguage, say, title } from "./words";
import type { Language } from "./words";

/** More layers than this are not switched on at the start. */
const ON_AT_START = 24;
/** Reach of a click in pixels. */
const REACH = 6;

const byId = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const date = byId<HTMLInputElement>("date");

let language: Language = firstLanguage();
let city: Catalog | undefined;
const drawing = new Drawing(byId("map"));
/** For tests and for people at the console. */
Object.assign(window, { onemap: { map: drawing.map } });

function toggled(layer: Layer, colour: string, on: boolean): void {
  if (on) void drawing.show(layer, colour);
  else drawing.hide(layer.id);
}

function words(): void {
  document.documentElement.lang = language;
  byId("language").textContent = say(language, "language");
  byId("date-label").textContent = say(language, "date");
  byId("now").textContent = say(language, "now");
  shown(date.value);
  if (!city) return;
  byId("title").textContent = document.title = title(city.titles, language) || "onemap";
  list(byId("layers"), city, language, new Set(drawing.ids()), toggled);
}

function shown(day: string): void {
  byId("shown").textContent = day ? say(language, "showing", { date: day }) : say(language, "showingNow");
}

async function travel(day: string): Promise<void> {
  byId("answer").hidden = true;
  byId("shown").textContent = say(language, "loading", { date: day || say(language, "now") });
  if (await drawing.setDate(day)) shown(day);
}

function goHome(all: Layer[]): void {
  const [lon, lat, zoom] = city?.default_view ?? [];
  if (lon !== undefined && lat !== undefined) {
    drawing.map.jumpTo({ center: [lon, lat], zoom: zoom ?? 11 });
    return;
  }
  const boxes = all.flatMap((layer) => layer.extent?.spatial?.bbox ?? []);
  const edge = (place: number, pick: (...values: number[]) => number): number =>
    pick(...boxes.map((box) => box[place] ?? 0));
  if (boxes.length === 0) return;
  const low: [number, number] = [edge(0, Math.min), Math.max(edge(1, Math.min), -80)];
  const high: [number, number] = [edge(2, Math.max), Math.min(edge(3, Math.max), 80)];
  drawing.map.fitBounds([low, high], { padding: 24, animate: false });
}

async function ask(x: number, y: number): Promise<void> {
  const low = drawing.map.unproject([x - REACH, y + REACH]);
  const high = drawing.map.unproject([x + REACH, y - REACH]);
  const box = [low.lng, low.lat, high.lng, high.lat];
  const on = new Set(drawing.ids());
  const layers = (city?.themes ?? []).flatMap((theme) => theme.layers).filter((one) => on.has(one.id));
  const found = await Promise.all(layers.map(async (layer) => ({
    layer,
    features: await featuresIn(layer.id, box, date.value).catch(() => []),
  })));
  answer(byId("answer"), found, language);
}

async function start(): Promise<void> {
  words();
  try {
    city = await catalog();
  } catch {
    byId("layers").textContent = say(language, "unreachable");
    return;
  }
  const all = coloured(city).filter(({ layer }) => layer.extent?.spatial);
  goHome(all.map(({ layer }) => layer));
  const begin = (): void => {
    const first = all.length <= ON_AT_START ? all : all.slice(0, 6);
    first.forEach(({ layer, colour }) => toggled(layer, colour, true));
    words();
  };
  if (drawing.map.isStyleLoaded()) begin();
  else drawing.map.once("load", begin);
  drawing.map.on("click", (event) => void ask(event.point.x, event.point.y));
}

date.addEventListener("change", () => void travel(date.value));
byId("time").addEventListener("submit", (event) => event.preventDefault());
byId("now").addEventListener("click", () => {
  date.value = "";
  void travel("");
});
byId("language").addEventListener("click", () => {
  language = language === "en" ? "zh" : "en";
  localStorage.setItem("language", language);
  words();
});
void start();
