/** Makes elements out of a name, attributes and plain text; never out of markup. */

import { adopt } from "../../chat/browser/ui/sheets.ts";
import tokens from "../../chat/browser/ui/tokens.css";

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
  adopt(shadow, tokens, styles);
  return [host, shadow];
}
