/** Where this page is asked to come (E6, E8), and *Come*. Who comes first has it; the others are told. */

import type { AskedView, DeskView } from "../../../chat/browser/core/view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import type { Commands } from "../views/commands.ts";
import { ENTRY_ATTRIBUTE } from "../views/pane.ts";
import { openConversations } from "../views/take.ts";

/** `always`: for whoever takes nobody from the queue, the place stands also while nobody asks. */
export function Asked({ view, commands, always }: { view: DeskView; commands: Commands; always: boolean }) {
  const { asked, onDuty } = view;
  if (!always && !asked.length) return null;
  return (
    <section
      class="asked"
      aria-labelledby="asked-heading"
      {...(always ? { tabIndex: -1, [ENTRY_ATTRIBUTE]: "" } : {})}
    >
      <h2 id="asked-heading">{t("staff.joining.region")}</h2>
      <p role="status" class={asked.length ? "visually-hidden" : "quiet"}>
        {words(asked.length, onDuty)}
      </p>
      <ul class="asks">
        {asked.map((ask) => (
          <Ask key={`${ask.purpose} ${ask.sid}`} ask={ask} view={view} commands={commands} />
        ))}
      </ul>
    </section>
  );
}

function words(count: number, onDuty: boolean): string {
  if (count) return t("staff.joining.count", { count });
  return t(onDuty ? "staff.joining.none" : "staff.joining.offDuty");
}

function Ask({ ask, view, commands }: { ask: AskedView; view: DeskView; commands: Commands }) {
  const { sid, purpose, by, coming } = ask;
  const full = openConversations(view).length >= view.capacity;
  const hindered = coming || full || view.link !== "online";
  return (
    <li class="ask">
      <p>{by ? t(`staff.joining.ask.${purpose}`, { name: by }) : t("staff.joining.ask.visitor")}</p>
      <button
        type="button"
        class="button primary"
        aria-disabled={hindered}
        onClick={() => hindered || commands.come(sid, purpose)}
      >
        {t("staff.joining.come")}
      </button>
      {full && <p class="quiet">{t("staff.take.full", { capacity: view.capacity })}</p>}
    </li>
  );
}
