/**
 * After the end: what became of what was written, and the ways on. No rating, no questions (Talk 7). After an end for abuse
 * the next one waits, and 112 and other help stay (Staff 5).
 */

import { useState } from "preact/hooks";
import { clock, has, t } from "../../../chat/browser/ui/catalogue.ts";
import type { ScreenProps } from "./app.tsx";
import { Notice } from "./notice.tsx";
import { Said } from "./said.tsx";

export function Ended({ view, session, onClose }: ScreenProps) {
  const [early, setEarly] = useState(false);
  const { until } = view;
  const waits = () => until !== null && Date.now() < until * 1_000;
  const next = until ? t("visitor.cooling.until", { when: clock(until) }) : t("visitor.ended.again");
  // Of a conversation with a return code, whose part has the words.
  const own = `returning.ended.${view.ended}`;
  const why = has(own) ? own : `visitor.ended.${view.ended}`;
  return (
    <Notice
      heading={t("shared.ended")}
      alarm={view.alarm}
      button={t("visitor.ended.button")}
      onPress={() => (waits() ? setEarly(true) : session.wipe())}
      onClose={onClose}
    >
      <p>
        <Said at={[until ? "visitor.cooling.words" : why]} />
      </p>
      <p>{next}</p>
      <p role="status">{early && waits() && t("visitor.cooling.early")}</p>
    </Notice>
  );
}
