/** What the service lays ready for a shift, fetched once for whoever is signed in (chat/shift.py has its shape). */

import { type ReadonlySignal, signal } from "../../../chat/browser/ui/signal.ts";

export interface Reply {
  readonly language: string;
  readonly title: string;
  readonly text: string;
  /** Empty: everybody's. */
  readonly roles: readonly string[];
}

export interface Line {
  readonly language: string;
  readonly words: string;
}

export interface Laid {
  readonly replies: readonly Reply[];
  readonly warning: readonly Line[];
  readonly debrief: readonly Line[];
  readonly end: readonly Line[];
  readonly practice: readonly Line[];
}

const here = signal<Laid | "missing" | null>(null);
let asking = false;

/** Null: not asked for yet; "missing": it did not come. */
export const laid: ReadonlySignal<Laid | "missing" | null> = here;

/** Once; again where it did not come. */
export async function fetchLaid(): Promise<void> {
  if (asking || (here.value && here.value !== "missing")) return;
  asking = true;
  try {
    const answer = await fetch(`${location.origin}/staff/shift`, { cache: "no-store" });
    if (!answer.ok) throw new Error(`shift: ${answer.status}`);
    here.value = (await answer.json()) as Laid;
  } catch {
    here.value = "missing";
  } finally {
    asking = false;
  }
}

/** The lines of a kind in this language; in Swedish where it has none. */
export function linesOf(kind: Exclude<keyof Laid, "replies">, tag: string): readonly string[] {
  const all = here.value && here.value !== "missing" ? here.value[kind] : [];
  const own = all.filter(({ language }) => language === tag);
  const lines = own.length ? own : all.filter(({ language }) => language === "sv");
  return lines.map(({ words }) => words);
}
