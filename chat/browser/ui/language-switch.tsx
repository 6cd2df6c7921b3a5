/** *Language*: every language by its own name, no flags. */

import { language, t } from "./catalogue.ts";

export interface LanguageChoice {
  readonly tag: string;
  readonly name: string;
}

export function LanguageSwitch({
  choices,
  onChoose,
}: {
  choices: readonly LanguageChoice[];
  onChoose(tag: string): void;
}) {
  return (
    <select
      class="language-switch"
      aria-label={t("shared.language")}
      autocomplete="off"
      value={language.value?.tag ?? ""}
      onChange={(event) => onChoose(event.currentTarget.value)}
    >
      {choices.map(({ tag, name }) => (
        <option key={tag} value={tag} lang={tag}>
          {name}
        </option>
      ))}
    </select>
  );
}
