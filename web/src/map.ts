// The map: layers that are shown, at one date. A date's tiles are loaded unseen and shown at once
// when all have come, so that no two dates are ever mixed; the latest date asked for wins.

import { AttributionControl, Map as Canvas, NavigationControl, ScaleControl, setWorkerUrl } from 'maplibre-gl';
import type { ErrorEvent, MapOptions, StyleSpecification } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { Layer } from './catalogue';
import { height, labels, paints } from './drawing';

type TileJson = {
  minzoom?: number;
  maxzoom?: number;
  bounds?: [number, number, number, number];
  attribution?: string;
  vector_layers?: { id: string; fields: Record<string, string> }[];
};

/** A layer at one date on the map. */
type Slot = { source: string; paints: { id: string; property: string; opacity: number }[] };

type Shown = { layer: Layer; current: Slot | null; coming: Slot | null };

/** Where the map opens. */
export type View = Pick<MapOptions, 'bounds' | 'center' | 'fitBoundsOptions' | 'zoom'>;

/** What may not come of a layer: all of it, or some tiles. */
export type Missing = 'layer' | 'tiles';

const EMPTY: StyleSpecification = {
  version: 8,
  sources: {},
  layers: [{ id: 'ground', type: 'background', paint: { 'background-color': '#f3f1ec' } }],
};

setWorkerUrl(workerUrl);

export class Sheet {
  readonly canvas: Canvas;
  private readonly shown = new Map<string, Shown>();
  private readonly described = new Map<string, Promise<TileJson>>();
  private date: string | null = null;
  private asked = 0;

  constructor(
    container: HTMLElement,
    view: View,
    attribution: string,
    private readonly busy: (busy: boolean) => void,
    /** Told of a layer of which something does not come, and with `null` when it is asked anew. */
    private readonly missing: (id: string, what: Missing | null) => void,
  ) {
    this.canvas = new Canvas({
      container,
      style: EMPTY,
      ...view,
      maxZoom: 22,
      hash: 'm',
      attributionControl: false,
      fadeDuration: 0,
      localIdeographFontFamily: 'sans-serif',
    });
    this.canvas.on('error', (event) => this.failed(event));
    this.canvas.addControl(new NavigationControl({ showCompass: false }), 'top-right');
    this.canvas.addControl(new ScaleControl({ maxWidth: 120 }), 'bottom-left');
    this.canvas.addControl(new AttributionControl({ compact: false, customAttribution: attribution }), 'bottom-right');
  }

  /** Resolves once layers may be added. */
  ready(): Promise<void> {
    if (this.canvas.isStyleLoaded()) return Promise.resolve();
    return new Promise((done) => this.canvas.once('load', () => done()));
  }

  /** Told of the place of a click; with the keyboard, Enter is one in the middle. */
  onClick(ask: (x: number, y: number) => void): void {
    this.canvas.on('click', ({ point }) => ask(point.x, point.y));
    this.canvas.getCanvas().addEventListener('keydown', ({ key }) => {
      const { x, y } = this.canvas.project(this.canvas.getCenter());
      if (key === 'Enter') ask(x, y);
    });
  }

  focus(): void {
    this.canvas.getCanvas().focus();
  }

  isShown(id: string): boolean {
    return this.shown.has(id);
  }

  /** The layers on the map, topmost first. */
  layers(): Layer[] {
    const all = [...this.shown.values()].map((shown) => shown.layer);
    return all.sort((a, b) => height(b) - height(a));
  }

  async show(layer: Layer): Promise<void> {
    if (this.shown.has(layer.id)) return;
    this.shown.set(layer.id, { layer, current: null, coming: null });
    await this.turn([layer.id]);
  }

  hide(id: string): void {
    const shown = this.shown.get(id);
    this.shown.delete(id);
    for (const slot of [shown?.current, shown?.coming]) if (slot) this.drop(slot);
    this.missing(id, null);
  }

  private failed(event: ErrorEvent & { sourceId?: string }): void {
    const source = event.sourceId ?? '';
    const [id = ''] = source.split('@');
    const shown = this.shown.get(id);
    if ([shown?.current, shown?.coming].some((slot) => slot?.source === source)) this.missing(id, 'tiles');
    else if (!source) console.error(event.error);
  }

  /** Shows another date; `null` is now. Resolves when it is drawn, or another was asked for. */
  async setDate(date: string | null): Promise<void> {
    this.date = date;
    const timed = [...this.shown.values()].filter((shown) => shown.layer.temporal !== 'none');
    await this.turn(timed.map((shown) => shown.layer.id));
  }

