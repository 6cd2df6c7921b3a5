/**
 * The visitor's one conversation at a time, as the views know it: what is on the screen, and what can be done. It is made
 * at *Start chat* and not before, so that until then there is no key and no socket; and once its code has come, which the
 * screens do not wait for.
 */

import type { ComponentType } from "preact";
import type { Answer, AskingView, VisitorEnd, VisitorView } from "../../chat/browser/core/view.ts";
import { type ReadonlySignal, signal } from "../../chat/browser/ui/signal.ts";
import type { Parts } from "./parts.ts";
import type { Slip } from "./slips.ts";
import type { Told } from "./telling.ts";

export type Returning = Parts["returning"];
type Wishes = ReturnType<Parts["wishes"]["dressed"]>;

/** I need to talk · I am worried about someone · I meet this in my work. */
export type Entrance = "self" | "other" | "work";

/** The part of the core's Visitor that the screens use. */
export interface Visitor {
  /** By a return code: came back, and has made one. */
  readonly returns: { readonly word?: unknown; readonly knows?: unknown };
  start(entrance: Entrance | null, told: Told | null): void;
  tell(told: Told): void;
  write(text: string): void;
  read(): void;
  end(): void;
  hide(): void;
  show(): void;
  cover(on: boolean): void;
  expire(): void;
  leave(): void;
}

/** What is asked about who comes in (E6, E8), and its answers. */
export interface Joining {
  readonly view: AskingView;
  /** Draws it. */
  readonly Screen: ComponentType<JoiningProps>;
  answer(id: string, answer: Answer): void;
  callAnother(): void;
  stopCalling(): void;
}

export interface JoiningProps {
  view: AskingView;
  /** Nobody who was let in has a connection now. */
  alone: boolean;
  answer(id: string, answer: Answer): void;
  callAnother(): void;
  /** What held the focus is gone. */
  onDone(): void;
}

/** The code of the conversation. */
export interface Core {
  make(onChange: (view: VisitorView) => void): Visitor;
  /** For the visitor made last; its code is asked for then. */
  join(onChange: () => void): Promise<Joining>;
  findSlips(text: string, strict: boolean): Slip[];
}

const TALKING_MS = 10 * 60_000;
const LASTING: readonly string[] = ["connecting", "waiting", "offered", "talking", "restoring"];
const WAITING_MS = 45 * 60_000;

const BEFORE: VisitorView = {
  phase: "start",
  link: "offline",
  place: null,
  onDuty: 0,
  unmet: [],
  within: null,
  demo: false,
  messages: [],
  members: [],
  awaited: [],
  asked: 0,
  counsellorHere: false,
  alarm: null,
  ended: null,
  until: null,
};

export class Session {
  readonly #view = signal(BEFORE);
  readonly #core = signal<Core | null>(null);
  readonly #missing = signal(false);
  readonly #told = signal<Told | null>(null);
  readonly #load: () => Promise<Core>;
  readonly #joining = signal<Joining | null>(null);
  /** The code of the return code, which few ask for. */
  readonly returning: () => Promise<Returning>;
  #visitor: Visitor | null = null;
  #joins = false;
  #entrance: Entrance | null = null;
  #prepare: (visitor: Visitor) => void = () => {};
  #hidden = false;
  #covered = false;

  /** `load`: the code of the conversation; asked for at once. */
  constructor(
    load: () => Promise<Core>,
    returning: () => Promise<Returning>,
    readonly wishes: () => Promise<Wishes>,
  ) {
    this.#load = load;
    this.returning = returning;
    void this.fetch();
  }

  /** Null: the code of the conversation is not here yet. What is written waits in its box until then. */
  get core(): ReadonlySignal<Core | null> {
    return this.#core;
  }

  /** It did not come. */
  get missing(): ReadonlySignal<boolean> {
    return this.#missing;
  }

  /** Ask for it, or ask again. */
  async fetch(): Promise<void> {
    this.#missing.value = false;
    try {
      this.#core.value ??= await this.#load();
    } catch {
      this.#missing.value = true;
      return;
    }
    this.#begin();
  }

  get view(): ReadonlySignal<VisitorView> {
    return this.#view;
  }

