// Layers on the map. A date changes in two slots: the new date is loaded unseen, then swapped in
// whole, so that two dates never show at once.

import { Map as MapLibre, NavigationControl, ScaleControl, setWorkerUrl } from "maplibre-gl";
import type { LayerSpecification } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";

import { tileJson, tilesAt } from "./catalog";
import type { Layer } from "./catalog";

setWorkerUrl(workerUrl);

/** Ten quiet hues that stay apart. */
const HUES = [
  "#4E79A7", "#E08E45", "#59A14F", "#B6605F", "#7E6BAE",
  "#3E9C95", "#C08A2B", "#A35E8C", "#6B7F3A", "#5B6C7D",
];

export const hue = (place: number): string => HUES[place % HUES.length] as string;

/** Polygons lie below lines, lines below points, labels on top. */
const DEPTHS = ["fill", "line", "circle", "symbol"] as const;

export class Drawing {
  readonly map: MapLibre;
  private date = "";
  private turn = 0;
  /** The slot that shows each layer that is on. */
  private readonly shown = new Map<string, { layer: Layer; colour: string; slot: number }>();

  constructor(container: HTMLElement) {
    this.map = new MapLibre({
      container,
      style: {
        version: 8,
        sources: {},
        layers: [
          { id: "ground", type: "background", paint: { "background-color": "#EEF1F3" } },
          ...DEPTHS.map((depth): LayerSpecification => ({
            id: `above-${depth}`,
            type: "background",
            layout: { visibility: "none" },
          })),
        ],
      },
      center: [114.25, 22.72],
      zoom: 11,
    });
    this.map.addControl(new NavigationControl({}), "top-right");
    this.map.addControl(new ScaleControl({}), "bottom-left");
  }

  ids(): string[] {
    return [...this.shown.keys()];
  }

  async show(layer: Layer, colour: string): Promise<void> {
    if (this.shown.has(layer.id)) return;
    const slot = ++this.turn;
    this.shown.set(layer.id, { layer, colour, slot });
    await this.add(layer, colour, slot, this.date, true);
  }

  hide(id: string): void {
    const entry = this.shown.get(id);
    this.shown.delete(id);
    if (entry) this.remove(id, entry.slot);
  }

  /** Shows another date: resolves to false where a later call overtook this one. */
  async setDate(date: string): Promise<boolean> {
    this.date = date;
    const turn = ++this.turn;
    const timed = [...this.shown.values()].filter((one) => one.layer.temporal !== "none");
    const old = timed.map((one) => ({ id: one.layer.id, slot: one.slot }));
    await Promise.all(timed.map((one) => this.add(one.layer, one.colour, turn, date, false)));
    await this.loaded(timed.map((one) => `${one.layer.id}#${turn}`));
    if (this.turn !== turn) {
      timed.forEach((one) => this.remove(one.layer.id, turn));
      return false;
    }
    for (const one of timed) {
      one.slot = turn;
      this.appear(one.layer.id, turn);
    }
    old.forEach(({ id, slot }) => this.remove(id, slot));
    return true;
  }

  private async loaded(sources: string[]): Promise<void> {
    const ready = (): boolean =>
      sources.every((id) => !this.map.getSource(id) || this.map.isSourceLoaded(id));
    for (let tries = 0; tries < 200 && !ready(); tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  private async add(layer: Layer, colour: string, slot: number, date: string, visible: boolean) {
    const described = await tileJson(layer.id);
    const still = this.shown.get(layer.id);
    if (!still || (visible && still.slot !== slot)) return;
    const source = `${layer.id}#${slot}`;
    this.map.addSource(source, {
      type: "vector",
      tiles: [tilesAt(layer.id, date)],
      minzoom: described.minzoom,
      maxzoom: described.maxzoom,
      attribution: described.attribution ?? "",
    });
    for (const spec of looks(source, layer.id, colour, visible ? 1 : 0)) {
      this.map.addLayer(spec, `above-${spec.type}`);
    }
  }

  private appear(id: string, slot: number): void {
    const source = `${id}#${slot}`;
    for (const spec of looks(source, id, "#000", 1)) {
      if (!this.map.getLayer(spec.id)) continue;
      for (const [name, value] of Object.entries(spec.paint ?? {})) {
        if (name.endsWith("opacity")) this.map.setPaintProperty(spec.id, name as "fill-opacity", value);
      }
    }
  }

  private remove(id: string, slot: number): void {
    const source = `${id}#${slot}`;
    for (const spec of looks(source, id, "#000", 1)) {
      if (this.map.getLayer(spec.id)) this.map.removeLayer(spec.id);
    }
    if (this.map.getSource(source)) this.map.removeSource(source);
  }
}

/** How a layer of any geometry is drawn: areas, lines, points and labels, each where it has them. */
function looks(source: string, id: string, colour: string, opacity: number): LayerSpecification[] {
  const from = { source, "source-layer": id };
  const kind = (name: string): ["==", ["geometry-type"], string] => ["==", ["geometry-type"], name];
  return [
    {
      id: `${source}/area`, type: "fill", ...from, filter: kind("Polygon"),
      paint: { "fill-color": colour, "fill-opacity": 0.35 * opacity, "fill-outline-color": colour },
    },
    {
      id: `${source}/line`, type: "line", ...from, filter: kind("LineString"),
      paint: {
        "line-color": colour,
        "line-width": ["interpolate", ["linear"], ["zoom"], 10, 0.8, 16, 3],
        "line-opacity": 0.9 * opacity,
      },
    },
    {
      id: `${source}/point`, type: "circle", ...from, filter: kind("Point"),
      paint: {
        "circle-color": colour,
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 2, 16, 5],
        "circle-stroke-color": "#FFFFFF", "circle-stroke-width": 1,
        "circle-opacity": opacity, "circle-stroke-opacity": opacity,
      },
    },
  ];
}
