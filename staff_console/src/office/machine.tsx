/** This machine (K3): its seven words until it is listed, and what the person at it must see to. */

import type { OfficeView } from "../../../chat/browser/core/view.ts";
import { moment, t } from "../../../chat/browser/ui/catalogue.ts";

/** Each has a way of its own, and it must be on the screen when it happens. */
const CHANGES = ["new", "lost", "cleared", "renewed", "passkey"] as const;

export function Machine({ office }: { office: OfficeView }) {
  const { certificateUntil } = office;
  return (
    <section class="office-part" aria-labelledby="machine">
      <h2 id="machine">{t("staff.office.machine.heading")}</h2>
      <p role="status">{t(`staff.office.machine.${office.machine}`)}</p>
      {office.machine === "waiting" && (
        <p class="office-words" translate={false} lang="en">
          {office.words}
        </p>
      )}
      {office.keptBy === "page" ? (
        <p class="office-warning">{t("staff.office.machine.unkept")}</p>
      ) : (
        <p class="quiet">{t(`staff.machineKeys.kept.${office.keptBy}`)}</p>
      )}
      <p class="quiet">{t("staff.office.machine.disk")}</p>
      {certificateUntil > 0 && (
        <p class="quiet">{t("staff.changes.certificate", { until: moment(certificateUntil) })}</p>
      )}
      <details>
        <summary>{t("staff.changes.heading")}</summary>
        <dl class="office-changes">
          {CHANGES.map((what) => (
            <div key={what}>
              <dt>{t(`staff.changes.${what}.name`)}</dt>
              <dd>{t(`staff.changes.${what}.words`)}</dd>
            </div>
          ))}
        </dl>
      </details>
    </section>
  );
}
