/** Code that did not come, or was not the one that is pinned: said in words, with a way to try again. */

import { t } from "../../../chat/browser/ui/catalogue.ts";

export function Missing({ onAgain }: { onAgain(): void }) {
  return (
    <div role="alert" class="alarm">
      <p>{t("visitor.missing")}</p>
      <button type="button" class="button" onClick={onAgain}>
        {t("visitor.closed.button")}
      </button>
    </div>
  );
}
