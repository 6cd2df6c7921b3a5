/** The bar on top: whose desk this is, how the connection stands, and the switch between on and off duty. */

import type { DeskView } from "../../../chat/browser/core/view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import type { Commands } from "./commands.ts";
import { Duty } from "./duty.tsx";

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

function Link({ state }: { state: DeskView["link"] }) {
  return (
    <p role="status" class="link" data-state={state}>
      {t(`staff.link.${state}`)}
    </p>
  );
}
