/**
 * The visitor's one conversation at a time, as the views know it: what is on the screen, and what can be done. It is made
 * at *Start chat* and not before, so that until then there is no key and no socket.
 */

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { VisitorView } from "../../chat/browser/core/view.ts";

/** I need to talk · I am worried about someone · I meet this in my work. */
export type Entrance = "self" | "other" | "work";

/** The part of the core's Visitor that the screens use. */
export interface Visitor {
  start(entrance: Entrance | null): void;
  write(text: string): void;
  read(): void;
  end(): void;
  hide(): void;
  show(): void;
  cover(on: boolean): void;
  expire(): void;
  leave(): void;
}

export type MakeVisitor = (onChange: (view: VisitorView) => void) => Visitor;

const TALKING_MS = 10 * 60_000;
const LASTING: readonly string[] = ["connecting", "waiting", "offered", "talking", "restoring"];
const WAITING_MS = 45 * 60_000;

const BEFORE: VisitorView = {
  phase: "start",
  link: "offline",
  place: null,
  onDuty: 0,
  within: null,
  demo: false,
  messages: [],
  members: [],
  awaited: [],
  counsellorHere: false,
  alarm: null,
  ended: null,
};

export class Session {
  readonly #view = signal(BEFORE);
  readonly #make: MakeVisitor;
  #visitor: Visitor | null = null;
  #entrance: Entrance | null = null;

  constructor(make: MakeVisitor) {
    this.#make = make;
  }

  get view(): ReadonlySignal<VisitorView> {
    return this.#view;
  }

  /** From *Start chat* to the end. */
  readonly begun = computed(() => LASTING.includes(this.#view.value.phase));

  start(entrance: Entrance | null): void {
    this.wipe();
    this.#entrance = entrance;
    const visitor = this.#make((view) => {
      if (this.#visitor === visitor) this.#view.value = view;
    });
    this.#visitor = visitor;
    visitor.start(entrance);
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
    this.#visitor?.end();
  }

  /** Nobody looks: words leave the screen and memory (Trace 6). */
  hide(): void {
    this.#visitor?.hide();
  }

  show(): void {
    this.#visitor?.show();
  }

  /** The page was covered, or uncovered: the same, and the other side is told (Leave 9). */
  cover(on: boolean): void {
    this.#visitor?.cover(on);
  }

  /** Nobody has looked for too long: keys dropped, the server told, and the end said in words. */
  expire(): void {
    this.#visitor?.expire();
  }

  /** So long nobody may look, in ms: in a conversation, in the queue, and where there is nothing to drop. */
  get patience(): number {
    const { phase } = this.#view.value;
    if (phase === "talking" || phase === "restoring") return TALKING_MS;
    return this.begun.value ? WAITING_MS : Number.POSITIVE_INFINITY;
  }

  /** Keys dropped, the server told, nothing on the screen; the start again. */
  wipe(): void {
    const visitor = this.#visitor;
    this.#visitor = null;
    this.#view.value = BEFORE;
    visitor?.leave();
  }
}
