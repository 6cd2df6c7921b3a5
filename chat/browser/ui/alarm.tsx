/** Something refused, as an alert: what happened, what to do next, and the step of the protocol where one failed. */

import type { ErrorView } from "../core/view.ts";
import { clock, has, t } from "./catalogue.ts";

export function Alarm({ error }: { error: ErrorView }) {
  const key = `shared.error.${error.code}`;
  return (
    <div role="alert" class="alarm">
      <p>{t(has(key) ? key : "shared.error.bug", clocks(error))}</p>
      {error.step && <p class="alarm-step">{t("shared.step", { step: error.step })}</p>}
    </div>
  );
}

/** Of a wrong clock: both clocks, as one reads them. */
function clocks({ numbers = {} }: ErrorView): Record<string, string> {
  return Object.fromEntries(Object.entries(numbers).map(([name, at]) => [name, clock(at)]));
}
