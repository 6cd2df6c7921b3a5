/**
 * What the other side is told of having come here and having been read (F2): at most once in 2 s, and that it came only
 * after a text. Who may write, and how, is the conversation's.
 */

import { ABSENT, type Bytes } from "./encoding.ts";
import type { Kind } from "./frames.ts";
import { readBody, type Thread } from "./thread.ts";

const PAUSE_MS = 2_000;
const SOON_MS = 100;

export class Receipts {
  /** Up to which index a person has seen the log here. */
  seen = 0;
  private at = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Up to which index a frame of ours has told what is held here (F1). */
  private told = 0;
  private wantsRead = false;

  constructor(
    private readonly thread: Thread,
    /** A receipt is due: `next` says which. */
    private readonly due: () => void,
  ) {}

  /** E9: another log goes on after so many entries of this one, whose receipts these are. */
  goOn(before: Receipts, last: number): void {
    this.seen = before.seen - last;
  }

  /** Nothing more is due. */
  stop(): void {
    clearTimeout(this.timer);
  }

  /** A frame of ours that stands in the log has told this. */
  has(told: number): void {
    this.told = Math.max(this.told, told);
  }

  /** A person has seen everything up to this index. `first`: nobody was told yet that this page is in. */
  read(index: number, first: boolean): void {
    this.wantsRead ||= first || this.thread.lastHeard > this.seen;
    this.seen = index;
    this.plan();
  }

  /** Something may have to be told, soon. */
  plan(): void {
    if (this.timer || !this.isDue) return;
    const wait = Math.max(SOON_MS, this.at + PAUSE_MS - Date.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.due();
    }, wait);
  }

  /** What is to be told now, of a log held up to this index. */
  next(index: number): { kind: Kind; body: Bytes } | null {
    if (!this.isDue) return null;
    const receipt = this.wantsRead
      ? { kind: "read" as const, body: readBody(this.seen) }
      : { kind: "seen" as const, body: ABSENT };
    this.wantsRead = false;
    this.told = index;
    this.at = Date.now();
    return receipt;
  }

  private get isDue(): boolean {
    return this.wantsRead || this.thread.lastHeard > this.told;
  }
}
