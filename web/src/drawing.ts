// How a layer of the catalogue is drawn: MapLibre layers over one vector source.

import type { ExpressionSpecification, LayerSpecification } from 'maplibre-gl';
import type { Layer } from './catalogue';

const COLOURS = ['#4c78a8', '#b07f3c', '#5b8f5b', '#a3566f', '#6f63a5', '#4f9199', '#8b7a54', '#7a8793'];

/** Themes whose areas are things, not lines on the map, from the ground up. */
const SOLID = ['land', 'ecology', 'water', 'basemap'];

const isSolid = (layer: Layer) => SOLID.includes(layer.theme);

type Colour = string | ExpressionSpecification;

export const isTable = (layer: Layer) => !layer.extent?.spatial;

/** Order from the ground up: areas, lines, points; of areas the larger first. */
export function height(layer: Layer): number {
  const [box] = layer.extent?.spatial?.bbox ?? [];
  const share = box ? ((box[2] - box[0]) * (box[3] - box[1])) / Math.max(layer.count ?? 1, 1) : 0;
  const kind = dimension(layer);
  const area = isSolid(layer) ? SOLID.indexOf(layer.theme) : SOLID.length;
  const floor = kind === 2 ? area : kind === 1 ? 10 : 20;
  return floor - Math.min(share * 1e3, 0.9);
}

function dimension(layer: Layer): 0 | 1 | 2 | null {
  if (/Point/.test(layer.geometry)) return 0;
  if (/Line|Curve$|Circular/.test(layer.geometry)) return 1;
  if (/Polygon|Surface|Tin|Triangle/.test(layer.geometry)) return 2;
  return null;
}

export function plainColour(layer: Layer): string {
  if (layer.style?.color) return layer.style.color;
  let hash = 0;
  for (const c of layer.id) hash = (hash * 31 + c.charCodeAt(0)) >>> 0;
  return COLOURS[hash % COLOURS.length] ?? '#4c78a8';
}

/** The colours that values have, in the order given. */
export function classes(layer: Layer): [string | number | boolean, string][] {
  const stops = layer.style?.stops;
  return Array.isArray(stops) ? stops : Object.entries(stops ?? {});
}

function colour(layer: Layer): Colour {
  const { by, stops } = layer.style ?? {};
  const list = classes(layer);
  if (!by || list.length === 0) return plainColour(layer);
  if (Array.isArray(stops) && list.every(([value]) => typeof value === 'number')) {
    const steps = list.flatMap(([value, of]) => [value, of]);
    const number: ExpressionSpecification = ['to-number', ['get', by], -Infinity];
    return ['step', number, plainColour(layer), ...steps] as unknown as ExpressionSpecification;
  }
  const pairs = list.flatMap(([value, of]) => [String(value), of]);
  const value: ExpressionSpecification = ['to-string', ['get', by]];
  return ['match', value, ...pairs, plainColour(layer)] as unknown as ExpressionSpecification;
}

const AREA: ExpressionSpecification = ['==', ['geometry-type'], 'Polygon'];
const LINE: ExpressionSpecification = ['==', ['geometry-type'], 'LineString'];
const PLACE: ExpressionSpecification = ['==', ['geometry-type'], 'Point'];

/** Opacity of each kind of paint once it is shown; `0` until then. */
type Paint = { layer: LayerSpecification; property: string; opacity: number };

/** The map layers of `layer` over `source`, invisible, with the opacity they are to have. */
export function paints(layer: Layer, source: string, minzoom: number): Paint[] {
  const of = colour(layer);
  const solid = isSolid(layer);
  const base = { source, 'source-layer': layer.id, minzoom };
  const kind = dimension(layer);
  const out: Paint[] = [];
  if (kind === 2 || kind === null) {
    out.push({
      layer: {
        ...base,
        id: `${source}/area`,
        type: 'fill',
        filter: AREA,
        paint: { 'fill-color': of, 'fill-opacity': 0, 'fill-opacity-transition': { duration: 0 } },
      },
      property: 'fill-opacity',
      opacity: solid ? 0.85 : 0.12,
    });
    const edge = solid ? 0.4 : 1.6;
    out.push({
      layer: {
        ...base,
        id: `${source}/edge`,
        type: 'line',
        filter: AREA,
        paint: {
          'line-color': of,
          'line-width': ['interpolate', ['linear'], ['zoom'], 10, edge * 0.6, 16, edge * 1.6],
          'line-opacity': 0,
          'line-opacity-transition': { duration: 0 },
        },
      },
      property: 'line-opacity',
      opacity: 0.9,
    });
  }
  if (kind === 1 || kind === null) {
    // The most important are the widest; what has no rank is thin.
    const rank: ExpressionSpecification = ['to-number', ['get', 'rank'], 2];
    const wide = (first: number, step: number): ExpressionSpecification => [
      'max',
      0.5,
      ['-', first, ['*', step, rank]],
    ];
    out.push({
      layer: {
        ...base,
        id: `${source}/line`,
        type: 'line',
        filter: LINE,
        layout: { 'line-cap': 'round', 'line-join': 'round' },
        paint: {
          'line-color': of,
          'line-width': [
            'interpolate',
            ['exponential', 1.5],
            ['zoom'],
            10,
            wide(1.8, 0.5),
            14,
            wide(4.6, 1.2),
            18,
            wide(16, 3.5),
          ],
          'line-opacity': 0,
          'line-opacity-transition': { duration: 0 },
        },
      },
      property: 'line-opacity',
      opacity: 0.95,
    });
  }
  if (kind === 0 || kind === null) {
    out.push({
      layer: {
        ...base,
        id: `${source}/place`,
        type: 'circle',
        filter: PLACE,
        paint: {
          'circle-color': of,
          'circle-radius': ['interpolate', ['linear'], ['zoom'], 9, 1.6, 13, 3, 17, 6],
          'circle-stroke-color': '#ffffff',
          'circle-stroke-width': ['interpolate', ['linear'], ['zoom'], 11, 0, 14, 1],
          'circle-stroke-opacity': 0,
          'circle-opacity': 0,
          'circle-opacity-transition': { duration: 0 },
        },
      },
      property: 'circle-opacity',
      opacity: 0.95,
    });
  }
  return out;
}

/** Names beside what they name, from the tile's own label layer. */
export function labels(layer: Layer, source: string, name: string, minzoom: number): LayerSpecification {
  return {
    id: `${source}/label`,
    type: 'symbol',
    source,
    'source-layer': `${layer.id}.label`,
    minzoom,
    layout: {
      'text-field': ['to-string', ['get', name]],
      'text-size': ['interpolate', ['linear'], ['zoom'], 11, 11, 16, 13],
      'text-font': ['sans-serif'],
      'text-max-width': 8,
      'text-padding': 6,
    },
    paint: {
      'text-color': '#33404c',
      'text-halo-color': 'rgba(255,255,255,0.9)',
      'text-halo-width': 1.4,
      'text-opacity': 0,
      'text-opacity-transition': { duration: 0 },
    },
  };
}
