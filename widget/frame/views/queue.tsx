/** While one waits: the place, which never gets worse, early writing, and other help (Before 5, 6). */

import { t } from "../../../chat/browser/ui/catalogue.ts";
import type { ScreenProps } from "./app.tsx";
import { AskToCall } from "./calling.tsx";
import { Numbers } from "./numbers.tsx";
import { WayBack } from "./way-back.tsx";
import { Wishes } from "./wishes.tsx";

/** From what others really waited, and never a promise. */
export function howLong(within: number | null): string {
  if (within === null) return t("visitor.waiting.unknown");
  return within > 60 ? t("visitor.waiting.long") : t("visitor.waiting.within", { n: within });
}

export function Queue(props: ScreenProps) {
  const { place, onDuty, within, messages, unmet } = props.view;
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
      <Wishes {...props} unmet={unmet} />
      {place !== null && onDuty === 0 && <p>{t("visitor.waiting.nobody")}</p>}
      <p>
        {t("visitor.waiting.choices")} {t("visitor.waiting.urgent")}
      </p>
      <AskToCall calls={props.calls} />
      <p class="early">{t("visitor.waiting.early")}</p>
      <details>
        <summary>{t("visitor.numbers.while")}</summary>
        <Numbers />
      </details>
      <details>
        <summary>{t("visitor.cover.button")}</summary>
        <WayBack cover={props.cover} />
      </details>
      {messages.length === 0 && <p class="quiet">{t("visitor.waiting.empty")}</p>}
    </div>
  );
}
