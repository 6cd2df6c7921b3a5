/**
 * Shift, pressed three times, leaves (Leave 4). Loader and frame each count what they hear, and tell each other. It knows
 * keys and time, and nothing of what leaving means.
 */

export const PRESSES = 3;
const WITHIN_MS = 5_000;

/**
 * Count from now on until `signal` aborts. `onCount` gets 1, 2, 3, and 0 when the time for the next press has run out.
 * Returns what takes in the count of the other side.
 */
export function countShifts(onCount: (n: number) => void, signal: AbortSignal): (n: number) => void {
  let count = 0;
  let alone = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const set = (n: number) => {
    count = n;
    clearTimeout(timer);
    if (n) timer = setTimeout(tell, WITHIN_MS, 0);
  };
  const tell = (n: number) => {
    set(n);
    onCount(n);
  };
  // Captured on the window, so that a host page that stops the event does not stop the way out.
  const options = { capture: true, signal };
  // A Shift that makes a capital or selects with the mouse is none of ours.
  addEventListener("pointerdown", () => (alone = false), options);
  addEventListener(
    "keydown",
    ({ key, repeat, ctrlKey, altKey, metaKey }) => {
      if (!repeat) alone = key === "Shift" && !(ctrlKey || altKey || metaKey);
    },
    options,
  );
  addEventListener(
    "keyup",
    ({ key }) => {
      if (key !== "Shift" || !alone) return;
      alone = false;
      tell(count + 1);
    },
    options,
  );
  signal.addEventListener("abort", () => clearTimeout(timer));
  return set;
}
