/** Times from–to, in the way of the language on the screen. */

import { language } from "./catalogue.ts";

interface Span {
  readonly start: number;
  readonly end: number;
}

/** "Tue 1 December, 14:00–15:30"; Unix seconds, in the time of `zone`, or of this device. */
export function span({ start, end }: Span, zone?: string): string {
  const parts: Intl.DateTimeFormatOptions = {
    weekday: "short",
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  };
  return format(parts, zone).formatRange(start * 1000, end * 1000);
}

/** "Tuesday" */
export function weekday(at: number): string {
  return format({ weekday: "long" }).format(at * 1000);
}

/** "1 December" */
export function date(at: number): string {
  return format({ day: "numeric", month: "long" }).format(at * 1000);
}

/** "14:00"; of another day than `from` with its name, "Wed 00:30". */
export function timeOf(at: number, from = at): string {
  const same = new Date(at * 1000).getDate() === new Date(from * 1000).getDate();
  const weekday = same ? {} : ({ weekday: "short" } as const);
  return format({ ...weekday, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at * 1000);
}

/** Making one takes longer than a hundred uses of it, and a screen of times has a hundred. */
const made = new Map<string, Intl.DateTimeFormat>();

function format(parts: Intl.DateTimeFormatOptions, zone?: string): Intl.DateTimeFormat {
  const tag = language.value?.tag ?? "sv";
  const name = JSON.stringify([tag, parts, zone]);
  const known = made.get(name) ?? make(tag, parts, zone);
  made.set(name, known);
  return known;
}

function make(tag: string, parts: Intl.DateTimeFormatOptions, zone?: string): Intl.DateTimeFormat {
  const here = { ...parts, numberingSystem: "latn", calendar: "gregory" };
  try {
    return new Intl.DateTimeFormat(tag, zone ? { ...here, timeZone: zone } : here);
  } catch {
    // A zone that this browser does not know.
    return new Intl.DateTimeFormat(tag, here);
  }
}
