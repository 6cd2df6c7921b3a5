/** Who else is on duty now, by pseudonym. */

import type { DeskView } from "../../../chat/browser/core/view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";

export function Colleagues({ view }: { view: DeskView }) {
  const others = view.onDuty ? withoutOne(view.colleagues, view.signedInAs) : [];
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

/** Two may share a pseudonym, so only one of that name is oneself. */
function withoutOne(names: readonly string[], name: string | null): readonly string[] {
  const at = name === null ? -1 : names.indexOf(name);
  return names.filter((_, index) => index !== at);
}
