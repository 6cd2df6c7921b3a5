/** What one may tell besides, folded: its code and its words come when it is opened, so that nobody else loads them. */

import { useState } from "preact/hooks";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import type { ScreenProps } from "./app.tsx";
import { Behind } from "./behind.tsx";
import { choices } from "./languages.tsx";

type WishesProps = Pick<ScreenProps, "session" | "availability" | "settings"> & {
  /** Why nobody who is there may answer. */
  unmet: readonly string[];
};

export function Wishes({ session, availability, settings, unmet }: WishesProps) {
  // Once it was opened it stays: what was written or begun in it goes on while it is folded.
  const [opened, open] = useState(false);
  const props = {
    unmet,
    settings,
    waiting: session.begun,
    told: session.told.value ?? {},
    onTell: session.tell.bind(session),
    said: availability.said,
    languages: choices(availability.now.value),
  };
  return (
    <>
      {unmet.length > 0 && <Behind load={session.wishes}>{({ Unmet }) => <Unmet {...props} />}</Behind>}
      <details class="card" onToggle={() => open(true)}>
        <summary>{t("visitor.start.wishes")}</summary>
        {opened && <Behind load={session.wishes}>{({ Wishing }) => <Wishing {...props} />}</Behind>}
      </details>
    </>
  );
}
