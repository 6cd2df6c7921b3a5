/**
 * A request to be called while it is being written, and what becomes of it: the questions, the sealing and sending, the code, and what can be
 * done with a code. It knows no key and no byte of what is sent: that is the core's.
 */

import type { CardView } from "../../../chat/browser/core/callback-view.ts";
import { readNumber } from "../../../chat/browser/ui/phone.ts";
import { signal } from "../../../chat/browser/ui/signal.ts";
import { type Answers, canSkip, EMPTY, faultIn, OWN_WORDS, STEPS, skipped, windowsOf } from "./answers.ts";
import type { Window } from "./windows.ts";

/** What may be said if somebody else answers: a key of the catalogues, or the operator's own words by language. */
export interface Story {
  readonly words: string;
  readonly text: Readonly<Record<string, string>>;
}

/** What the service says before anything is asked. */
export interface Terms {
  readonly spans: readonly Window[];
  readonly zone: string;
  readonly covers: readonly Story[];
}

export interface Wish {
  readonly card: CardView;
  /** + and digits. */
  readonly number: string;
}

/** seal: locking on this device · work: so much of it is done · send · wait: no connection, it is sent again. */
export type Progress = { readonly at: "seal" | "work" | "send" | "wait"; readonly part: number };

export interface Status {
  readonly state: "waiting" | "taken" | "cancelled";
}

/** The core, joined in `parts/callback.tsx`. Everything rejects with a fault's code. */
export interface Service<Known> {
  terms(): Promise<Terms>;
  /** Acknowledged: its code, or null where it is a new version of one. */
  send(wish: Wish, known: Known | null, tell: (progress: Progress) => void): Promise<string | null>;
  /** Null: that is no code. */
  find(code: string): Promise<Known | null>;
  status(known: Known): Promise<Status>;
  cancel(known: Known): Promise<Status>;
  /** Nothing more is done, now or later. */
  stop(): void;
  codeOf(error: unknown): { readonly code: string; readonly step?: string };
}

export interface Sealer<Sealed> {
  cover(value: unknown): Promise<Sealed>;
  lift(sealed: Sealed): Promise<unknown>;
}

export type Phase = "opening" | "asking" | "sending" | "sent" | "changed" | "code";

interface Written {
  readonly answers: Answers;
  readonly code: string;
  readonly typed: string;
}

const NOTHING: Written = { answers: EMPTY, code: "", typed: "" };

export class Form<Known = unknown, Sealed = unknown> {
  readonly phase = signal<Phase>("opening");
  readonly step = signal(0);
  readonly terms = signal<Terms | null>(null);
  /** A key below `callback` of what is wrong with an answer. */
  readonly fault = signal<string | null>(null);
  /** What was refused, or did not come. */
  readonly alarm = signal<{ readonly code: string; readonly step?: string } | null>(null);
  readonly progress = signal<Progress>({ at: "seal", part: 0 });
  readonly status = signal<Status | null>(null);
  readonly busy = signal(false);
  readonly hidden = signal(false);
  readonly #written = signal<Written>(NOTHING);
  #known: Known | null = null;
  #covered: Promise<Sealed> | null = null;
  #wiped = false;

  /** `zone`: where the visitor is. */
  constructor(
    readonly service: Service<Known>,
    readonly veil: Sealer<Sealed>,
    readonly zone: string,
    readonly entrance: () => CardView["entrance"],
    readonly now: () => number = () => Math.floor(Date.now() / 1000),
  ) {}

  get answers(): Answers {
    return this.#written.value.answers;
  }

  /** Shown once. */
  get code(): string {
    return this.#written.value.code;
  }

  /** As it is being typed. */
  get typed(): string {
    return this.#written.value.typed;
  }

  get changes(): boolean {
    return this.#known !== null;
  }

  // The questions

