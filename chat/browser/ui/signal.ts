/**
 * Values that stand on a screen. A front end draws its whole screen anew when one has changed, once for all that changed in
 * one turn; what is the same is left as it is by the drawing itself, so no value needs to know who shows it.
 */

import { useLayoutEffect, useState } from "preact/hooks";

export interface ReadonlySignal<T> {
  readonly value: T;
}

const followers = new Set<() => void>();
let due = false;

export class Signal<T> implements ReadonlySignal<T> {
  #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set value(value: T) {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    if (due) return;
    due = true;
    queueMicrotask(() => {
      due = false;
      for (const act of followers) act();
    });
  }
}

export function signal<T>(value: T): Signal<T> {
  return new Signal(value);
}

/** Act now, and after changes of any signal, until the returned function is called. */
export function follow(act: () => void): () => void {
  followers.add(act);
  act();
  return () => followers.delete(act);
}

/** In the component around all others: it is drawn anew, and they with it. */
export function useSignals(): void {
  const [, draw] = useState({});
  useLayoutEffect(() => follow(() => draw({})), []);
}
