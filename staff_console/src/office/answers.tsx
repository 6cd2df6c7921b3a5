/** What somebody can answer: languages, a woman or a man, visitors or professionals. It decides whom they are given. */

import { useId, useState } from "preact/hooks";
import type { AnswersView, PersonView } from "../../../chat/browser/core/view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import { languageName } from "../views/formats.ts";
import type { OfficeCommands } from "./commands.ts";

const GENDERS = ["woman", "man"] as const;
const TAKES = ["both", "visitors", "work"] as const;
const MOST = 10;
/** Words of our own behind a tag, such as easy Swedish, are no language that somebody answers in. */
const LANGUAGES = Object.keys(__LANGUAGES__).filter((tag) => !tag.includes("-x-"));

export function Answers({ person, commands }: { person: PersonView; commands: OfficeCommands }) {
  const [answers, change] = useState<AnswersView>(person.answers);
  const id = useId();
  const changed = JSON.stringify(answers) !== JSON.stringify(person.answers);
  const save = (event: Event) => {
    event.preventDefault();
    if (changed) commands.writeAnswers(person.id, answers);
  };
  const toggle = (tag: string) => {
    const { languages } = answers;
    const others = languages.filter((one) => one !== tag);
    change({ ...answers, languages: others.length < languages.length ? others : [...languages, tag] });
  };
  return (
    <details class="office-answers">
      <summary>
        {t("staff.answers.summary", { name: person.pseudonym })} <Now answers={person.answers} />
      </summary>
      <form onSubmit={save}>
        <fieldset>
          <legend>{t("staff.answers.languages")}</legend>
          {LANGUAGES.map((tag) => (
            <label key={tag} class="office-tick">
              <input
                type="checkbox"
                checked={answers.languages.includes(tag)}
                disabled={answers.languages.length >= MOST && !answers.languages.includes(tag)}
                onChange={() => toggle(tag)}
              />
              {languageName(tag)}
            </label>
          ))}
          <p class="quiet">{t("staff.answers.none")}</p>
        </fieldset>
        <div class="office-row">
          <label for={`${id}-gender`}>{t("staff.answers.gender")}</label>
          <select
            id={`${id}-gender`}
            value={answers.gender ?? ""}
            onChange={({ currentTarget: { value } }) =>
              change({ ...answers, gender: GENDERS.find((one) => one === value) ?? null })
            }
          >
            <option value="">{t("staff.answers.unsaid")}</option>
            {GENDERS.map((gender) => (
              <option key={gender} value={gender}>
                {t(`staff.answers.${gender}`)}
              </option>
            ))}
          </select>
          <label for={`${id}-takes`}>{t("staff.answers.takes.label")}</label>
          <select
            id={`${id}-takes`}
            value={answers.takes}
            onChange={({ currentTarget: { value } }) =>
              change({ ...answers, takes: TAKES.find((one) => one === value) ?? "both" })
            }
          >
            {TAKES.map((takes) => (
              <option key={takes} value={takes}>
                {t(`staff.answers.takes.${takes}`)}
              </option>
            ))}
          </select>
          <button type="submit" class="button" aria-disabled={!changed}>
            {t("staff.answers.save", { name: person.pseudonym })}
          </button>
        </div>
      </form>
    </details>
  );
}

/** As it stands in the list. */
function Now({ answers: { languages, gender, takes } }: { answers: AnswersView }) {
  const said = [
    languages.map(languageName).join(" · "),
    gender && t(`staff.answers.${gender}`),
    takes !== "both" && t(`staff.answers.takes.${takes}`),
  ].filter(Boolean);
  return said.length > 0 ? <span class="quiet">{said.join(" · ")}</span> : null;
}
