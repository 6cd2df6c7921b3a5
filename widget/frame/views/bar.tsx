/** What is on every screen, and never covered: *Leave this page*, *Someone came in*, 112, *Language* (Leave 1, Before 1). */

import { t } from "../../../chat/browser/ui/catalogue.ts";
import { type LanguageChoice, LanguageSwitch } from "../../../chat/browser/ui/language-switch.tsx";
import type { Leaving } from "../leaving.ts";

interface BarProps {
  leaving: Leaving;
  embedded: boolean;
  demo: boolean;
  languages: readonly LanguageChoice[];
  onCover(): void;
  onChoose(tag: string): void;
}

export function Bar({ leaving, embedded, demo, languages, onCover, onChoose }: BarProps) {
  return (
    <header class="top">
      <div class="bar">
        <LeaveLink leaving={leaving} embedded={embedded} />
        <button type="button" class="button someone" onClick={onCover}>
          {t("visitor.cover.button")}
        </button>
        <a class="emergency" href="tel:112" target="_top">
          112 <span>{t("shared.emergency")}</span>
        </a>
        <LanguageSwitch choices={languages} onChoose={onChoose} />
      </div>
      {demo && <p class="demo">{t("shared.demo")}</p>}
    </header>
  );
}

/** In a municipality's page the loader's own, in words, stands right above: here a sign is enough for the eye. */
export function LeaveLink({ leaving, embedded }: { leaving: Leaving; embedded: boolean }) {
  return (
    <a
      class={embedded ? "leave sign" : "leave"}
      href={leaving.address}
      target="_top"
      rel="noreferrer"
      onClick={(event) => {
        event.preventDefault();
        leaving.leave();
      }}
    >
      {embedded && <Away />}
      <span class={embedded ? "visually-hidden" : ""}>{t("loader.leave")}</span>
    </a>
  );
}

/** An arrow out of a frame. */
function Away() {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" class="away">
      <path d="M10 4H5v16h5M10 12h10m-4-4 4 4-4 4" />
    </svg>
  );
}
