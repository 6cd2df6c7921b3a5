/** PURE. How much waits for this counsellor to do something now; the one place that says what alerts are for. */

import type { CallbacksView } from "../../../chat/browser/core/callback-view.ts";
import type { DeskView } from "../../../chat/browser/core/view.ts";
import { hindrance, openConversations } from "../views/take.ts";

/**
 * Texts that nobody has seen, conversations into which one is asked, and visitors who could be taken at this desk now: not those
 * for whom there is no room.
 */
export function whatWaits(view: DeskView): number {
  const open = openConversations(view).reduce((sum, { unread }) => sum + unread, 0);
  const unread = open + view.asked.filter(({ coming }) => !coming).length;
  if (hindrance(view) !== null) return unread;
  const free = view.waiting.filter(({ leased, away }) => !leased && !away).length;
  return unread + Math.max(free, 1);
}

/**
 * Requests to be called that may be called now, `now` in Unix seconds, and are in nobody's hands. A window can be long, so nobody
 * is called to them who is busy with somebody, or takes nobody now.
 */
export function callsWait(desk: DeskView, calls: CallbacksView | null, now: number): number {
  const free = desk.onDuty && desk.state === "available" && openConversations(desk).length === 0;
  if (!free || !calls || calls.takes !== "yes" || calls.open) return 0;
  const { lines } = calls;
  return lines.filter(
    (line) => line.state === "waiting" && line.due === "now" && !line.holder && line.notBefore <= now,
  ).length;
}
