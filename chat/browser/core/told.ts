/**
 * What visitors told, as a console reads it: closed lists, and nothing that stands in none of them; and how a counsellor on duty
 * stands to the queue. It knows no link.
 */

import type { Case } from "./case.ts";
import type { SetState, Waiting } from "./messages.ts";
import type { AboutView, DutyState, Shift, ToldView, WaitingView } from "./view.ts";

const AGES = ["under-15", "15-17", "18-25", "over-25"] as const;
const GENDERS = ["woman", "man"] as const;
const TRIAGE = ["danger", "watched", "abroad"] as const;
const WISHES = ["language", "gender", "without", "work"] as const;
const ENTRANCES = ["self", "other", "work"] as const;
const MUNICIPALITY = /^(\d{4}|other)$/;
const TAG = /^[a-z]{2,3}(-[A-Za-z0-9]{1,8}){0,2}$/;

/** Null: nothing was told. */
export function readTold(value: unknown): ToldView | null {
  if (!value) return null;
  const { age, municipality, gender, languages, triage } = Object(value) as Record<string, unknown>;
  return {
    age: among(AGES, age),
    municipality: shaped(MUNICIPALITY, municipality),
    gender: among(GENDERS, gender),
    languages: items(languages).flatMap((tag) => shaped(TAG, tag) ?? []),
    triage: items(triage).flatMap((what) => among(TRIAGE, what) ?? []),
  };
}

export function readAbout(value: unknown): AboutView | null {
  const { language, entrance, told } = Object(value) as Record<string, unknown>;
  const tag = shaped(TAG, language);
  return tag === null ? null : { language: tag, entrance: among(ENTRANCES, entrance), told: readTold(told) };
}

export function readWaiting({
  since,
  language,
  entrance,
  leased,
  away,
  number,
  told,
  other,
  returned,
  unmet,
}: Waiting): WaitingView {
  return {
    since,
    language,
    entrance: entrance ?? null,
    leased: leased ?? false,
    away: away ?? false,
    returned: returned ?? false,
    number: number ?? 0,
    told: readTold(told),
    other: other ?? false,
    unmet: items(unmet).flatMap((wish) => among(WISHES, wish) ?? []),
  };
}

/** Staff 1: whether this one is given visitors; and what a person here has marked: what leaves room for no other, and who is recognised. */
export class Readiness {
  state: DutyState = "available";
  private crises = new Set<string>();
  private recognised = new Set<string>();
  private lost = new Set<string>();

  /** As this tab had it before it was loaded again. */
  takeUp({ state, crises, recognised, links }: Shift): void {
    this.state = state;
    this.crises = new Set(crises);
    this.recognised = new Set(recognised);
    this.lost = new Set(links);
  }

  /** Whether links for guests into this one were lost with the page; it is said once. */
  hasLost(sid: string): boolean {
    return this.lost.delete(sid);
  }

  /** To be remembered by the tab, by the ids that the service has for them. What is not on the screen yet may still come back. */
  kept(cases: readonly Case[]): Shift {
    const named = (ids: ReadonlySet<string>) =>
      [...ids].flatMap((id) => {
        const open = cases.find((c) => c.id === id);
        return open?.over ? [] : [open?.sid ?? id];
      });
    const links = cases.filter((c) => c.hasLinks).map(({ sid }) => sid);
    const marks = { crises: named(this.crises), recognised: named(this.recognised) };
    return { state: this.state, ...marks, links: [...this.lost, ...links] };
  }

  marksOf(id: string): { crisis: boolean; recognised: boolean } {
    return { crisis: this.crises.has(id), recognised: this.recognised.has(id) };
  }

  /** Whoever came back by a code is the same one, a person here says (Talk 2). */
  recognise(id: string): void {
    this.recognised.add(id);
  }

  /** By the name that a conversation has on the screen. */
  isCrisis(id: string): boolean {
    return this.crises.has(id);
  }

  mark(id: string, on: boolean): void {
    if (on) this.crises.add(id);
    else this.crises.delete(id);
  }

  /** As the service is told; what is over is no crisis any more. */
  said(cases: readonly Case[]): Pick<SetState, "state" | "crises"> {
    const open = cases.filter((c) => this.crises.has(c.id) && !c.over);
    return { state: this.state, crises: open.map(({ sid }) => sid) };
  }
}

function among<T>(known: readonly T[], value: unknown): T | null {
  return known.find((one) => one === value) ?? null;
}

function shaped(shape: RegExp, value: unknown): string | null {
  return typeof value === "string" && shape.test(value) ? value : null;
}

function items(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
