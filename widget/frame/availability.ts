/**
 * How it stands at the service, for somebody who has not begun: asked when the chat is opened, which is a person's press, and
 * now and then while the answer is on the screen. What comes is read like a stranger's word; without an answer nothing is
 * claimed, and *Start chat* works all the same.
 */

import { type ReadonlySignal, signal } from "../../chat/browser/ui/signal.ts";
import { numbers, readNumbers } from "./numbers.ts";

const STATES = ["closed", "free", "queue", "full", "unstaffed"] as const;
const ANSWER_MS = 8_000;

export interface Standing {
  readonly state: (typeof STATES)[number];
  readonly waiting: number;
  /** Unix seconds: when it opens next; null: nobody knows. */
  readonly opens: number | null;
  /** Minutes, as in `VisitorView`. */
  readonly within: number | null;
  /** Those that can be read, of those that this bundle has words in. */
  readonly languages: readonly string[];
  /** Those that somebody can answer in now; empty: nobody is there, or nobody has said. */
  readonly answers: readonly string[];
}

export class Availability {
  readonly #now = signal<Standing | null>(null);
  /** The whole answer, as it came: a stranger's word. */
  said: unknown;

  constructor(readonly origin: string) {}

  get now(): ReadonlySignal<Standing | null> {
    return this.#now;
  }

  /** Neither the queue nor the hours let anybody begin. */
  get shut(): boolean {
    return ["closed", "full"].includes(this.#now.value?.state ?? "");
  }

  async ask(): Promise<void> {
    this.#now.value = await this.#answer().catch(() => null);
  }

  async #answer(): Promise<Standing | null> {
    const answer = await fetch(`${this.origin}/v1/availability.json`, {
      cache: "no-store",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const said: unknown = await answer.json();
    this.said = said;
    const found = readNumbers(Object(said).numbers);
    // An answer that does not come takes none away.
    if (found.length) numbers.value = found;
    return readStanding(said);
  }
}

/** Null: it is not what it should be. */
export function readStanding(answer: unknown): Standing | null {
  const { state, waiting, opens, within, languages, answers } = Object(answer) as Record<string, unknown>;
  const known = STATES.find((one) => one === state);
  if (!known || !isCount(waiting)) return null;
  return {
    state: known,
    waiting,
    opens: maybe(opens),
    within: maybe(within),
    languages: tags(languages),
    answers: tags(answers),
  };
}

function tags(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((tag) => Object.hasOwn(__LANGUAGES__, tag)) : [];
}

function maybe(value: unknown): number | null {
  return isCount(value) ? value : null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
