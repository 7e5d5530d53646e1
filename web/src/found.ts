// What is at a place: asked of the server, not of the tiles, which are simplified.

import { Refused, collection, items, text } from './catalogue';
import type { Collection, Column, Feature, Layer } from './catalogue';
import { element } from './element';
import { WORDS } from './words';
import type { Language } from './words';

/** Features of a layer that are told in full. */
const MOST = 3;

/** The answer for a box, layer by layer, topmost first. */
export async function found(
  layers: Layer[],
  bbox: readonly number[],
  date: string | null,
  language: Language,
  signal: AbortSignal,
): Promise<HTMLElement[]> {
  const words = WORDS[language];
  const asked = layers.map(async (layer) => {
    try {
      const when = layer.temporal === 'none' ? null : date;
      const [page, about] = await Promise.all([
        items(layer.id, bbox, when, MOST, signal),
        collection(layer.id),
      ]);
      return page.features.length > 0 ? [part(about, page.features, page.numberMatched, language)] : [];
    } catch (error) {
      if (signal.aborted) throw error;
      const said = error instanceof Refused ? words.problem(error.message) : words.unreachable;
      return [element('section', {}, [element('p', { className: 'reason' }, [`${layer.id}: ${said}`])])];
    }
  });
  const parts = (await Promise.all(asked)).flat();
  return parts.length > 0 ? parts : [element('p', {}, [words.nothing])];
}

function part(about: Collection, features: Feature[], matched: number, language: Language): HTMLElement {
  const heading = element('h3', {}, [text(about.titles, language, about.id)]);
  const tables = features.map((feature) => {
    const rows = about.columns.flatMap((column) => {
      const value = feature.properties[column.name];
      return value === null || value === undefined || value === ''
        ? []
        : [element('tr', {}, [
            element('th', { scope: 'row' }, [text(column.titles, language, column.title ?? column.name)]),
            element('td', {}, [spell(value, column, language)]),
          ])];
    });
    return element('table', {}, [element('tbody', {}, rows)]);
  });
  const more = matched - features.length;
  const rest = more > 0 ? [element('p', { className: 'count' }, [WORDS[language].more(more)])] : [];
  return element('section', {}, [heading, ...tables, ...rest]);
}

/** A value for people: codes spelled out, numbers with their unit. */
function spell(value: unknown, column: Column, language: Language): string {
  const meaning = column.codes?.[String(value)];
  if (meaning) return `${text(meaning, language, String(value))} (${String(value)})`;
  if (typeof value === 'number' && column.unit) {
    const number = value.toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB');
    return `${number} ${column.unit.replace('m2', 'm²')}`;
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
