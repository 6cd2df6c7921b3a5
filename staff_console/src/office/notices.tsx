/** What runs out, on every page of the console, in time to do something about it; and what could be lost (C4). */

import type { OfficeView } from "../../../chat/browser/core/view.ts";
import { moment, t } from "../../../chat/browser/ui/catalogue.ts";
import { runsOut } from "./runs-out.ts";

export function Notices({ office }: { office: OfficeView }) {
  return (
    <div role="status" class="office-notices">
      {runsOut(office, Date.now() / 1000).map(({ what, until, over }) => (
        <p key={what} class="office-warning">
          {t(`staff.runsOut.${what}${over ? "Over" : ""}`, { until: moment(until) })}
        </p>
      ))}
      {office.callsEndangered && <p class="office-warning">{t("staff.callbacks.endangered")}</p>}
    </div>
  );
}
