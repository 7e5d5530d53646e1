// The catalogue and the features, as the server gives them. Addresses are relative to the page.

export interface Texts {
  zh?: string;
  en?: string;
}

export interface Layer {
  id: string;
  titles: Texts;
  geometry: string | null;
  temporal: "none" | "state" | "event";
  count: number | null;
  extent?: { spatial?: { bbox: number[][] } };
}

export interface Failed {
  id: string;
  reason: string;
}

export interface Theme {
  id: string;
  titles: Texts;
  layers: Layer[];
  failed: Failed[];
}

export interface Catalog {
  titles: Texts;
  default_view: number[] | null;
  themes: Theme[];
}

export interface Feature {
  id: string | number;
  properties: Record<string, unknown>;
}

/** The page's folder, with a slash at the end. */
export const base = new URL("./", document.baseURI).href;

async function json<T>(path: string): Promise<T> {
  const answer = await fetch(base + path, { headers: { accept: "application/json" } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return (await answer.json()) as T;
}

export const catalog = (): Promise<Catalog> => json("themes");

export interface TileJson {
  minzoom: number;
  maxzoom: number;
  attribution?: string;
}

export const tileJson = (id: string): Promise<TileJson> => json(`xyz/${id}.json`);

/** The address of a layer's tiles on a date; no date is now. */
export function tilesAt(id: string, date: string): string {
  const query = date ? `?datetime=${encodeURIComponent(date)}` : "";
  return `${base}xyz/${id}/{z}/{x}/{y}.mvt${query}`;
}

/** The first features of a layer that meet a box (west, south, east, north) on a date. */
export async function featuresIn(id: string, box: number[], date: string): Promise<Feature[]> {
  const query = new URLSearchParams({ bbox: box.join(","), limit: "5" });
  if (date) query.set("datetime", date);
  const found = await json<{ features: Feature[] }>(`collections/${id}/items?${query}`);
  return found.features;
}
