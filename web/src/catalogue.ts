// What the server tells: themes, layers, columns, features.

import type { Language } from './words';

export type Texts = { zh?: string; en?: string };

export type Style = {
  color?: string;
  by?: string;
  stops?: Record<string, string> | [string | number | boolean, string][];
};

export type Layer = {
  id: string;
  theme: string;
  titles?: Texts;
  geometry: string;
  temporal: 'none' | 'state' | 'event';
  count?: number;
  extent?: { spatial?: { bbox: [number, number, number, number][] } };
  status: 'served' | 'stale';
  reason?: string;
  style?: Style;
};

export type Failed = { id: string; reason: string };

export type Theme = { id: string; titles?: Texts; count: number; layers: Layer[]; failed: Failed[] };

export type Catalogue = {
  titles?: Texts;
  attributions?: Texts;
  default_view: [number, number, number] | null;
  default_layers: string[];
  themes: Theme[];
};

export type Column = {
  name: string;
  titles?: Texts;
  title?: string;
  unit?: string;
  codes?: Record<string, Texts>;
};

export type Collection = { id: string; titles?: Texts; attributions?: Texts; columns: Column[] };

export type Feature = { id?: string | number; properties: Record<string, unknown> };

export type Page = { features: Feature[]; numberMatched: number };

/** An answer that is not the one asked for, with what the server said about it. */
export class Refused extends Error {}

async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  // Relative to the page, so that a path prefix needs no telling.
  const response = await fetch(new URL(path, document.baseURI), {
    headers: { accept: 'application/json' },
    signal: signal ?? null,
  });
  if (!response.ok) {
    const problem = (await response.json().catch(() => ({}))) as { detail?: string };
    throw new Refused(problem.detail ?? response.statusText);
  }
  return (await response.json()) as T;
}

export const themes = () => get<Catalogue>('themes');

const known = new Map<string, Promise<Collection>>();

export function collection(id: string): Promise<Collection> {
  const asked = known.get(id) ?? get<Collection>(`collections/${id}`);
  known.set(id, asked);
  asked.catch(() => known.delete(id));
  return asked;
}

export function items(
  id: string,
  bbox: readonly number[],
  date: string | null,
  limit: number,
  signal: AbortSignal,
): Promise<Page> {
  const query = new URLSearchParams({ bbox: bbox.join(','), limit: String(limit) });
  if (date) query.set('datetime', date);
  return get<Page>(`collections/${id}/items?${query}`, signal);
}

/** The text in a language, else in the other. */
export function text(texts: Texts | undefined, language: Language, fallback: string): string {
  const other = language === 'zh' ? 'en' : 'zh';
  return texts?.[language] ?? texts?.[other] ?? fallback;
}
