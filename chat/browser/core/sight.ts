/**
 * Whether anybody looks at a visitor's page, and what becomes of its words while nobody does (Trace 6): those of the
 * conversation, and those that were written before there was one.
 */

import type { Conversation } from "./conversation.ts";
import type { Early } from "./early.ts";
import { Veil } from "./veil.ts";

export class Sight {
  /** *Someone came in* (Leave 9). */
  covered = false;
  /** As long as nobody looks. */
  private veil: Veil | null = null;

  constructor(
    private readonly early: Early,
    private readonly soon: (work: () => Promise<void>) => void,
  ) {}

  /** Nobody looks. `over`: nothing can be written any more, and the words are not needed again. */
  hide(conversation: Conversation | null, over: boolean): void {
    this.veil ??= new Veil();
    const { veil } = this;
    if (over) conversation?.thread.wipe();
    else if (conversation) conversation.hide(veil);
    else this.soon(async () => (this.veil === veil ? this.early.hide(veil) : undefined));
  }

  /** Somebody looks again. */
  show(conversation: Conversation | null): void {
    this.veil = null;
    if (conversation) conversation.reveal();
    else this.soon(() => this.early.show());
  }

  /** A conversation that has just been taken up. */
  of(conversation: Conversation): void {
    if (this.veil) conversation.hide(this.veil);
  }
}
