/** Makes elements out of a name, attributes and plain text; never out of markup. */

import colours from "../../chat/browser/ui/colours.css";
import { adopt } from "../../chat/browser/ui/sheets.ts";

export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  text = "",
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
}

/** An element whose inside the host page's styles do not reach. */
export function makeHost(styles: string): [HTMLElement, ShadowRoot] {
  const host = make("div", { dir: __DIRECTION__ });
  const shadow = host.attachShadow({ mode: "open" });
  adopt(shadow, colours, styles);
  return [host, shadow];
}