  private async turn(ids: string[]): Promise<void> {
    const turn = ++this.asked;
    const date = this.date;
    this.busy(true);
    // What an earlier turn has not finished is finished by this one.
    const unfinished = [...this.shown.values()].filter((shown) => shown.coming || !shown.current);
    const all = new Set([...ids, ...unfinished.map((shown) => shown.layer.id)]);
    const made = await Promise.all([...all].map((id) => this.describe(id).catch(() => null)));
    if (turn !== this.asked) return;
    [...all].forEach((id, i) => {
      const shown = this.shown.get(id);
      const about = made[i];
      if (!shown) return;
      this.missing(id, about ? null : 'layer');
      if (!about) return;
      if (shown.coming) this.drop(shown.coming);
      shown.coming = this.load(shown.layer, about, date, turn);
    });
    await this.complete(turn);
    if (turn !== this.asked) return;
    for (const shown of this.shown.values()) {
      if (!shown.coming) continue;
      this.reveal(shown.coming);
      if (shown.current) this.drop(shown.current);
      shown.current = shown.coming;
      shown.coming = null;
    }
    this.busy(false);
  }

  private describe(id: string): Promise<TileJson> {
    const asked =
      this.described.get(id) ??
      fetch(new URL(`xyz/${id}.json`, document.baseURI)).then((answer) => {
        if (!answer.ok) throw new Error(answer.statusText);
        return answer.json() as Promise<TileJson>;
      });
    this.described.set(id, asked);
    asked.catch(() => this.described.delete(id));
    return asked;
  }

  /** Puts a layer on the map unseen. */
  private load(layer: Layer, about: TileJson, date: string | null, turn: number): Slot {
    const source = `${layer.id}@${turn}`;
    const base = new URL(`xyz/${layer.id}/`, document.baseURI).href;
    const query = date && layer.temporal !== 'none' ? `?datetime=${encodeURIComponent(date)}` : '';
    this.canvas.addSource(source, {
      type: 'vector',
      tiles: [`${base}{z}/{x}/{y}.mvt${query}`],
      minzoom: about.minzoom ?? 0,
      maxzoom: about.maxzoom ?? 16,
      ...(about.bounds && { bounds: about.bounds }),
      ...(about.attribution && { attribution: about.attribution }),
    });
    const slot: Slot = { source, paints: [] };
    const before = this.above(layer);
    for (const { layer: paint, property, opacity } of paints(layer, source, about.minzoom ?? 0)) {
      this.canvas.addLayer(paint, before);
      slot.paints.push({ id: paint.id, property, opacity });
    }
    const named = about.vector_layers?.find((part) => part.id === `${layer.id}.label`);
    const [name] = Object.keys(named?.fields ?? {}).filter((field) => !field.startsWith('_'));
    if (name) {
      const dense = (layer.count ?? 0) > 2000 ? 15 : (layer.count ?? 0) > 200 ? 13 : 0;
      const label = labels(layer, source, name, Math.max(about.minzoom ?? 0, dense));
      this.canvas.addLayer(label);
      slot.paints.push({ id: label.id, property: 'text-opacity', opacity: 1 });
    }
    return slot;
  }

  /** The lowest map layer of what is drawn above `layer`. */
  private above(layer: Layer): string | undefined {
    const own = height(layer);
    const over = [...this.shown.values()].filter(
      (shown) => height(shown.layer) > own && shown.layer.id !== layer.id,
    );
    const slots = over.flatMap((shown) => [shown.current, shown.coming]);
    const ids = new Set(slots.flatMap((slot) => slot?.paints.map((paint) => paint.id) ?? []));
    const order = this.canvas.getStyle().layers.map((each) => each.id);
    return order.find((id) => ids.has(id) || id.endsWith('/label'));
  }

  /** Waits until what is coming has all its tiles, or another turn began. */
  private complete(turn: number): Promise<void> {
    return new Promise((done) => {
      const look = () => {
        const coming = [...this.shown.values()].flatMap((shown) => shown.coming?.source ?? []);
        const loaded = (source: string) =>
          !this.canvas.getSource(source) || this.canvas.isSourceLoaded(source);
        const whole = coming.every(loaded);
        if (turn !== this.asked || whole) {
          this.canvas.off('idle', look);
          this.canvas.off('sourcedata', look);
          done();
        }
      };
      this.canvas.on('idle', look);
      this.canvas.on('sourcedata', look);
      this.canvas.triggerRepaint();
    });
  }

  private reveal(slot: Slot): void {
    for (const { id, property, opacity } of slot.paints) {
      this.canvas.setPaintProperty(id, property as never, opacity as never);
      if (property === 'circle-opacity') this.canvas.setPaintProperty(id, 'circle-stroke-opacity', opacity);
    }
  }

  private drop(slot: Slot): void {
    for (const { id } of slot.paints) if (this.canvas.getLayer(id)) this.canvas.removeLayer(id);
    if (this.canvas.getSource(slot.source)) this.canvas.removeSource(slot.source);
  }
}
