/** Languages by their own names: those to read in, before anything must be read, and those to be answered in. */

import { language, t } from "../../../chat/browser/ui/catalogue.ts";
import type { LanguageChoice } from "../../../chat/browser/ui/language-switch.tsx";
import type { Standing } from "../availability.ts";

/** Until the service has answered: the languages that somebody who speaks them has read. */
const READ = Object.keys(__LANGUAGES__).filter((tag) => __LANGUAGES__[tag]?.review !== "draft");

/** What is offered, and what is on the screen in any case. */
export function choices(standing: Standing | null): LanguageChoice[] {
  const spoken = language.value?.tag ?? "";
  const offered = standing?.languages.length ? standing.languages : READ;
  const tags = offered.includes(spoken) ? offered : [spoken, ...offered];
  return tags.flatMap((tag) => {
    const name = __LANGUAGES__[tag]?.name;
    return name ? [{ tag, name }] : [];
  });
}

interface TonguesProps {
  choices: readonly LanguageChoice[];
  onChoose(tag: string): void;
}

/** All of them in sight, those of this browser first: whoever cannot read the screen finds their own. */
export function Tongues({ choices, onChoose }: TonguesProps) {
  const own = navigator.languages.map(primary);
  const rank = ({ tag }: LanguageChoice) => (own.includes(primary(tag)) ? 0 : 1);
  const sorted = [...choices].sort((a, b) => rank(a) - rank(b));
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot scroll sideways everywhere */}
      <div role="group" class="tongues" aria-label={t("shared.language")}>
        {sorted.map(({ tag, name }) => (
          <button
            key={tag}
            type="button"
            lang={tag}
            aria-pressed={tag === language.value?.tag}
            onClick={() => onChoose(tag)}
          >
            {name}
          </button>
        ))}
      </div>
      {language.value?.review === "draft" && <p class="quiet">{t("shared.draft")}</p>}
    </>
  );
}

/** Nothing while nobody is there. */
export function Answers({ standing }: { standing: Standing | null }) {
  const names = standing?.answers.map((tag) => __LANGUAGES__[tag]?.name ?? tag) ?? [];
  if (names.length === 0) return null;
  return <p>{t("visitor.start.answers", { languages: names.join(" · ") })}</p>;
}

function primary(tag: string): string {
  return tag.split("-")[0] ?? tag;
}
