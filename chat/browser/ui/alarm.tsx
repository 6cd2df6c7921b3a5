/** Something refused, as an alert: what happened, what to do next, and the step of the protocol where one failed. */

import { useState } from "preact/hooks";
import type { ErrorView } from "../core/view.ts";
import { has, moment, t } from "./catalogue.ts";

interface AlarmProps {
  error: ErrorView;
  /** The section whose words come before the shared ones: what to do next is another thing for staff. */
  section?: string | undefined;
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

/** Until a person says that it has been read; the next one stands again. `onRead`: where the focus goes on. */
export function AlarmToRead({ error, section, onRead }: AlarmProps & { onRead(): void }) {
  const [known, setKnown] = useState<ErrorView | null>(null);
  if (error === known) return null;
  const putAway = () => {
    setKnown(error);
    onRead();
  };
  return (
    <div class="alarm-to-read">
      <Alarm error={error} section={section} />
      <button type="button" class="button" onClick={putAway}>
        {t("shared.read")}
      </button>
    </div>
  );
}

/** Of a wrong clock: both clocks, as one reads them. */
function clocks({ numbers = {} }: ErrorView): Record<string, string> {
  return Object.fromEntries(Object.entries(numbers).map(([name, at]) => [name, moment(at)]));
}
