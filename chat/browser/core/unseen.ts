/**
 * The words of a conversation while nobody looks (Trace 6): out of thread and outbox, covered, and back for as long as a step
 * of the conversation takes.
 */

import type { Outbox } from "./outbox.ts";
import type { Thread, Words } from "./thread.ts";
import type { Covered, Veil } from "./veil.ts";

export class Unseen {
  private veil: Veil | null = null;
  private covered: Covered | null = null;
  private wiped = false;

  constructor(
    private readonly thread: Thread,
    private readonly outbox: Outbox,
  ) {}

  get hidden(): boolean {
    return this.veil !== null;
  }

  /** From the next step on. False: it was so before. */
  hide(veil: Veil): boolean {
    if (this.veil) return false;
    this.veil = veil;
    return true;
  }

  async reveal(): Promise<void> {
    await this.uncover();
    this.veil = null;
  }

  /** A step, with words. */
  async lift(work: () => Promise<void>): Promise<void> {
    if (this.covered) await this.uncover();
    try {
      await work();
    } finally {
      if (this.veil) await this.cover(this.veil);
    }
  }

  wipe(): void {
    this.wiped = true;
    this.covered = null;
  }

  private async cover(veil: Veil): Promise<void> {
    if (this.wiped) return;
    const covered = await veil.cover([this.thread.takeOut(), this.outbox.takeOut()]);
    if (!this.wiped) this.covered = covered;
  }

  private async uncover(): Promise<void> {
    const { veil, covered } = this;
    if (!veil || !covered) return;
    const [thread, outbox] = (await veil.lift(covered)) as [Words, string[]];
    // Whoever left meanwhile must find nothing again.
    if (this.covered !== covered) return;
    this.covered = null;
    this.thread.putBack(thread);
    this.outbox.putBack(outbox);
  }
}
