/** From *Take next*, or from loading the page again, to being let in: the steps, and which one is going on. */

import { t } from "../../../chat/browser/ui/catalogue.ts";

const STEPS = ["opening", "offered"] as const;

export function Rejoining({ visitorHere }: { visitorHere: boolean }) {
  return (
    <p class="opening" role="status">
      {t(visitorHere ? "staff.opening.rejoining" : "staff.opening.visitorAway")}
    </p>
  );
}

/** The service has lost a part, and the visitor's page goes on under another id. */
export function Restoring() {
  return (
    <p class="opening" role="status">
      {t("staff.opening.restoring")}
    </p>
  );
}

export function Opening({ phase }: { phase: (typeof STEPS)[number] }) {
  return (
    <div class="opening" role="status">
      <ol class="steps">
        {STEPS.map((step, index) => {
          const progress = index < STEPS.indexOf(phase) ? "done" : step === phase ? "now" : "next";
          return (
            <li key={step} data-progress={progress}>
              <span class="step-name">{t(`staff.opening.${step}.name`)}</span>
              <span class="step-progress">{t(`staff.opening.${progress}`)}</span>
            </li>
          );
        })}
      </ol>
      <p class="quiet">{t(`staff.opening.${phase}.words`)}</p>
    </div>
  );
}