  /** When somebody can call must be known first. */
  async open(): Promise<void> {
    this.phase.value = "opening";
    await this.#try(async () => {
      this.terms.value = await this.service.terms();
      this.phase.value = "asking";
    });
  }

  answer(some: Partial<Answers>): void {
    this.#write({ answers: { ...this.answers, ...some } });
    this.fault.value = null;
  }

  get question(): (typeof STEPS)[number] {
    return STEPS[this.step.value] ?? "preview";
  }

  next(): void {
    this.fault.value = faultIn(this.answers, this.question, this.now());
    if (!this.fault.value) this.#go(1);
  }

  skip(): void {
    if (!canSkip(this.question)) return;
    this.#write({ answers: skipped(this.answers, this.question) });
    this.#go(1);
  }

  back(): void {
    this.#go(-1);
  }

  #go(by: number): void {
    this.fault.value = null;
    this.alarm.value = null;
    this.step.value = Math.max(0, Math.min(STEPS.length - 1, this.step.value + by));
  }

  // Sending

  /** Exactly what the counsellor will see. `language`: on the screen. */
  card(language: string): CardView {
    const { answers, terms } = this;
    const story = terms.value?.covers[Number(answers.answer || Number.NaN)];
    const base = story && (story.text[language] ?? story.text[language.split("-x-")[0] ?? ""]);
    const told =
      answers.answer === OWN_WORDS ? answers.own.trim() : story && !story.words ? (base ?? "") : "";
    return {
      windows: windowsOf(answers),
      zone: this.zone,
      who: answers.who.trim(),
      answer: answerOf(answers.answer),
      cover: story?.words ?? "",
      own: told,
      word: answers.word.trim(),
      notFree: answers.notFree.trim(),
      text: answers.text,
      voicemail: answers.voicemail,
      language: answers.language || language,
      caller: answers.caller,
      entrance: this.entrance(),
    };
  }

  async send(language: string): Promise<void> {
    const read = readNumber(this.answers.number);
    // Time has passed since it was chosen.
    const late = faultIn(this.answers, "when", this.now());
    if (late || !("number" in read)) {
      this.step.value = STEPS.indexOf(late ? "when" : "number");
      this.fault.value = late;
      return;
    }
    const wish = { card: this.card(language), number: read.number };
    this.phase.value = "sending";
    await this.#try(
      async () => {
        const tell = (progress: Progress) => {
          this.progress.value = progress;
        };
        const code = await this.service.send(wish, this.#known, tell);
        this.#write({ answers: EMPTY, code: code ?? "" });
        this.phase.value = code === null ? "changed" : "sent";
      },
      () => {
        this.phase.value = "asking";
      },
    );
  }

  // With a code

  type(typed: string): void {
    this.#write({ typed });
    this.status.value = null;
  }

  showStatus(): Promise<void> {
    return this.#withCode(async (known) => {
      this.status.value = await this.service.status(known);
    });
  }

  cancel(): Promise<void> {
    return this.#withCode(async (known) => {
      this.status.value = await this.service.cancel(known);
    });
  }

  /** Everything is asked anew: nothing of what was asked before can be shown (C3). */
  change(): Promise<void> {
    return this.#withCode(async (known) => {
      const { state } = await this.service.status(known);
      this.status.value = { state };
      if (state === "cancelled") return;
      this.#known = known;
      this.step.value = 0;
      await this.open();
    });
  }

  async #withCode(work: (known: Known) => Promise<void>): Promise<void> {
    this.status.value = null;
    await this.#try(async () => {
      const known = await this.service.find(this.typed);
      if (!known) this.fault.value = "code.unreadable";
      else await work(known);
    });
  }

  async #try(work: () => Promise<void>, failed: () => void = () => {}): Promise<void> {
    this.busy.value = true;
    this.fault.value = null;
    this.alarm.value = null;
    try {
      await work();
    } catch (error) {
      failed();
      this.alarm.value = this.service.codeOf(error);
    }
    this.busy.value = false;
  }

  // Nobody looks (Trace 6)

  hide(): void {
    if (this.hidden.value) return;
    this.hidden.value = true;
    this.#covered = this.veil.cover(this.#written.value);
    this.#written.value = NOTHING;
  }

  async show(): Promise<void> {
    const covered = this.#covered;
    if (!covered) return;
    const written = (await this.veil.lift(await covered)) as Written;
    if (this.#wiped || this.#covered !== covered) return;
    this.#covered = null;
    // What came meanwhile stands in it already.
    const { code } = this.#written.value;
    this.#written.value = code ? { ...written, answers: EMPTY, code } : written;
    this.hidden.value = false;
  }

  wipe(): void {
    this.#wiped = true;
    this.#covered = null;
    this.#written.value = NOTHING;
    this.#known = null;
    this.service.stop();
  }

  #write(some: Partial<Written>): void {
    if (!this.#wiped) this.#written.value = { ...this.#written.value, ...some };
  }
}

function answerOf(answer: string): CardView["answer"] {
  if (answer === "" || answer === "hang-up" || answer === "wrong-number") return answer;
  return "cover";
}
