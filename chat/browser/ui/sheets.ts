/** Style sheets without `style` elements, so that no content security policy, ours or a host page's, stands in the way. */

/** Add sheets to a document or a shadow root, in this order. */
export function adopt(root: Document | ShadowRoot, ...texts: string[]): void {
  const sheets = texts.map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return sheet;
  });
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, ...sheets];
}
