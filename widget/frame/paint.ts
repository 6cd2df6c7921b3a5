/** The page's own colour on the buttons that matter. What is written on them stays easy to read whatever the colour is. */

/** `accent`: such as "#7a1f5c"; empty: the colours of Varsam. */
export function paint(accent: string): void {
  if (!accent) return;
  const { style } = document.documentElement;
  style.setProperty("--button", accent);
  style.setProperty("--on-button", readable(accent));
}

/** Black or white, whichever stands out more: at least 4.5:1, as WCAG counts it. */
export function readable(accent: string): string {
  const [red, green, blue] = [1, 3, 5].map((at) =>
    linear(Number.parseInt(accent.slice(at, at + 2), 16) / 255),
  );
  const light = 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
  return light > 0.179 ? "#000" : "#fff";
}

function linear(part: number): number {
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}
