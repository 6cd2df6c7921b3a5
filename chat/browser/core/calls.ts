/**
 * Whom a member has asked to come into one conversation (E6): until somebody is in, the visitor said no, or nobody came in
 * time. It follows the log that its page has verified, and asks nobody itself.
 */

import type { Purpose } from "./epochs.ts";
import type { Meaning } from "./meaning.ts";
import { ROLE_OF } from "./membership.ts";
import type { CallView, Joining } from "./view.ts";

/** So long the service asks, and so long after the last offer it is still answered. */
const ASKED_MS = 120_000;
const ANSWER_MS = 125_000;

interface Call {
  readonly purpose: Joining;
  readonly to: string | null;
  came: boolean;
  timer: ReturnType<typeof setTimeout>;
}

export class Calls {
  private open: readonly Call[] = [];

  /** `over`: nobody came, or was answered, in time. */
  constructor(private readonly over: (purpose: Joining) => void) {}

  get view(): readonly CallView[] {
    return this.open.map(({ purpose, to, came }) => ({ purpose, to, came }));
  }

  /** The service asks now. */
  add(purpose: Joining, to: string | null): void {
    this.drop(purpose);
    this.open = [...this.open, { purpose, to, came: false, timer: this.after(purpose, ASKED_MS) }];
  }

  drop(purpose: Purpose): void {
    for (const call of this.open) if (call.purpose === purpose) clearTimeout(call.timer);
    this.open = this.open.filter((call) => call.purpose !== purpose);
  }

  taken(meaning: Meaning): void {
    if (meaning.kind === "offer") this.comes(meaning.offer.purpose);
    if (meaning.kind === "refuse") this.drop(meaning.offer.purpose);
    if (meaning.kind !== "announcement") return;
    for (const { role } of meaning.joined)
      for (const { purpose } of this.open) if (ROLE_OF[purpose] === role) this.drop(purpose);
  }

  stop(): void {
    for (const { timer } of this.open) clearTimeout(timer);
    this.open = [];
  }

  private comes(purpose: Purpose): void {
    const call = this.open.find((c) => c.purpose === purpose);
    if (!call) return;
    clearTimeout(call.timer);
    call.came = true;
    call.timer = this.after(call.purpose, ANSWER_MS);
  }

  private after(purpose: Joining, ms: number): ReturnType<typeof setTimeout> {
    return setTimeout(() => {
      this.drop(purpose);
      this.over(purpose);
    }, ms);
  }
}
