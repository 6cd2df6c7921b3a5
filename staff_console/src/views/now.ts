/** The time, for words such as "4 min": coarse, and quiet while the page is hidden. */

import { type ReadonlySignal, signal } from "../../../chat/browser/ui/signal.ts";

const TICK_MILLISECONDS = 10_000;

const unixNow = () => Math.floor(Date.now() / 1000);
const time = signal(unixNow());

/** Unix seconds. */
export const now: ReadonlySignal<number> = time;

/** Keep `now` moving until the returned function is called. */
export function followTime(): () => void {
  const timer = setInterval(() => {
    if (!document.hidden) time.value = unixNow();
  }, TICK_MILLISECONDS);
  return () => clearInterval(timer);
}
