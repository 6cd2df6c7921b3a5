/** Makes elements out of a name, attributes and plain text; never out of markup. */

import colours from "../../chat/browser/ui/colours.css";
import styles from "./elements.css";

export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  text = "",
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const key in attributes) element.setAttribute(key, attributes[key] as string);
  element.textContent = text;
  return element;
}

/** An element whose inside the host page's styles do not reach. */
export function makeHost(content: Node, more = ""): HTMLElement {
  const host = make("div", { dir: __DIRECTION__ });
  const shadow = host.attachShadow({ mode: "open" });
  // The one kind of style sheet that every CSP allows.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(colours + styles + more);
  shadow.adoptedStyleSheets = [sheet];
  shadow.append(content);
  return host;
}
