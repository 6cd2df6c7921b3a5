/** What was refused at the desk as a whole, until it has been read or is no longer so. */

import type { DeskView } from "../../../chat/browser/core/view.ts";
import { AlarmToRead } from "../../../chat/browser/ui/alarm.tsx";
import { goTo, pane } from "./pane.ts";
import { openConversations } from "./take.ts";

export function DeskAlarm({ view }: { view: DeskView }) {
  const { alarm } = view;
  const over = alarm?.code === "open-conversations" && openConversations(view).length === 0;
  if (alarm === null || over) return null;
  return <AlarmToRead section="staff" error={alarm} onRead={() => goTo(pane.value)} />;
}
