/** The demo's way in: two counsellors without passkeys, and plain words that this is a demo. */

import { useSignal } from "@preact/signals";
import type { DeskView } from "../../../chat/browser/core/view.ts";
import { Alarm } from "../../../chat/browser/ui/alarm.tsx";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import type { Commands } from "./commands.ts";
import { Language } from "./language.tsx";

const DEMO_COUNSELLORS = ["Amina", "Björn"];

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
  const chosen = useSignal<string | null>(null);
  const busy = chosen.value !== null && view.alarm === null;
  const signIn = (pseudonym: string) => {
    if (busy) return;
    chosen.value = pseudonym;
    commands.signIn(pseudonym);
  };
  return (
    <>
      <p>{t("staff.signIn.demo")}</p>
      <div class="sign-in-choices">
        {DEMO_COUNSELLORS.map((name) => (
          <button
            type="button"
            key={name}
            class="button primary"
            aria-disabled={busy}
            onClick={() => signIn(name)}
          >
            {t("staff.signIn.as", { name })}
          </button>
        ))}
      </div>
      <p role="status" class="quiet">
        {busy ? t("staff.signIn.progress", { name: chosen.value ?? "" }) : t("staff.signIn.keys")}
      </p>
    </>
  );
}
