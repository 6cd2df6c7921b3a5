/** What the visitor has answered so far, and which question comes when (Call 1). All but the number and the time can be skipped. */

import { readNumber } from "../../../chat/browser/ui/phone.ts";
import { faultOf, inOrder, type Window } from "./windows.ts";

export const STEPS = [
  "number",
  "when",
  "who",
  "answer",
  "word",
  "notFree",
  "messages",
  "caller",
  "preview",
] as const;
export type Step = (typeof STEPS)[number];

export const OWN_WORDS = "own";

export interface Answers {
  /** As it was written. */
  readonly number: string;
  readonly windows: readonly Window[];
  /** The time that is being chosen, and counts when it is whole. */
  readonly from: number | null;
  readonly to: number | null;
  readonly who: string;
  /** Empty, "hang-up", "wrong-number", `OWN_WORDS`, or the place of a story in the service's list. */
  readonly answer: string;
  readonly own: string;
  readonly word: string;
  readonly notFree: string;
  readonly text: boolean;
  readonly voicemail: boolean;
  readonly language: string;
  readonly caller: "" | "woman" | "man";
}

export const EMPTY: Answers = {
  number: "",
  windows: [],
  from: null,
  to: null,
  who: "",
  answer: "",
  own: "",
  word: "",
  notFree: "",
  text: false,
  voicemail: false,
  language: "",
  caller: "",
};

/** What stands in a question that is skipped. */
const SKIPPED: Partial<Record<Step, Partial<Answers>>> = {
  who: { who: "" },
  answer: { answer: "", own: "" },
  word: { word: "" },
  notFree: { notFree: "" },
  messages: { text: false, voicemail: false },
  caller: { language: "", caller: "" },
};

export function canSkip(step: Step): boolean {
  return step in SKIPPED;
}

export function skipped(answers: Answers, step: Step): Answers {
  return { ...answers, ...SKIPPED[step] };
}

/** Everything that was chosen, in order. */
export function windowsOf({ windows, from, to }: Answers): Window[] {
  const chosen = from !== null && to !== null ? [...windows, { start: from, end: to }] : windows;
  return inOrder(chosen);
}

/** The key of the words that say what is wrong, below `callback`; null: go on. */
export function faultIn(answers: Answers, step: Step, now: number): string | null {
  if (step === "number") {
    const read = readNumber(answers.number);
    return "fault" in read ? `number.fault.${read.fault}` : null;
  }
  if (step === "when") {
    const fault = faultOf(windowsOf(answers), now);
    return fault && `error.${fault}`;
  }
  if (step === "answer" && answers.answer === OWN_WORDS && !answers.own.trim()) return "answer.noWords";
  return null;
}
