/**
 * *Someone came in* (Leave 9): the page is covered at one press, and comes back when its quarters are pressed in the order
 * that the visitor chose. It counts presses and time; what is covered, and how, it does not know.
 */

import { type ReadonlySignal, signal } from "../../chat/browser/ui/signal.ts";

/** Of the page: upper left, upper right, lower left, lower right. */
export const QUARTERS = [1, 2, 3, 4] as const;
/** Backwards: easy to keep in mind, and not what a hand does that only tries. */
const UNCHOSEN = [4, 3, 2, 1];
const WRONG_ONES = 3;
const LASTING_MS = 10 * 60_000;
const LOOK_MS = 5_000;

export interface Covered {
  cover(): void;
  uncover(): void;
  /** As *Leave this page* does. */
  wipe(): void;
}

export class Cover {
  readonly #on = signal(false);
  readonly #way = signal<readonly number[]>(UNCHOSEN);
  #pressed: number[] = [];
  #since = 0;
  /** It stays covered: what is left must not be seen while it goes. */
  #wiped = false;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(readonly covered: Covered) {}

  get on(): ReadonlySignal<boolean> {
    return this.#on;
  }

  /** The quarters in the order that uncovers. */
  get way(): ReadonlySignal<readonly number[]> {
    return this.#way;
  }

  /** False: it is not one, or as easy as pressing one quarter again and again. */
  choose(way: readonly number[]): boolean {
    if (way.length !== UNCHOSEN.length || new Set(way).size < 2) return false;
    this.#way.value = way;
    return true;
  }

  begin(): void {
    if (this.#on.value) return;
    this.#pressed = [];
    this.#since = Date.now();
    this.#timer = setInterval(() => this.look(), LOOK_MS);
    this.covered.cover();
    this.#on.value = true;
  }

  /** The last presses count, so that one too many at the start does no harm. */
  press(quarter: number): void {
    this.look();
    if (!this.#on.value || this.#wiped) return;
    this.#pressed.push(quarter);
    const way = this.#way.value;
    if (`${this.#pressed.slice(-way.length)}` === `${way}`) {
      clearInterval(this.#timer);
      this.#on.value = false;
      this.covered.uncover();
    } else if (this.#pressed.length >= WRONG_ONES * way.length) this.#wipe();
  }

  /** Timers sleep with the page, so the clock is asked on waking; one that was set back has not made the time shorter. */
  look(): void {
    if (this.#on.value && !this.#wiped && Math.abs(Date.now() - this.#since) >= LASTING_MS) this.#wipe();
  }

  #wipe(): void {
    clearInterval(this.#timer);
    this.#wiped = true;
    this.covered.wipe();
  }
}
