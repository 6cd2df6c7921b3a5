/** What one should know before the first word: getting away, what is saved, who answers, and other help. */

import { t } from "../../../chat/browser/ui/catalogue.ts";
import { Numbers } from "./numbers.tsx";

export function About() {
  return (
    <div class="about">
      <Leaving />
      <section class="card">
        <h2>{t("visitor.saved.heading")}</h2>
        <p>{t("visitor.saved.locked")}</p>
        <p>{t("visitor.saved.erased")}</p>
        <p>{t("visitor.saved.device")}</p>
        <p>{t("visitor.saved.away")}</p>
      </section>
      <section class="card">
        <h2>{t("visitor.who.heading")}</h2>
        <p>{t("visitor.who.people")}</p>
        <p>{t("visitor.who.hours")}</p>
      </section>
      <details class="card">
        <summary>{t("visitor.numbers.heading")}</summary>
        <Numbers />
      </details>
    </div>
  );
}

function Leaving() {
  return (
    <section class="card">
      <h2>{t("visitor.leaving.heading")}</h2>
      <p>{t("visitor.leaving.how")}</p>
      <h3>{t("visitor.leaving.hiddenHeading")}</h3>
      <ul class="points">
        {["history", "network", "spyware", "screen"].map((key) => (
          <li key={key}>{t(`visitor.leaving.${key}`)}</li>
        ))}
      </ul>
      <h3>{t("visitor.leaving.saferHeading")}</h3>
      <ul class="points">
        {["private", "device"].map((key) => (
          <li key={key}>{t(`visitor.leaving.${key}`)}</li>
        ))}
      </ul>
    </section>
  );
}
