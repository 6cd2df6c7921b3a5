/**
 * Whom to call, and for whom each number is (Before 1). The operator's come with the answer about how it stands; 112 is in the
 * bundle, so that it is there whatever comes or does not come.
 */

import { signal } from "../../chat/browser/ui/signal.ts";
import type { Entrance } from "./session.ts";

const AUDIENCES = ["danger", "all", "young", "men", "trans", "abroad", "work"] as const;
const NUMBER = /^\+?\d[\d -]{1,20}$/;
const KEY = /^[a-z]{1,20}$/;
const MOST = 30;

export interface NumberToCall {
  readonly name: string;
  readonly number: string;
  readonly audience: (typeof AUDIENCES)[number];
  /** What the catalogues say of it: a key of `shared.numbers`, or empty. */
  readonly words: string;
  /** The operator's own words, by language. */
  readonly note: Readonly<Record<string, unknown>>;
}

const EMERGENCY: NumberToCall = {
  name: "SOS Alarm",
  number: "112",
  audience: "danger",
  words: "emergency",
  note: {},
};

/** The operator's, as far as they are known, and the entrance that was chosen: every screen shows the same. */
export const numbers = signal<readonly NumberToCall[]>([]);
export const entrance = signal<Entrance | null>(null);

/** Those that are what they should be; a stranger's word until then. */
export function readNumbers(value: unknown): NumberToCall[] {
  return Array.isArray(value) ? value.slice(0, MOST).flatMap(readNumber) : [];
}

function readNumber(value: unknown): NumberToCall[] {
  const { name, number, audience = "all", words = "", note } = Object(value) as Record<string, unknown>;
  const whom = AUDIENCES.find((one) => one === audience);
  if (typeof name !== "string" || name.length > 80 || typeof number !== "string" || !whom) return [];
  if (!NUMBER.test(number)) return [];
  const known = typeof words === "string" && KEY.test(words) ? words : "";
  return [{ name, number, audience: whom, words: known, note: Object(note) as Record<string, unknown> }];
}

/** In the operator's order, 112 first; those for work first and only for whoever meets this in their work. */
export function forWhom(numbers: readonly NumberToCall[], entrance: Entrance | null): NumberToCall[] {
  const others = numbers.filter(({ number }) => number !== EMERGENCY.number);
  const work = others.filter(({ audience }) => audience === "work");
  const rest = others.filter(({ audience }) => audience !== "work");
  if (entrance === "work") {
    return [EMERGENCY, ...work, ...rest.filter(({ audience }) => ["danger", "all"].includes(audience))];
  }
  return [EMERGENCY, ...rest, ...(entrance ? [] : work)];
}
