/** PURE. Whether fewer than two machines could open a request (C4): an alarm where one waits, and else something to mend in time. */

import type { CallbacksView } from "../../../chat/browser/core/callback-view.ts";

/** Each is a key of the catalogue under `staff.callbacks`; null: there is nothing to say. */
export function danger({ endangered, lines, more }: CallbacksView): "endangered" | "alone" | null {
  if (!endangered) return null;
  return more > 0 || lines.some(({ state }) => state === "waiting") ? "endangered" : "alone";
}
