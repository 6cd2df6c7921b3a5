/** Nobody can answer, or the queue is full: told apart, each with the next step (Before 4). */

import { day, t } from "../../../chat/browser/ui/catalogue.ts";
import type { ScreenProps } from "./app.tsx";
import { AskToCall } from "./calling.tsx";
import { choices, Tongues } from "./languages.tsx";
import { Notice } from "./notice.tsx";

export function Closed({ view, session, availability, calls, onLanguage, onCode, onClose }: ScreenProps) {
  const { alarm } = view;
  const now = availability.now.value;
  const full = alarm ? alarm.code === "queue-full" : now?.state === "full";
  return (
    <Notice
      heading={t(full ? "visitor.closed.fullHeading" : "visitor.closed.heading")}
      // The heading has said these two.
      alarm={full || alarm?.code === "chat-closed" ? null : alarm}
      button={t("visitor.closed.button")}
      onPress={() => void availability.ask().then(() => session.wipe())}
      onClose={onClose}
      top={<Tongues choices={choices(now)} onChoose={onLanguage} />}
    >
      <p>{t(full ? "visitor.closed.fullWords" : "visitor.closed.words")}</p>
      {!full && now?.opens && <p>{t("visitor.closed.opens", { when: day(now.opens) })}</p>}
      <div class="actions">
        <AskToCall calls={calls} />
        <button type="button" class="button plain" onClick={onCode}>
          {t("visitor.code.have")}
        </button>
      </div>
    </Notice>
  );
}
