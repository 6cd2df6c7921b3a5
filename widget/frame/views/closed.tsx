/** Nobody can answer, or the queue is full: told apart, each with the next step (Before 4). */

import { t } from "../../../chat/browser/ui/catalogue.ts";
import type { ScreenProps } from "./app.tsx";
import { Notice } from "./notice.tsx";

export function Closed({ view, session, onClose }: ScreenProps) {
  const full = view.alarm?.code === "queue-full";
  return (
    <Notice
      heading={t(full ? "visitor.closed.fullHeading" : "visitor.closed.heading")}
      // The heading has said these two.
      alarm={full || view.alarm?.code === "chat-closed" ? null : view.alarm}
      button={t("visitor.closed.button")}
      onPress={() => session.wipe()}
      onClose={onClose}
    >
      <p>{t(full ? "visitor.closed.fullWords" : "visitor.closed.words")}</p>
    </Notice>
  );
}
