/** The trace table: what is gone after a chat, and what nobody can remove from here (Trace 8). `/help` says the same. */

import { t } from "../../../chat/browser/ui/catalogue.ts";
import { Said } from "./said.tsx";

const GONE = ["saved.device", "saved.erased", "trace.back"];
const STAYS =
  "leaving.history leaving.network leaving.spyware leaving.screen trace.files trace.keyboard trace.calls trace.people".split(
    " ",
  );

export function Traces() {
  return (
    <details class="card">
      <summary>{t("visitor.trace.heading")}</summary>
      <h3>{t("visitor.trace.gone")}</h3>
      <Points keys={GONE} />
      <h3>{t("visitor.trace.stays")}</h3>
      <Points keys={STAYS} />
    </details>
  );
}

/** Words of the section "visitor", one below the other. */
export function Points({ keys }: { keys: readonly string[] }) {
  return (
    <ul class="points">
      {keys.map((key) => (
        <li key={key}>
          <Said at={[`visitor.${key}`]} />
        </li>
      ))}
    </ul>
  );
}
