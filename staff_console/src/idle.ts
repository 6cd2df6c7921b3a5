/** Whether anybody is at the page, or at another of the same console. It knows times and nothing of what is on the screen. */

const IDLE_MS = 10 * 60_000;
const LOOK_MS = 5_000;
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;

/**
 * Calls `left` once nobody has touched the page for ten minutes, by the clock, which goes on while a machine sleeps. Pages of one
 * browser share a session, so a touch of one is told to all.
 */
export function watchIdle(left: () => void, now: () => number = Date.now): void {
  const pages = new BroadcastChannel("varsam.touched");
  let touched = now();
  let told = touched;
  const touch = (): boolean => {
    const here = now() - touched < IDLE_MS;
    if (here) touched = now();
    return here;
  };
  const touchHere = (): void => {
    if (!touch() || touched - told < LOOK_MS) return;
    told = touched;
    pages.postMessage("");
  };
  pages.onmessage = touch;
  for (const sign of SIGNS) addEventListener(sign, touchHere, { capture: true, passive: true });
  setInterval(() => {
    if (now() - touched < IDLE_MS) return;
    touched = now();
    left();
  }, LOOK_MS);
}
