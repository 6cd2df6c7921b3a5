/** What a visitor writes before there is a conversation to write it in; covered while nobody looks (Trace 6). */

import { Refused } from "./errors.ts";
import type { Covered, Veil } from "./veil.ts";
import type { MessageView } from "./view.ts";

const MOST = 50;

interface Text {
  readonly id: string;
  readonly text: string;
}

export class Early {
  private texts: Text[] = [];
  private wiped = false;
  private hidden: { readonly veil: Veil; readonly covered: Covered } | null = null;

  /** Raises where there is no room. */
  add(id: string, text: string): void {
    if (this.texts.length >= MOST) throw new Refused("full");
    this.texts.push({ id, text });
  }

  get messages(): readonly MessageView[] {
    return this.texts.map(({ id, text }) => ({ id, from: "me", text, state: "waiting", at: 0 }));
  }

  /** All of them, once. */
  take(): string[] {
    return this.texts.splice(0).map(({ text }) => text);
  }

  async hide(veil: Veil): Promise<void> {
    if (!this.texts.length) return;
    const covered = await veil.cover(this.texts.splice(0));
    if (!this.wiped) this.hidden = { veil, covered };
  }

  async show(): Promise<void> {
    const { hidden } = this;
    this.hidden = null;
    if (!hidden) return;
    const texts = (await hidden.veil.lift(hidden.covered)) as Text[];
    if (!this.wiped) this.texts.unshift(...texts);
  }

  /** For good. */
  wipe(): void {
    this.wiped = true;
    this.texts = [];
    this.hidden = null;
  }
}
