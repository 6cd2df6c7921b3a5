/** *Practise*: a simulated visitor for whoever is new, clearly marked as one. */

import type { DeskView } from "../../../chat/browser/core/view.ts";
import { language, t } from "../../../chat/browser/ui/catalogue.ts";
import type { Commands } from "../views/commands.ts";
import { linesOf } from "./laid.ts";

export function Practise({ view, commands }: { view: DeskView; commands: Commands }) {
  const lines = linesOf("practice", language.value?.tag ?? "sv");
  const reason = hindered(view);
  if (lines.length === 0 || view.role !== "counsellor") return null;
  return (
    <section class="practise" aria-labelledby="practise-heading">
      <h2 id="practise-heading">{t("staff.practice.heading")}</h2>
      <p id="practise-words" class="quiet">
        {t(`staff.practice.${reason ?? "words"}`)}
      </p>
      <button
        type="button"
        class="button small"
        aria-disabled={reason !== null}
        aria-describedby="practise-words"
        onClick={() => reason || commands.practise(lines)}
      >
        {t("staff.practice.button")}
      </button>
    </section>
  );
}

/** On every conversation that is none. */
export function PracticeMark() {
  return <p class="practice-mark">{t("staff.practice.mark")}</p>;
}

function hindered({ onDuty, link, conversations }: DeskView): string | null {
  if (!onDuty || link !== "online") return "offDuty";
  return conversations.some(({ practice, phase }) => practice && phase !== "ended") ? "going" : null;
}
