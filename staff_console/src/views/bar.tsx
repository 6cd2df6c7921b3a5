/** The bar on top: whose desk this is, how the connection stands, and the switch between on and off duty. */

import { useEffect, useRef } from "preact/hooks";
import type { DeskView, LinkState } from "../../../chat/browser/core/view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import type { Commands } from "./commands.ts";
import { openConversations } from "./take.ts";

export function Bar({ view, commands }: { view: DeskView; commands: Commands }) {
  return (
    <header class="bar">
      <p class="brand">Varsam</p>
      {view.demo && <p class="badge">{t("staff.bar.demo")}</p>}
      <h1>{t("staff.bar.signedIn", { name: view.signedInAs ?? "" })}</h1>
      <Link state={view.link} />
      <Duty view={view} commands={commands} />
    </header>
  );
}

function Link({ state }: { state: LinkState }) {
  return (
    <p role="status" class="link" data-state={state}>
      {t(`staff.link.${state}`)}
    </p>
  );
}

function Duty({ view, commands }: { view: DeskView; commands: Commands }) {
  const open = openConversations(view).length;
  const held = view.onDuty && open > 0;
  const button = useRef<HTMLButtonElement>(null);
  // Signing in took away what held the focus, and this comes next.
  useEffect(() => button.current?.focus(), []);
  return (
    <div class="duty">
      <button
        ref={button}
        type="button"
        role="switch"
        class="switch"
        aria-checked={view.onDuty}
        aria-describedby={held ? "duty-held" : undefined}
        onClick={() => (view.onDuty ? commands.goOffDuty() : commands.goOnDuty())}
      >
        <span class="switch-label">{t("staff.duty.label")}</span>
        <span class="switch-track" aria-hidden="true">
          <span class="switch-state">{t(view.onDuty ? "staff.duty.on" : "staff.duty.off")}</span>
        </span>
      </button>
      {held && (
        <p id="duty-held" class="visually-hidden">
          {t("staff.duty.held", { open })}
        </p>
      )}
    </div>
  );
}
