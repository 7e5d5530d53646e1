// The list of layers by theme, and what a click on the map found.

import type { Catalog, Feature, Layer } from "./catalog";
import { hue } from "./drawing";
import { say, title } from "./words";
import type { Language } from "./words";

function element<K extends keyof HTMLElementTagNameMap>(
  name: K, text = "", className = "",
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

/** Every layer in its theme's order, each with a colour of its own. */
export function coloured(catalog: Catalog): { layer: Layer; colour: string }[] {
  const all = catalog.themes.flatMap((theme) => theme.layers);
  return all.map((layer, place) => ({ layer, colour: hue(place) }));
}

/** Lists the themes; `toggled` is told what is switched on and off. */
export function list(
  into: HTMLElement, catalog: Catalog, language: Language, on: Set<string>,
  toggled: (layer: Layer, colour: string, on: boolean) => void,
): void {
  const colours = new Map(coloured(catalog).map(({ layer, colour }) => [layer.id, colour]));
  into.replaceChildren(...catalog.themes.map((theme) => {
    const box = element("details");
    box.open = true;
    box.append(element("summary", title(theme.titles, language) || theme.id));
    for (const layer of theme.layers) {
      box.append(row(layer, colours.get(layer.id) ?? "#000", language, on, toggled));
    }
    for (const failed of theme.failed) {
      const line = element("p", "", "failed");
      line.append(element("strong", `! ${failed.id}`), ` ${say(language, "failed")}: ${failed.reason}`);
      box.append(line);
    }
    return box;
  }));
}

function row(
  layer: Layer, colour: string, language: Language, on: Set<string>,
  toggled: (layer: Layer, colour: string, on: boolean) => void,
): HTMLElement {
  const line = element("label", "", "layer");
  line.dataset.id = layer.id;
  const box = element("input");
  box.type = "checkbox";
  const drawn = Boolean(layer.extent?.spatial);
  box.checked = on.has(layer.id);
  box.disabled = !drawn;
  box.addEventListener("change", () => toggled(layer, colour, box.checked));
  const swatch = element("span", "", "swatch");
  swatch.style.background = drawn ? colour : "transparent";
  const name = element("span", title(layer.titles, language) || layer.id, "name");
  const clock = element("span", layer.temporal === "none" ? "" : "◷", "clock");
  clock.title = layer.temporal === "none" ? "" : say(language, "hasTime");
  const count = element("span", layer.count === null ? "" : layer.count.toLocaleString(language), "count");
  count.title = drawn ? "" : say(language, "table");
  line.append(box, swatch, name, clock, count);
  return line;
}

/** Shows what a click found in each layer. */
export function answer(
  into: HTMLElement, found: { layer: Layer; features: Feature[] }[], language: Language,
): void {
  const close = element("button", "×", "close");
  close.type = "button";
  close.setAttribute("aria-label", say(language, "close"));
  close.addEventListener("click", () => (into.hidden = true));
  into.replaceChildren(close);
  const hits = found.filter((one) => one.features.length > 0);
  if (hits.length === 0) into.append(element("p", say(language, "nothing")));
  for (const { layer, features } of hits) {
    into.append(element("h2", title(layer.titles, language) || layer.id));
    for (const feature of features) into.append(properties(feature));
  }
  into.hidden = false;
}

function properties(feature: Feature): HTMLElement {
  const table = element("table");
  const rows: [string, unknown][] = [["id", feature.id], ...Object.entries(feature.properties)];
  for (const [name, value] of rows) {
    if (value === null) continue;
    const line = table.insertRow();
    line.append(element("th", name), element("td", String(value)));
  }
  return table;
}
