/**
 * PURE. How insistently it is said that something waits (Staff 2): the title at once, then a sound, then a notice on the
 * desktop, again and again until it is taken. Time is an argument, so a page whose timers sleep climbs as well.
 */

export type Rung = "sound" | "notice";

export const SOUND_MS = 2_000;
export const NOTICE_MS = 10_000;
export const AGAIN_MS = 30_000;
/** More has come: it is said at once, but never oftener than this. */
const NEWS_MS = 5_000;

export class Ladder {
  /** Since when something waits; null: nothing does. */
  private since: number | null = null;
  private most = 0;
  private readonly last: Record<Rung, number> = {
    sound: Number.NEGATIVE_INFINITY,
    notice: Number.NEGATIVE_INFINITY,
  };

  /** What is due now, while `count` things wait; `now` in milliseconds. */
  climb(count: number, now: number): readonly Rung[] {
    if (count === 0) {
      this.since = null;
      this.most = 0;
      return [];
    }
    this.since ??= now;
    const more = count > this.most && this.most > 0;
    this.most = count;
    const due = (rung: Rung, after: number) => {
      const rested = now - this.last[rung];
      return now - (this.since ?? now) >= after && (rested >= AGAIN_MS || (more && rested >= NEWS_MS));
    };
    const rungs: Rung[] = [];
    if (due("sound", SOUND_MS)) rungs.push("sound");
    if (due("notice", NOTICE_MS)) rungs.push("notice");
    for (const rung of rungs) this.last[rung] = now;
    return rungs;
  }
}
