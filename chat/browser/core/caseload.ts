/** The cases of one console, in the order in which they came, each with its number. It knows nothing of what is said in them. */

import type { Case } from "./case.ts";
import type { Bytes } from "./encoding.ts";

export class Caseload {
  all: readonly Case[] = [];
  /** What was taken off the screen after this page had been in, by H(duty) and sid. */
  private readonly left = new Set<string>();
  private numbers = 0;

  of(sid: string): Case | undefined {
    return this.all.find((c) => c.sid === sid);
  }

  /** By the name that it has on the screen. */
  shown(id: string): Case | undefined {
    return this.all.find((c) => c.id === id);
  }

  /** The one that waits for this conversation to go on in (E9). */
  wanting(sid: string): Case | undefined {
    return this.all.find((c) => c.wants === sid);
  }

  /** Whether something may have been sealed there by that duty key (F2). */
  spoke(sid: string, duty: Bytes): boolean {
    return this.of(sid)?.spoke(duty) || this.left.has(`${duty} ${sid}`);
  }

  nextNumber(): number {
    this.numbers += 1;
    return this.numbers;
  }

  /** In the place of the one that it continues, or else at the end. */
  put(opened: Case, before: Case | undefined): void {
    const others = this.all.filter((c) => c.sid !== opened.sid);
    this.all = before ? others.map((c) => (c === before ? opened : c)) : [...others, opened];
  }

  /** Off the screen. */
  drop(gone: Case): void {
    if (gone.spoke(gone.duty)) this.left.add(`${gone.duty} ${gone.sid}`);
    this.keep((c) => c !== gone);
  }

  keep(which: (c: Case) => boolean): void {
    this.all = this.all.filter(which);
  }
}
