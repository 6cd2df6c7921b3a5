/** *Alerts*: which are given, a try of them, and in words what the browser blocks and what to do about it. */

import type { DeskView } from "../../../chat/browser/core/view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import { type AlertsView, alerting, type Kind, testAlerts, want } from "./alerting.ts";

export function Alerts({ view }: { view: DeskView }) {
  const alerts = alerting.value;
  const blocked = blocks(alerts);
  return (
    <section class="alerts" aria-labelledby="alerts-heading">
      <h2 id="alerts-heading">{t("staff.alerts.heading")}</h2>
      <div role="status" class="alerts-blocked">
        {view.onDuty && blocked.length > 0 && (
          <div class="notice">
            <p class="notice-heading">{t("staff.alerts.blocked.heading")}</p>
            {blocked.map((what) => (
              <p key={what}>{t(`staff.alerts.blocked.${what}`)}</p>
            ))}
          </div>
        )}
      </div>
      <p class="quiet">{t("staff.alerts.words")}</p>
      <Choice kind="sound" on={alerts.sound} />
      <Choice kind="notices" on={alerts.notices} />
      <button type="button" class="button" onClick={() => testAlerts()}>
        {t("staff.alerts.test")}
      </button>
      <p role="status" class="quiet">
        {alerts.tested && blocked.length === 0 && t("staff.alerts.tested")}
      </p>
    </section>
  );
}

function Choice({ kind, on }: { kind: Kind; on: boolean }) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={on}
        onChange={({ currentTarget }) => want(kind, currentTarget.checked)}
      />
      {t(`staff.alerts.${kind}`)}
    </label>
  );
}

/** Keys of the catalogue; what is not wanted is not blocked. */
export function blocks({ sound, notices, canRing, allowed }: AlertsView): readonly string[] {
  const silent = sound && !canRing ? ["sound"] : [];
  return notices && allowed !== "yes" ? [...silent, allowed] : silent;
}
