/** Languages and spans of time in the words of the reader's own language, as the browser knows them. */

import { language } from "../../../chat/browser/ui/catalogue.ts";

const here = () => language.value?.tag ?? "sv";

/** "ar" → "Arabic"; by its own name where the browser does not know it. */
export function languageName(tag: string): string {
  const own = __LANGUAGES__[tag]?.name ?? tag;
  // Words of our own behind a tag, such as easy Swedish, no browser knows.
  if (tag.includes("-x-")) return own;
  try {
    const name = new Intl.DisplayNames([here()], { type: "language", fallback: "none" }).of(tag) ?? own;
    return name.charAt(0).toLocaleUpperCase(here()) + name.slice(1);
  } catch {
    return own;
  }
}

/** Whether the visitor reads words that nobody who speaks the language has checked. */
export function isDraft(tag: string): boolean {
  return __LANGUAGES__[tag]?.review === "draft";
}

/** "4 min", "1 hr 5 min"; both ends in Unix seconds. Clocks that disagree give "0 min", never less. */
export function minutesSince(since: number, now: number): string {
  const minutes = Math.max(0, Math.floor((now - since) / 60));
  const part = (value: number, unit: string) =>
    new Intl.NumberFormat(here(), { style: "unit", unit, unitDisplay: "short" }).format(value);
  if (minutes < 60) return part(minutes, "minute");
  return `${part(Math.floor(minutes / 60), "hour")} ${part(minutes % 60, "minute")}`;
}
