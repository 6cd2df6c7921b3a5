/** The page's title: how much is waiting for this counsellor, and never what it is (Staff 2). */

import type { DeskView } from "../../../chat/browser/core/view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import { openConversations } from "./take.ts";

/** "(3) Varsam": texts not seen yet, and visitors who wait while this counsellor is on duty. */
export function title(view: DeskView): string {
  const unread = openConversations(view).reduce((sum, conversation) => sum + conversation.unread, 0);
  const waiting = view.onDuty ? view.waiting.filter(({ leased, away }) => !leased && !away).length : 0;
  const name = t("staff.title");
  return unread + waiting > 0 ? `(${unread + waiting}) ${name}` : name;
}
