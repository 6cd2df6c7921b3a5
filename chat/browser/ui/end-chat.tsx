/** *End the chat*, and the question whether it is meant: ending erases for both sides, at once. */

import { useState } from "preact/hooks";
import { t } from "./catalogue.ts";
import { Dialog } from "./dialog.tsx";

interface EndChatProps {
  modal: boolean;
  /** Where there are several: which one. */
  heading?: string;
  onEnd(): void;
}

export function EndChat({ modal, heading = t("shared.end.heading"), onEnd }: EndChatProps) {
  const [asking, ask] = useState(false);
  const end = () => {
    ask(false);
    onEnd();
  };
  return (
    <>
      <button type="button" class="button end-chat" onClick={() => ask(true)}>
        {t("shared.end.button")}
      </button>
      {asking && (
        <Dialog heading={heading} modal={modal} onClose={() => ask(false)}>
          <p>{t("shared.end.words")}</p>
          <div class="dialog-answers">
            <button type="button" class="button" onClick={() => ask(false)}>
              {t("shared.end.no")}
            </button>
            <button type="button" class="button primary" onClick={end}>
              {t("shared.end.button")}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
