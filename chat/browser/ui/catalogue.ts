/**
 * The words on the screen, in one language at a time. A catalogue is fetched by the hash that the bundle lists; what a
 * language lacks was filled in when the bundle was made. Words are plain text and never become markup.
 */

import { type ReadonlySignal, signal } from "./signal.ts";

export type Words = string | { readonly [key: string]: Words };

export interface Language {
  readonly tag: string;
  readonly name: string;
  readonly direction: "ltr" | "rtl";
  /** Whether somebody who speaks it has read it. */
  readonly review: Review;
}

export interface Catalogue {
  readonly language: Language;
  readonly [section: string]: Words | Language;
}

const spoken = signal<Catalogue | null>(null);

/** The language on the screen; null before the first catalogue is there. */
export const language: ReadonlySignal<Language | null> = {
  get value() {
    return spoken.value?.language ?? null;
  },
};

/** Fetch a catalogue, or a list of words, as the bundle pins it. Rejects when it is not there, or not the one. */
export async function fetchCatalogue<T = Catalogue>(origin: string, digest: string): Promise<T> {
  const answer = await fetch(`${origin}/c/${nameOf(digest)}.json`, {
    integrity: `sha256-${digest}`,
    cache: "no-store",
    credentials: "omit",
    referrerPolicy: "no-referrer",
  });
  if (!answer.ok) throw new Error(`catalogue: ${answer.status}`);
  return (await answer.json()) as T;
}

/** Of another language than the bundle's own: which one it is stands in a file that the bundle pins. */
export async function fetchLanguage(origin: string, tag: string): Promise<Catalogue> {
  const digests = await fetchCatalogue<Record<string, string>>(origin, __INDEX__);
  return fetchCatalogue(origin, digests[tag] ?? "");
}

/** A file lies under the first half of its SHA-256. */
export function nameOf(digest: string): string {
  const bytes = Array.from(atob(digest).slice(0, 16), (byte) => byte.charCodeAt(0));
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Speak this catalogue's language from now on, in every view and in the document's `lang` and `dir`. */
export function speak(catalogue: Catalogue): void {
  const { tag, direction } = catalogue.language;
  // "sv-x-latt" is Swedish to a screen reader (domain.md, Languages).
  document.documentElement.lang = tag.split("-x-")[0] ?? tag;
  document.documentElement.dir = direction;
  // A browser's translator sends what it reads to a server, which would undo the encryption.
  document.documentElement.translate = false;
  spoken.value = catalogue;
}

/** More words of the language on the screen; of another, nothing. */
export function learn({ swedish, ...more }: Catalogue): void {
  const known = spoken.value;
  if (known?.language.tag !== more.language.tag) return;
  spoken.value = { ...known, ...more, swedish: { ...(known.swedish as object), ...(swedish as object) } };
}

/** The words at a dotted key such as "visitor.start.title", with `{name}` replaced by `values.name`. */
export function t(key: string, values: Readonly<Record<string, string | number>> = {}): string {
  // A missing word shows as its key: ugly, seen at once, and never blank.
  return filled(look(key) ?? key, values);
}

/** With each `{name}` replaced by `values.name`. */
export function filled(words: string, values: Readonly<Record<string, string | number>>): string {
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => inserted(values[name] ?? whole));
}

/** A name keeps its own direction in a sentence that is written from right to left. */
function inserted(value: string | number): string {
  const mixed = language.value?.direction === "rtl" && /[a-z]/i.test(`${value}`);
  return mixed ? apart(`${value}`) : `${value}`;
}

/** Whether there are words at this key. */
export function has(key: string): boolean {
  return look(key) !== null;
}

function look(key: string): string | null {
  let words: unknown = spoken.value;
  for (const part of key.split(".")) {
    if (typeof words !== "object" || words === null || !Object.hasOwn(words, part)) return null;
    words = (words as Readonly<Record<string, unknown>>)[part];
  }
  return typeof words === "string" ? words : null;
}

/** "24 November 2026, 14:05", in the way of the language; `at` in Unix seconds. */
export function moment(at: number): string {
  const parts = { day: "numeric", month: "long", year: "numeric" } as const;
  return apart(written(at, { ...parts, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }));
}

/** "Tuesday 24 November at 08:00", in the way of the language; `at` in Unix seconds. */
export function day(at: number): string {
  const parts = { weekday: "long", day: "numeric", month: "long" } as const;
  return apart(written(at, { ...parts, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }));
}

/** "14:05", in the way of the language; `at` in Unix seconds. */
export function clock(at: number): string {
  return written(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** A date keeps its own direction in a sentence of another: a browser that has no dates in a language writes them in Swedish. */
function apart(words: string): string {
  return `\u2068${words}\u2069`;
}

function written(at: number, parts: Intl.DateTimeFormatOptions): string {
  const here = language.value?.tag ?? "sv";
  return new Intl.DateTimeFormat([here, "sv"], {
    ...parts,
    numberingSystem: "latn",
    calendar: "gregory",
  }).format(at * 1000);
}
