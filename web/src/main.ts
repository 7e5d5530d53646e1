// The page: reads what there is, shows some of it, and lets people choose layers and a date.

import 'maplibre-gl/dist/maplibre-gl.css';
import './page.css';
import { themes, text } from './catalogue';
import type { Catalogue, Layer } from './catalogue';
import { isTable } from './drawing';
import { element } from './element';
import { found } from './found';
import { complain, layerList, layersOf } from './list';
import { Sheet } from './map';
import type { Missing, View } from './map';
import { WORDS } from './words';
import type { Language } from './words';

/** Layers shown at first where the catalogue does not say which. */
const FIRST_COUNT = 3;
/** Screen pixels around a click that count as hit. */
const TOLERANCE = 5;

const by = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;

class Page {
  private language: Language = navigator.language.startsWith('zh') ? 'zh' : 'en';
  private date: string | null = null;
  private ask: AbortController | null = null;
  private busy = true;
  /** Whether the layers to begin with were shown, and the list is the user's to fold. */
  private begun = false;
  private readonly missing = new Map<string, Missing>();

  constructor(
    private readonly catalogue: Catalogue,
    private readonly sheet: Sheet,
  ) {}

  async start(): Promise<void> {
    this.sheet.onClick((x, y) => void this.at(x, y));
    document.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape' && !by('found').hidden) this.close();
    });
    const date = by<HTMLInputElement>('date');
    date.addEventListener('change', () => this.setDate(date.value || null));
    by('now').addEventListener('click', () => {
      date.value = '';
      this.setDate(null);
    });
    by('time').addEventListener('submit', (event) => event.preventDefault());
    by('language').addEventListener('click', () => {
      this.language = this.language === 'zh' ? 'en' : 'zh';
      this.write();
    });
    this.write();
    await this.sheet.ready();
    await Promise.all(this.atFirst().map((layer) => this.sheet.show(layer)));
    this.busy = false;
    this.write();
    this.begun = true;
  }

  setBusy(busy: boolean): void {
    this.busy = busy;
    this.state();
  }

  /** Something of a layer did not come; `null`: it is asked anew. */
  setMissing(id: string, what: Missing | null): void {
    if (what) this.missing.set(id, what);
    else this.missing.delete(id);
    complain(by('layers'), id, what && WORDS[this.language].missing[what]);
  }

  private close(): void {
    this.ask?.abort();
    by('found').hidden = true;
    this.sheet.focus();
  }

  private atFirst(): Layer[] {
    const drawn = layersOf(this.catalogue.themes).filter((layer) => !isTable(layer));
    const chosen = drawn.filter((layer) => this.catalogue.default_layers.includes(layer.id));
    return chosen.length > 0 ? chosen : drawn.slice(0, FIRST_COUNT);
  }

  private setDate(date: string | null): void {
    this.date = date;
    void this.sheet.setDate(date);
    this.state();
  }

  private async at(x: number, y: number): Promise<void> {
    this.ask?.abort();
    const ask = new AbortController();
    this.ask = ask;
    const { canvas } = this.sheet;
    const low = canvas.unproject([x - TOLERANCE, y + TOLERANCE]);
    const high = canvas.unproject([x + TOLERANCE, y - TOLERANCE]);
    const bbox = [low.lng, low.lat, high.lng, high.lat].map((degrees) => Number(degrees.toFixed(7)));
    const words = WORDS[this.language];
    const panel = by('found');
    const close = element('button', { type: 'button', title: words.close, ariaLabel: words.close }, ['×']);
    close.addEventListener('click', () => this.close());
    const head = element('header', {}, [element('h2', {}, [words.found]), close]);
    panel.replaceChildren(head, element('p', {}, [words.loading]));
    panel.hidden = false;
    const layers = this.sheet.layers();
    const parts = await found(layers, bbox, this.date, this.language, ask.signal).catch(() => null);
    if (parts && this.ask === ask) panel.replaceChildren(head, ...parts);
  }

  /** Writes every text anew. */
  private write(): void {
    const words = WORDS[this.language];
    const title = text(this.catalogue.titles, this.language, 'onemap');
    document.documentElement.lang = this.language === 'zh' ? 'zh-CN' : 'en';
    document.title = title;
    by('title').textContent = title;
    by('date-label').textContent = words.date;
    by('now').textContent = words.now;
    by('language').textContent = words.other;
    by('layers').ariaLabel = words.layers;
    const folds = by('layers').querySelectorAll('details');
    const open = new Map([...folds].map((fold) => [fold.dataset['theme'], fold.open]));
    const rows = layerList(
      this.catalogue,
      this.language,
      (id) => this.sheet.isShown(id),
      (theme) => (this.begun ? open.get(theme) : undefined),
      (layer, shown) => (shown ? void this.sheet.show(layer) : this.sheet.hide(layer.id)),
    );
    by('layers').replaceChildren(...rows);
    for (const [id, what] of this.missing) complain(by('layers'), id, words.missing[what]);
    by('found').hidden = true;
    this.state();
  }

  private state(): void {
    const words = WORDS[this.language];
    const when = this.date ? words.asOf(this.date) : words.asOfNow;
    by('status').textContent = this.busy ? words.loading : when;
    by('status').dataset['busy'] = String(this.busy);
  }
}

/** Where the map opens: where the catalogue says, else so that every layer is seen. */
function firstView(catalogue: Catalogue): View {
  if (catalogue.default_view) {
    const [longitude, latitude, zoom] = catalogue.default_view;
    return { center: [longitude, latitude], zoom };
  }
  const boxes = layersOf(catalogue.themes).flatMap((layer) => layer.extent?.spatial?.bbox ?? []);
  const [first] = boxes;
  if (!first) return { center: [0, 20], zoom: 1.5 };
  const bounds = boxes.reduce(([w, s, e, n], box) => [
    Math.min(w, box[0]),
    Math.min(s, box[1]),
    Math.max(e, box[2]),
    Math.max(n, box[3]),
  ], first);
  return { bounds, fitBoundsOptions: { padding: 24, maxZoom: 15 } };
}

async function start(): Promise<void> {
  const words = WORDS[navigator.language.startsWith('zh') ? 'zh' : 'en'];
  try {
    const catalogue = await themes();
    let page: Page | null = null;
    const shared = Object.values(catalogue.attributions ?? {}).join(' · ');
    const sheet = new Sheet(
      by('map'),
      firstView(catalogue),
      shared,
      (busy) => page?.setBusy(busy),
      (id, what) => page?.setMissing(id, what),
    );
    page = new Page(catalogue, sheet);
    // For the browser's console, and for tests.
    Object.assign(window, { map: sheet.canvas });
    await page.start();
  } catch (error) {
    const drawn = document.createElement('canvas').getContext('webgl2') !== null;
    by('status').textContent = drawn ? words.unreachable : words.noMap;
    console.error(error);
  }
}

void start();
