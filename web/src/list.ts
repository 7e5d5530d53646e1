// The list of layers by theme: what may be shown, how much there is, what failed and why.

import { text } from './catalogue';
import type { Catalogue, Failed, Layer, Theme } from './catalogue';
import { classes, isTable, plainColour } from './drawing';
import { element } from './element';
import { WORDS } from './words';
import type { Language } from './words';

/**
 * The list as it is now; `toggle` is told of a box that was ticked or cleared. A theme is open as
 * `wasOpen` says, or where it says nothing, if there is something to see in it.
 */
export function layerList(
  catalogue: Catalogue,
  language: Language,
  isShown: (id: string) => boolean,
  wasOpen: (theme: string) => boolean | undefined,
  toggle: (layer: Layer, shown: boolean) => void,
): HTMLElement[] {
  return catalogue.themes.map((theme) => {
    const rows = [
      ...theme.layers.map((layer) => row(layer, language, isShown(layer.id), toggle)),
      ...theme.failed.map((failed) => failure(failed, language)),
    ];
    const worthy = theme.failed.length > 0 || theme.layers.some((layer) => isShown(layer.id));
    const open = wasOpen(theme.id) ?? worthy;
    const heading = element('summary', {}, [
      element('span', { className: 'name' }, [text(theme.titles, language, theme.id)]),
      element('span', { className: 'count' }, [String(theme.layers.length + theme.failed.length)]),
    ]);
    const fold = element('details', { open }, [heading, element('ul', {}, rows)]);
    fold.dataset['theme'] = theme.id;
    return fold;
  });
}

function row(
  layer: Layer,
  language: Language,
  shown: boolean,
  toggle: (layer: Layer, shown: boolean) => void,
): HTMLElement {
  const words = WORDS[language];
  const box = element('input', { type: 'checkbox', checked: shown, disabled: isTable(layer) });
  box.addEventListener('change', () => toggle(layer, box.checked));
  const badges = badgesOf(layer, language);
  const count = layer.count?.toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB') ?? '';
  const unit = layer.temporal === 'state' ? words.versions : words.features;
  const label = element('label', {}, [
    box,
    swatch(layer),
    element('span', { className: 'name' }, [text(layer.titles, language, layer.id)]),
    ...badges,
    element('span', { className: 'count', title: `${count} ${unit}` }, [count]),
  ]);
  const parts: (HTMLElement | string)[] = [label];
  if (layer.reason) {
    parts.push(element('p', { className: 'reason' }, [`${words.stale}: ${layer.reason}`]));
  }
  const item = element('li', {}, parts);
  item.dataset['layer'] = layer.id;
  return item;
}

function badgesOf(layer: Layer, language: Language): HTMLElement[] {
  const words = WORDS[language];
  const badge = (sign: string, title: string) =>
    element('abbr', { className: 'badge', title }, [sign]);
  if (isTable(layer)) return [badge('▤', words.table)];
  if (layer.temporal === 'state') return [badge('◷', words.state)];
  if (layer.temporal === 'event') return [badge('•', words.event)];
  return [];
}

function swatch(layer: Layer): HTMLElement {
  const mark = element('span', { className: 'swatch', ariaHidden: 'true' }, []);
  const colours = classes(layer).map(([, colour]) => colour);
  if (colours.length < 2) {
    mark.style.background = plainColour(layer);
  } else {
    const step = 100 / Math.min(colours.length, 4);
    const bands = colours.slice(0, 4).map((c, i) => `${c} ${i * step}% ${(i + 1) * step}%`);
    mark.style.background = `linear-gradient(90deg, ${bands.join(', ')})`;
  }
  return mark;
}

function failure(failed: Failed, language: Language): HTMLElement {
  const item = element('li', { className: 'failed' }, [
    element('span', { className: 'name' }, [`! ${failed.id}`]),
    element('p', { className: 'reason' }, [`${WORDS[language].failed}: ${failed.reason}`]),
  ]);
  item.dataset['layer'] = failed.id;
  return item;
}

/** Says below a layer of the list what is wrong with it on the map; `null`: nothing any more. */
export function complain(list: HTMLElement, id: string, what: string | null): void {
  const item = list.querySelector(`li[data-layer="${CSS.escape(id)}"]`);
  item?.querySelector('.missing')?.remove();
  if (what) item?.append(element('p', { className: 'reason missing' }, [what]));
}

/** Every layer of the catalogue. */
export const layersOf = (themes: Theme[]): Layer[] => themes.flatMap((theme) => theme.layers);
