/** A request that is under way: asked once, until an answer is seen or none comes in time. */

import { useEffect } from "preact/hooks";
import type { Signal } from "../../../chat/browser/ui/signal.ts";

/** Longer than any answer takes; after that one can ask again. */
const ANSWER_MILLISECONDS = 10_000;

/** Set `asked` back to false as soon as one of `answers` changes, and at the latest when the time is over. */
export function useAnswer(asked: Signal<boolean>, ...answers: readonly unknown[]): void {
  const waits = asked.value;
  useEffect(() => {
    asked.value = false;
  }, [asked, ...answers]);
  useEffect(() => {
    if (!waits) return;
    const timer = setTimeout(() => {
      asked.value = false;
    }, ANSWER_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [asked, waits]);
}
