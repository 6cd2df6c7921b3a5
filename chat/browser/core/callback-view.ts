/** What the screens see of requests to be called: plain values, like those of view.ts, handed out whole and never changed afterwards. */

import type { ErrorView } from "./view.ts";

/** What a visitor asked for in wanting to be called (C2), as whoever calls reads it before the number. */
export interface CardView {
  /** When may be called, Unix seconds. */
  readonly windows: readonly { readonly start: number; readonly end: number }[];
  /** Where the visitor is, such as "Europe/Stockholm". */
  readonly zone: string;
  readonly who: string;
  /** What to do if somebody else answers; "cover": tell the story `cover`, a key of `callback.cover`, or the one in `own`. */
  readonly answer: "" | "hang-up" | "wrong-number" | "cover";
  readonly cover: string;
  readonly own: string;
  /** By which whoever answers knows that it is us. */
  readonly word: string;
  readonly notFree: string;
  readonly text: boolean;
  readonly voicemail: boolean;
  readonly language: string;
  readonly caller: "" | "woman" | "man";
  readonly entrance: "" | "self" | "other" | "work";
}

/** A request to be called as the desk lists it: no content. */
export interface CallLineView {
  readonly id: string;
  readonly version: number;
  readonly state: "waiting" | "over" | "cancelled";
  /** now: may be called at this moment · later: not yet · overdue: no time is left for it. */
  readonly due: "now" | "later" | "overdue";
  readonly windows: CardView["windows"];
  readonly language: string;
  readonly attempts: number;
  /** Unix seconds; no call before. */
  readonly notBefore: number;
  /** "work": professionals have their own (Prof 1). */
  readonly queue: "" | "work";
  /** Who has it in hand, and until when; null: nobody. */
  readonly holder: string | null;
  readonly until: number;
  readonly mine: boolean;
  readonly outcome: Outcome | null;
}

export type Outcome = "reached" | "not-free" | "no-answer" | "someone-else" | "wrong-number";

/** What counsellors wrote for each other (C5). */
export interface NoteView {
  readonly pseudonym: string;
  /** Unix seconds. */
  readonly time: number;
  readonly text: string;
}

/** The request that this counsellor has in hand. */
export interface OpenCallView {
  readonly id: string;
  /** cancelled: do not call · changed: read the card anew · over: no call is left · lost: the time with it ran out. */
  readonly state: "open" | "cancelled" | "changed" | "over" | "lost";
  /** Null where it may not be read any more. */
  readonly card: CardView | null;
  /** + and digits, as long as it stands on the screen. */
  readonly number: string | null;
  /** Unix seconds: until when the number stands there, and the request is in hand. */
  readonly numberUntil: number;
  readonly until: number;
  readonly attempts: number;
  readonly outcome: Outcome | null;
  readonly notes: readonly NoteView[];
}

export interface CallbacksView {
  /** no: this machine takes no callbacks; unknown: nothing is known yet. */
  readonly takes: "yes" | "no" | "unknown";
  readonly lines: readonly CallLineView[];
  /** So many more are not listed. */
  readonly more: number;
  readonly overdue: number;
  /** Fewer than two machines could open something (C4). */
  readonly endangered: boolean;
  readonly open: OpenCallView | null;
  readonly shiftNotes: readonly NoteView[];
  readonly busy: boolean;
  readonly alarm: ErrorView | null;
}
