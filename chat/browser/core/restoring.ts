/**
 * A visitor's conversation of which the store has lost a part (S3) goes on under a new id (E9): what its page remembers from
 * one to the next. Who may come in again, whom it waits for, and how often that is believed.
 */

import { continueAs, type Expected, expectedAfter } from "./continuation.ts";
import { unb64 } from "./encoding.ts";
import { writeSigned } from "./entry.ts";
import type { Log } from "./log.ts";
import type { Signed } from "./messages.ts";
import type { Opening } from "./opening.ts";

/** So often in this time: a service that says it again and again is not believed. */
const MOST = 5;
const WITHIN_S = 600;

export class Restoring {
  /** Who accepts unasked; null: the first who does. */
  expected: Expected = null;
  /** Their pseudonyms. */
  awaited: readonly string[] = [];
  /** Of what was continued last. */
  before = "";
  private times: number[] = [];

  /** False: it has been too often. `now`: Unix seconds. */
  may(now: number): boolean {
    this.times = this.times.filter((at) => at > now - WITHIN_S);
    this.times.push(now);
    return this.times.length <= MOST;
  }

  /** This one is continued now. */
  from(log: Log, name: string): void {
    this.before = name;
    this.expected = expectedAfter(log, this.expected);
    if (log.everHadMember) this.awaited = (log.newest?.members ?? []).map(({ pseudonym }) => pseudonym);
  }

  /** The epoch with which everybody is there again. */
  get epoch(): number {
    return this.expected ? 1 : 0;
  }
}

/** E9: by the old key, for the new conversation. */
export async function wordFor(old: Log, { pair }: Opening, { sid }: Opening): Promise<Signed> {
  return writeSigned(await continueAs(old, pair, unb64(sid)));
}
