/** The demo's way in: two counsellors without passkeys, and plain words that this is a demo. */

import { useState } from "preact/hooks";
import type { DeskView } from "../../../chat/browser/core/view.ts";
import { Alarm } from "../../../chat/browser/ui/alarm.tsx";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import type { Commands } from "./commands.ts";
import { Language } from "./language.tsx";

/** Two counsellors, a supervisor and an interpreter: enough to hand over, and to ask somebody to join. */
const DEMO_STAFF = {
  Amina: "counsellor",
  Björn: "counsellor",
  Siv: "supervisor",
  Ibrahim: "interpreter",
} as const;

export function SignIn({ view, commands }: { view: DeskView; commands: Commands }) {
  return (
    <main class="sign-in">
      <div class="sign-in-card">
        <p class="brand">Varsam</p>
        <h1>{t("staff.signIn.heading")}</h1>
        {view.alarm && <Alarm section="staff" error={view.alarm} />}
        <Way view={view} commands={commands} />
      </div>
      <Language />
    </main>
  );
}

function Way({ view, commands }: { view: DeskView; commands: Commands }) {
  if (view.resuming) return <p role="status">{t("staff.signIn.resuming")}</p>;
  return view.demo ? <DemoSignIn view={view} commands={commands} /> : <p>{t("staff.signIn.closed")}</p>;
}

function DemoSignIn({ view, commands }: { view: DeskView; commands: Commands }) {
  const [chosen, choose] = useState<string | null>(null);
  const busy = chosen !== null && view.alarm === null;
  const signIn = (pseudonym: string) => {
    if (busy) return;
    choose(pseudonym);
    commands.signIn(pseudonym);
  };
  return (
    <>
      <p>{t("staff.signIn.demo")}</p>
      <div class="sign-in-choices">
        {Object.entries(DEMO_STAFF).map(([name, role]) => (
          <div key={name} class="sign-in-choice">
            <button
              type="button"
              class={role === "counsellor" ? "button primary" : "button"}
              aria-disabled={busy}
              aria-describedby={`role-${name}`}
              onClick={() => signIn(name)}
            >
              {t("staff.signIn.as", { name })}
            </button>
            <p id={`role-${name}`} class="quiet">
              {t(`shared.role.${role}`)}
            </p>
          </div>
        ))}
      </div>
      <p role="status" class="quiet">
        {busy ? t("staff.signIn.progress", { name: chosen ?? "" }) : t("staff.signIn.keys")}
      </p>
    </>
  );
}
