/** How a counsellor on duty stands to the queue: available, finishing what is open, or on a break (Staff 1). */

import type { DeskView, DutyState } from "../../../chat/browser/core/view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import type { Commands } from "./commands.ts";

export const STATES: readonly DutyState[] = ["available", "finishing", "break"];

export function State({ view, commands }: { view: DeskView; commands: Commands }) {
  return (
    <label class="duty-state">
      {t("staff.routing.state.label")}
      <select
        value={view.state}
        onChange={({ currentTarget }) => commands.setState(currentTarget.value as DutyState)}
      >
        {STATES.map((state) => (
          <option key={state} value={state}>
            {t(`staff.routing.state.${state}`)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** This conversation leaves room for no other. */
export function Crisis({ on, onPress }: { on: boolean; onPress(): void }) {
  return (
    <button
      type="button"
      class="button crisis"
      aria-pressed={on}
      title={t("staff.routing.crisis.words")}
      onClick={onPress}
    >
      {t("staff.routing.crisis.button")}
    </button>
  );
}
