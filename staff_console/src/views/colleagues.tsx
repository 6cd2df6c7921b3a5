/** Who else is on duty now, by pseudonym. */

import type { DeskView } from "../../../chat/browser/core/view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import { takes } from "./take.ts";

export function Colleagues({ view }: { view: DeskView }) {
  const others = view.onDuty ? known(view) : [];
  return (
    <section class="colleagues" aria-labelledby="colleagues-heading">
      <h2 id="colleagues-heading">{t("staff.colleagues.heading")}</h2>
      {others.length > 0 ? (
        <ul class="people">
          {others.map((name, index) => (
            <li key={index}>{name}</li>
          ))}
        </ul>
      ) : (
        <p class="quiet">{t(view.onDuty ? "staff.colleagues.none" : "staff.colleagues.unknown")}</p>
      )}
    </section>
  );
}

/** Who takes nobody from the queue hears of those who may be asked. */
function known(view: DeskView): readonly string[] {
  return takes(view)
    ? withoutOne(view.colleagues, view.signedInAs)
    : view.others.map(({ pseudonym }) => pseudonym);
}

/** Two may share a pseudonym, so only one of that name is oneself. */
function withoutOne(names: readonly string[], name: string | null): readonly string[] {
  const at = name === null ? -1 : names.indexOf(name);
  return names.filter((_, index) => index !== at);
}
