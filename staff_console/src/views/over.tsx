/** A conversation that is over, or that was refused: why, what to do next, and the button that takes it off the screen. */

import type { ConversationView } from "../../../chat/browser/core/view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import { Debrief } from "../shift/debrief.tsx";
import { ENTRY_ATTRIBUTE } from "./pane.ts";

export function Over({ conversation, onDismiss }: { conversation: ConversationView; onDismiss(): void }) {
  const why = reason(conversation);
  const ended = conversation.phase === "ended";
  return (
    <div class="over" data-why={why}>
      <h3 tabIndex={-1} {...{ [ENTRY_ATTRIBUTE]: "" }}>
        {t(ended ? "shared.ended" : `staff.over.heading.${why}`)}
      </h3>
      <p class="over-why">{t(`staff.over.${why}`)}</p>
      {ended && why !== "returned" && <p class="quiet">{t("staff.over.erased")}</p>}
      {ended && why !== "returned" && <Debrief conversation={conversation} />}
      <button type="button" class="button" onClick={onDismiss}>
        {t("staff.over.close")}
      </button>
    </div>
  );
}

const PLACES_LOST = ["moved", "not-rejoined", "handed-over", "gone", "visitor-refused", "unanswered"];
const GOES_ON = ["handed-over", "gone", "visitor-refused", "unanswered"];

/** Nothing went wrong: it goes on without this page, and its words say so. */
export function goesOn({ alarm }: ConversationView): boolean {
  return alarm !== null && GOES_ON.includes(alarm.code);
}

/** Of a refused one: where it goes on, or whether the visitor had let this counsellor in before, and now waits. */
function reason({ phase, ended, members, alarm }: ConversationView): string {
  if (phase === "ended" && ended === "continued" && members.some(({ me }) => me)) return "beside";
  if (phase === "ended") return ended ?? "unknown";
  if (alarm && PLACES_LOST.includes(alarm.code)) return alarm.code;
  return members.some(({ me }) => me) ? "stopped" : "refused";
}
