/** *End the chat*, and the question whether it is meant: ending erases for both sides, at once. */

import { useState } from "preact/hooks";
import { t } from "./catalogue.ts";
import { Dialog } from "./dialog.tsx";

export function EndChat({ modal, onEnd }: { modal: boolean; onEnd(): void }) {
  const [asking, ask] = useState(false);
  return (
    <>
      <button type="button" class="button end-chat" onClick={() => ask(true)}>
        {t("shared.end.button")}
      </button>
      {asking && (
        <Dialog heading={t("shared.end.heading")} modal={modal} onClose={() => ask(false)}>
          <p>{t("shared.end.words")}</p>
          <div class="dialog-answers">
            <button type="button" class="button" onClick={() => ask(false)}>
              {t("shared.end.no")}
            </button>
            <button type="button" class="button primary" onClick={onEnd}>
              {t("shared.end.button")}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
