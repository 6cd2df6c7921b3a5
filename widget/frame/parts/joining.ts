/** Who comes in, and who else could (E6, E8): asked for when somebody asks, or when whoever was there is lost (`parts.ts`). */

import { Asking, type Page } from "../../../chat/browser/core/asking.ts";
import { adopt } from "../../../chat/browser/ui/sheets.ts";
import style from "../views/joining.css";
import { Joining } from "../views/joining.tsx";

/** What the screen shows of it, and what can be answered. */
export interface Joined extends Pick<Asking, "view" | "answer" | "callAnother" | "stopCalling"> {
  readonly Screen: typeof Joining;
}

let styled = false;

export function makeJoining(page: Page, onChange: () => void): Joined {
  if (!styled) adopt(document, style);
  styled = true;
  return Object.assign(new Asking(page, onChange), { Screen: Joining });
}
