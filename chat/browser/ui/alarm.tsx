/** Something refused, as an alert: what happened, what to do next, and the step of the protocol where one failed. */

import type { ErrorView } from "../core/view.ts";
import { has, moment, t } from "./catalogue.ts";

interface AlarmProps {
  error: ErrorView;
  /** The section whose words come before the shared ones: what to do next is another thing for staff. */
  section?: string;
}

export function Alarm({ error, section = "shared" }: AlarmProps) {
  const keys = [`${section}.error.${error.code}`, `shared.error.${error.code}`];
  return (
    <div role="alert" class="alarm">
      <p>{t(keys.find(has) ?? "shared.error.bug", clocks(error))}</p>
      {error.step && <p class="alarm-step">{t("shared.step", { step: error.step })}</p>}
    </div>
  );
}

/** Of a wrong clock: both clocks, as one reads them. */
function clocks({ numbers = {} }: ErrorView): Record<string, string> {
  return Object.fromEntries(Object.entries(numbers).map(([name, at]) => [name, moment(at)]));
}