  /** From *Start chat* to the end. */
  get begun(): boolean {
    return LASTING.includes(this.#view.value.phase);
  }

  /** Null: nothing. */
  get told(): ReadonlySignal<Told | null> {
    return this.#told;
  }

  /** Before the first word, or while waiting (Before 7, 8). */
  tell(told: Told): void {
    this.#told.value = told;
    this.#visitor?.tell(told);
  }

  /** `prepare`: what is done with the page's visitor before it starts. */
  start(entrance: Entrance | null, prepare: (visitor: Visitor) => void = () => {}): void {
    const told = this.told.value;
    this.wipe();
    this.#told.value = told;
    this.#entrance = entrance;
    this.#prepare = prepare;
    this.#view.value = { ...BEFORE, phase: "connecting", link: "connecting" };
    if (this.#missing.value) void this.fetch();
    else this.#begin();
  }

  /** Once *Start chat* was pressed and the code is here, whichever came last. */
  #begin(): void {
    const core = this.#core.value;
    if (!core || this.#visitor || !this.begun) return;
    const visitor = core.make((view) => {
      if (this.#visitor !== visitor) return;
      this.#view.value = view;
      void this.#join(core, visitor);
    });
    this.#visitor = visitor;
    if (this.#covered) visitor.cover(true);
    else if (this.#hidden) visitor.hide();
    this.#prepare(visitor);
    visitor.start(this.#entrance, this.told.value);
  }

  /** Null: nobody has asked to come in, and nobody was lost. */
  get joining(): ReadonlySignal<Joining | null> {
    return this.#joining;
  }

  /** Nobody is let in meanwhile: what did not come is asked for again with the next change. */
  async #join(core: Core, visitor: Visitor): Promise<void> {
    const { asked, counsellorHere, phase } = this.#view.value;
    if (counsellorHere) this.#joining.value?.stopCalling();
    if (this.#joins || !(asked || (phase === "talking" && !counsellorHere))) return;
    this.#joins = true;
    const made = core.join(() => {
      this.#view.value = { ...this.#view.value };
    });
    const joining = await made.catch(() => null);
    if (this.#visitor !== visitor) return;
    this.#joins = joining !== null;
    this.#joining.value = joining;
  }

  /** Null: nothing was begun with the service. */
  get visitor(): Visitor | null {
    return this.#visitor;
  }

  /** Somebody writes about a child, in their work (Prof 1). */
  get strict(): boolean {
    return this.#entrance === "work";
  }

  /** Throws when the text was not kept. */
  write(text: string): void {
    if (!this.#visitor) throw new Error("no conversation to write in");
    this.#visitor.write(text);
  }

  /** A person has seen what stands on the screen. */
  read(): void {
    this.#visitor?.read();
  }

  end(): void {
    if (this.#visitor) this.#visitor.end();
    else this.#over("closed");
  }

  /** Nobody looks: words leave the screen and memory (Trace 6). */
  hide(): void {
    this.#hidden = true;
    this.#visitor?.hide();
  }

  show(): void {
    this.#hidden = false;
    this.#visitor?.show();
  }

  /** The page was covered, or uncovered: the same, and the other side is told (Leave 9). */
  cover(on: boolean): void {
    this.#covered = on;
    this.#visitor?.cover(on);
  }

  /** Nobody has looked for too long: keys dropped, the server told, and the end said in words. */
  expire(): void {
    if (this.#visitor) this.#visitor.expire();
    else this.#over("unseen");
  }

  /** Nothing was begun with the service: there is nobody to tell. */
  #over(ended: VisitorEnd): void {
    this.#view.value = { ...BEFORE, phase: "ended", ended };
  }

  /** So long nobody may look, in ms: in a conversation, in the queue, and where there is nothing to drop. */
  get patience(): number {
    const { phase } = this.#view.value;
    if (phase === "talking" || phase === "restoring") return TALKING_MS;
    return this.begun ? WAITING_MS : Number.POSITIVE_INFINITY;
  }

  /** Keys dropped, the server told, nothing on the screen; the start again. */
  wipe(): void {
    const visitor = this.#visitor;
    this.#visitor = null;
    this.#view.value = BEFORE;
    this.#told.value = null;
    this.#joining.value?.stopCalling();
    this.#joining.value = null;
    this.#joins = false;
    visitor?.leave();
  }
}
