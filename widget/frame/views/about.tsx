/** What one should know before the first word: getting away, what is saved, who answers, and other help. */

import { t } from "../../../chat/browser/ui/catalogue.ts";
import type { Cover } from "../cover.ts";
import { Numbers } from "./numbers.tsx";
import { Said } from "./said.tsx";
import { WayBack } from "./way-back.tsx";

/** What nobody can remove from here (Trace 8); `/help` says the same. */
const STAYS =
  "leaving.history leaving.network leaving.spyware leaving.screen trace.files trace.keyboard trace.calls".split(
    " ",
  );

export function About({ cover }: { cover: Cover }) {
  return (
    <div class="about">
      <Leaving />
      <section class="card">
        <h2>
          <Said at={["visitor.cover.button"]} />
        </h2>
        <WayBack cover={cover} />
      </section>
      <section class="card">
        <h2>
          <Said at={["visitor.saved.heading"]} />
        </h2>
        <p>
          <Said at={["visitor.saved.locked"]} />
        </p>
        <p>
          <Said at={["visitor.saved.erased"]} />
        </p>
        <p>
          <Said at={["visitor.saved.device"]} />
        </p>
        <p>
          <Said at={["visitor.saved.away"]} />
        </p>
      </section>
      <section class="card">
        <h2>
          <Said at={["visitor.who.heading"]} />
        </h2>
        <p>
          <Said at={["visitor.who.people"]} />
        </p>
        <p>
          <Said at={["visitor.who.hours"]} />
        </p>
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
      <h2>
        <Said at={["visitor.leaving.heading"]} />
      </h2>
      <p>
        <Said at={["visitor.leaving.how"]} />
      </p>
      <h3>
        <Said at={["visitor.leaving.hiddenHeading"]} />
      </h3>
      <ul class="points">
        {STAYS.map((key) => (
          <li key={key}>
            <Said at={[`visitor.${key}`]} />
          </li>
        ))}
      </ul>
      <h3>
        <Said at={["visitor.leaving.saferHeading"]} />
      </h3>
      <ul class="points">
        {["private", "device"].map((key) => (
          <li key={key}>
            <Said at={[`visitor.leaving.${key}`]} />
          </li>
        ))}
      </ul>
    </section>
  );
}
