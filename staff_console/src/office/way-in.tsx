/** The way in for an organisation's own people: a passkey, or the making of one where an invitation was opened. */

import type { OfficeView } from "../../../chat/browser/core/view.ts";
import { Alarm } from "../../../chat/browser/ui/alarm.tsx";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import { Language } from "../views/language.tsx";
import type { OfficeCommands } from "./commands.ts";

interface Props {
  office: OfficeView;
  commands: OfficeCommands;
}

export function WayIn({ office, commands }: Props) {
  const sealed = office.sealed && !office.locked;
  const way = office.locked ? "locked" : office.phase;
  const words = sealed ? `staff.machineKeys.${office.sealed}` : `staff.office.${way}`;
  return (
    <main class="sign-in">
      <div class="sign-in-card">
        <p class="brand">Varsam</p>
        <h1>{t(`${words}.heading`)}</h1>
        {office.alarm && <Alarm section="staff" error={office.alarm} />}
        <p>{t(`${words}.words`)}</p>
        {way !== "looking" && <Press office={office} commands={commands} />}
        {sealed && office.sealed === "other" && (
          <button
            type="button"
            class="button"
            aria-disabled={office.busy}
            onClick={() => commands.replaceKeys()}
          >
            {t("staff.machineKeys.replace")}
          </button>
        )}
      </div>
      <Language />
    </main>
  );
}

function Press({ office, commands }: Props) {
  const invited = office.phase === "invited" && !office.locked;
  return (
    <>
      <button
        type="button"
        class="button primary"
        aria-disabled={office.busy}
        onClick={() => (invited ? commands.accept() : commands.signIn())}
      >
        {t(invited ? "staff.office.makePasskey" : "staff.office.signIn")}
      </button>
      <p role="status" class="quiet">
        {office.busy ? t("staff.office.asking") : ""}
      </p>
    </>
  );
}
