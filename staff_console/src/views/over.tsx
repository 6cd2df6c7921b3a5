/** A conversation that is over, or that was refused: why, what to do next, and the button that takes it off the screen. */

import type { ConversationView } from "../../../chat/browser/core/view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import { ENTRY_ATTRIBUTE } from "./pane.ts";

export function Over({ conversation, onDismiss }: { conversation: ConversationView; onDismiss(): void }) {
  const { phase, ended } = conversation;
  const why = phase === "refused" ? "refused" : (ended ?? "unknown");
  return (
    <div class="over" data-why={why}>
      <h3 tabIndex={-1} {...{ [ENTRY_ATTRIBUTE]: "" }}>
        {t(phase === "refused" ? "staff.over.refusedHeading" : "shared.ended")}
      </h3>
      <p class="over-why">{t(`staff.over.${why}`)}</p>
      {phase === "ended" && <p class="quiet">{t("staff.over.erased")}</p>}
      <button type="button" class="button" onClick={onDismiss}>
        {t("staff.over.close")}
      </button>
    </div>
  );
}
