/** How often Shift was pressed so far, said where it was pressed (Leave 4). */

import { t } from "../../../chat/browser/ui/catalogue.ts";
import { signal } from "../../../chat/browser/ui/signal.ts";

export const shiftsPressed = signal(0);

export function ShiftProgress() {
  return (
    <p role="status" class="shift-progress">
      {shiftsPressed.value > 0 && t("loader.progress", { n: shiftsPressed.value })}
    </p>
  );
}
