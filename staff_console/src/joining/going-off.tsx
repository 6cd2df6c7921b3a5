/** Off duty with open conversations (Staff 6): each is handed over or ended first, and then it happens by itself. */

import { useEffect } from "preact/hooks";
import type { DeskView } from "../../../chat/browser/core/view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import { type ReadonlySignal, signal } from "../../../chat/browser/ui/signal.ts";
import type { Commands } from "../views/commands.ts";
import { goTo } from "../views/pane.ts";
import { openConversations } from "../views/take.ts";

const wanted = signal(false);

/** The counsellor goes off duty as soon as nobody is left without somebody. */
export const goingOff: ReadonlySignal<boolean> = wanted;

export function goOff(on: boolean): void {
  wanted.value = on;
}

export function GoingOff({ view, commands }: { view: DeskView; commands: Commands }) {
  const open = openConversations(view);
  const going = wanted.value && view.onDuty;
  const free = going && open.length === 0;
  useEffect(() => {
    if (!view.onDuty) wanted.value = false;
    if (!free) return;
    wanted.value = false;
    commands.goOffDuty();
  }, [free, view.onDuty, commands]);
  if (!going || free) return null;
  return (
    <section class="going-off" aria-labelledby="going-off-words">
      <p id="going-off-words" role="status">
        {t("staff.joining.goingOff.words")}
      </p>
      <div class="going-off-list">
        {open.map(({ sid, number }) => (
          <button key={sid} type="button" class="button" onClick={() => goTo(sid)}>
            {t("staff.conversation.visitor", { number })}
          </button>
        ))}
        <button type="button" class="button" onClick={() => goOff(false)}>
          {t("staff.joining.goingOff.stay")}
        </button>
      </div>
    </section>
  );
}
