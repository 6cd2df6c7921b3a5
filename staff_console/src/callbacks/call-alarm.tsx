/** What was refused about a call: staff's words, or those that visitors have for the same. */

import type { ErrorView } from "../../../chat/browser/core/view.ts";
import { Alarm } from "../../../chat/browser/ui/alarm.tsx";
import { has } from "../../../chat/browser/ui/catalogue.ts";

export function CallAlarm({ error }: { error: ErrorView }) {
  const staff = has(`staff.error.${error.code}`) || !has(`callback.error.${error.code}`);
  return <Alarm error={error} section={staff ? "staff" : "callback"} />;
}
