/** *Decline*: a conflict of interest with a visitor, before anybody was let in. The visitor is told nothing (Before 8). */

import { useState } from "preact/hooks";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import { Dialog } from "../../../chat/browser/ui/dialog.tsx";

interface DeclineProps {
  /** Where there are several: which one. */
  label?: string;
  onDecline(): void;
}

export function Decline({ label, onDecline }: DeclineProps) {
  const [asking, ask] = useState(false);
  const decline = () => {
    ask(false);
    onDecline();
  };
  return (
    <>
      <button type="button" class="button decline" aria-label={label} onClick={() => ask(true)}>
        {t("staff.routing.decline.button")}
      </button>
      {asking && (
        <Dialog heading={t("staff.routing.decline.heading")} modal onClose={() => ask(false)}>
          <p>{t("staff.routing.decline.words")}</p>
          <div class="dialog-answers">
            <button type="button" class="button" onClick={() => ask(false)}>
              {t("staff.routing.decline.no")}
            </button>
            <button type="button" class="button primary" onClick={decline}>
              {t("staff.routing.decline.button")}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
