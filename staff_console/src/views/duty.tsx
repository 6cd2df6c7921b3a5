/** The switch between on and off duty. It stands where the service says, not where it was pressed to. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { DeskView } from "../../../chat/browser/core/view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import { signal } from "../../../chat/browser/ui/signal.ts";
import { goingOff, goOff } from "../joining/going-off.tsx";
import { useAnswer } from "./asking.ts";
import type { Commands } from "./commands.ts";
import { State } from "./state.tsx";
import { openConversations, takes } from "./take.ts";

export function Duty({ view, commands }: { view: DeskView; commands: Commands }) {
  const open = openConversations(view).length;
  const held = view.onDuty && open > 0;
  const [changing] = useState(() => signal(false));
  useAnswer(changing, view.onDuty, view.alarm, view.link);
  const press = () => {
    if (changing.value) return;
    if (held) return goOff(!goingOff.value);
    changing.value = true;
    if (view.onDuty) commands.goOffDuty();
    else commands.goOnDuty();
  };
  return (
    <div class="duty">
      <p role="status" class="quiet">
        {changing.value && t(view.onDuty ? "staff.duty.ending" : "staff.duty.starting")}
      </p>
      {view.onDuty && takes(view) && <State view={view} commands={commands} />}
      <Switch on={view.onDuty} describedBy={held ? "duty-held" : undefined} onPress={press} />
      {held && (
        <p id="duty-held" class="visually-hidden">
          {t("staff.duty.held", { open })}
        </p>
      )}
    </div>
  );
}

interface SwitchProps {
  on: boolean;
  describedBy: string | undefined;
  onPress(): void;
}

function Switch({ on, describedBy, onPress }: SwitchProps) {
  const button = useRef<HTMLButtonElement>(null);
  // Signing in took away what held the focus, and this comes next.
  useEffect(() => button.current?.focus(), []);
  return (
    <button
      ref={button}
      type="button"
      role="switch"
      class="switch"
      aria-checked={on}
      aria-describedby={describedBy}
      onClick={onPress}
    >
      <span>{t("staff.duty.label")}</span>
      <span class="switch-track" aria-hidden="true">
        {t(on ? "staff.duty.on" : "staff.duty.off")}
      </span>
    </button>
  );
}
