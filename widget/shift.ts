/**
 * Shift, pressed three times, leaves (Leave 4). Loader and frame each count what they hear, and tell each other. It knows
 * keys and time, and nothing of what leaving means.
 */

export const PRESSES = 3;
const WITHIN_MS = 5_000;

export interface ShiftCount {
  /** The other side counts `n` now. */
  heard(n: number): void;
  stop(): void;
}

/** Count from now on. `onCount` gets 1, 2, 3, and 0 when the time for the next press has run out. */
export function countShifts(onCount: (n: number) => void): ShiftCount {
  let count = 0;
  let alone = false;
  let timer: number | undefined;
  const set = (n: number) => {
    count = n;
    clearTimeout(timer);
    if (n > 0)
      timer = setTimeout(() => {
        count = 0;
        onCount(0);
      }, WITHIN_MS);
  };
  // A Shift that makes a capital or selects with the mouse is none of ours.
  const down = (event: KeyboardEvent) => {
    if (event.key !== "Shift") alone = false;
    else if (!event.repeat) alone = !(event.ctrlKey || event.altKey || event.metaKey);
  };
  const up = (event: KeyboardEvent) => {
    if (event.key !== "Shift" || !alone) return;
    alone = false;
    set(count + 1);
    onCount(count);
  };
  const press = () => {
    alone = false;
  };
  // Captured on the window, so that a host page that stops the event does not stop the way out.
  addEventListener("keydown", down, true);
  addEventListener("keyup", up, true);
  addEventListener("pointerdown", press, true);
  return {
    heard: set,
    stop() {
      clearTimeout(timer);
      removeEventListener("keydown", down, true);
      removeEventListener("keyup", up, true);
      removeEventListener("pointerdown", press, true);
    },
  };
}
