/** While one waits: the place, which never gets worse, early writing, and other help (Before 5, 6). */

import type { VisitorView } from "../../../chat/browser/core/view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import type { Cover } from "../cover.ts";
import { Numbers } from "./numbers.tsx";
import { WayBack } from "./way-back.tsx";

/** From what others really waited, and never a promise. */
export function howLong(within: number | null): string {
  if (within === null) return t("visitor.waiting.unknown");
  return within > 60 ? t("visitor.waiting.long") : t("visitor.waiting.within", { n: within });
}

export function Queue({ view, cover }: { view: VisitorView; cover: Cover }) {
  const { place, onDuty, within, messages } = view;
  return (
    <div class="queue">
      <div class="place">
        <p aria-hidden="true">{t("visitor.waiting.place")}</p>
        <p role="status" aria-label={t("visitor.waiting.place")} class="place-number">
          {place ?? <span class="quiet">{t("visitor.waiting.connecting")}</span>}
        </p>
        {place !== null && (
          <p class="quiet">
            {place === 1 ? t("visitor.waiting.next") : t("visitor.waiting.before", { n: place - 1 })}
          </p>
        )}
        {onDuty > 0 && (
          <p class="quiet">
            {t("visitor.waiting.onDuty", { n: onDuty })}
            <br />
            {howLong(within)}
          </p>
        )}
      </div>
      {place !== null && onDuty === 0 && <p>{t("visitor.waiting.nobody")}</p>}
      <p>{t("visitor.waiting.choices")}</p>
      <p class="early">{t("visitor.waiting.early")}</p>
      <details>
        <summary>{t("visitor.numbers.while")}</summary>
        <Numbers />
      </details>
      <details>
        <summary>{t("visitor.cover.button")}</summary>
        <WayBack cover={cover} />
      </details>
      {messages.length === 0 && <p class="quiet">{t("visitor.waiting.empty")}</p>}
    </div>
  );
}
