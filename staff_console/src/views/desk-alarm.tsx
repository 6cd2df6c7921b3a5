/** What was refused at the desk as a whole, until it has been read or is no longer so. */

import { useState } from "preact/hooks";
import type { DeskView, ErrorView } from "../../../chat/browser/core/view.ts";
import { Alarm } from "../../../chat/browser/ui/alarm.tsx";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import { goTo, pane } from "./pane.ts";
import { openConversations } from "./take.ts";

export function DeskAlarm({ view }: { view: DeskView }) {
  const [known, setKnown] = useState<ErrorView | null>(null);
  const { alarm } = view;
  const over = alarm?.code === "open-conversations" && openConversations(view).length === 0;
  if (alarm === null || alarm === known || over) return null;
  const putAway = () => {
    setKnown(alarm);
    goTo(pane.value);
  };
  return (
    <div class="desk-alarm">
      <Alarm section="staff" error={alarm} />
      <button type="button" class="button" onClick={putAway}>
        {t("staff.alarm.read")}
      </button>
    </div>
  );
}
