/** What a visitor told before the first word, as it was told; what was not told is not shown (Before 3, 7, 8). */

import type { AboutView, ToldView } from "../../../chat/browser/core/view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import { languageName } from "./formats.ts";
import { municipalityName } from "./municipalities.ts";

/** In a conversation: all of it, under its heading. */
export function About({ about, number }: { about: AboutView; number: number }) {
  // Several stand beside each other, and each is found by its name.
  const name = `${t("staff.routing.told.heading")}: ${t("staff.conversation.visitor", { number })}`;
  const { language, entrance, told } = about;
  return (
    <section class="about-visitor" aria-label={name}>
      <h3>{t("staff.routing.told.heading")}</h3>
      <ul class="told">
        {told?.triage.map((what) => (
          <Triage key={what} what={what} />
        ))}
        <li>{languageName(language)}</li>
        {entrance && <li>{t(`staff.entrance.${entrance}`)}</li>}
        {told && words(told).map((said) => <li key={said}>{said}</li>)}
      </ul>
    </section>
  );
}

/** At a place of the queue. */
export function Told({ told }: { told: ToldView }) {
  return (
    <ul class="told" aria-label={t("staff.routing.told.heading")}>
      {told.triage.map((what) => (
        <Triage key={what} what={what} />
      ))}
      {words(told).map((said) => (
        <li key={said}>{said}</li>
      ))}
    </ul>
  );
}

function Triage({ what }: { what: ToldView["triage"][number] }) {
  return <li data-triage={what}>{t(`staff.routing.triage.${what}`)}</li>;
}

function words({ age, municipality, gender, languages }: ToldView): string[] {
  const list = languages.map(languageName).join(" · ");
  return [
    age && t(`staff.routing.age.${age}`),
    municipality === "other" ? t("staff.routing.told.other") : municipality && municipalityName(municipality),
    gender && t(`staff.routing.told.${gender}`),
    list && t("staff.routing.told.languages", { languages: list }),
  ].filter((said) => typeof said === "string" && said !== "") as string[];
}
