/** The page's title: how much is waiting for this counsellor, and never what it is (Staff 2). */

import type { DeskView } from "../../../chat/browser/core/view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import { callsWait } from "../alerts/waits.ts";
import { calls } from "../callbacks/calls.ts";
import { openConversations } from "./take.ts";

/** "(3) Varsam": texts not seen yet, visitors who wait while this counsellor is on duty, who asks one to come, and calls that are due. */
export function title(view: DeskView): string {
  const unread = openConversations(view).reduce((sum, conversation) => sum + conversation.unread, 0);
  const asked = view.asked.length;
  const waiting = view.onDuty ? view.waiting.filter(({ leased, away }) => !leased && !away).length : 0;
  const name = t("staff.title");
  const due = callsWait(view, calls.value?.view ?? null, Date.now() / 1_000);
  const all = unread + waiting + asked + due;
  return all > 0 ? `(${all}) ${name}` : name;
}
