/** One's own account: which passkeys, where signed in, and out again. */

import type { OfficeView, SignedInView } from "../../../chat/browser/core/view.ts";
import { moment, t } from "../../../chat/browser/ui/catalogue.ts";
import type { OfficeCommands } from "./commands.ts";
import { Machine } from "./machine.tsx";

interface Props {
  office: OfficeView;
  commands: OfficeCommands;
}

export function Account({ office, commands }: Props) {
  const { passkeys, busy } = office;
  const one = passkeys < 2;
  return (
    <section class="office-part" aria-labelledby="account">
      <h2 id="account">{t("staff.office.account.heading")}</h2>
      <p class={one ? "office-warning" : ""}>
        {t(one ? "staff.office.account.onePasskey" : "staff.office.account.passkeys", { count: passkeys })}
      </p>
      <div class="office-row">
        <button type="button" class="button" aria-disabled={busy} onClick={() => commands.addPasskey()}>
          {t("staff.office.account.add")}
        </button>
        <button type="button" class="button" aria-disabled={busy} onClick={() => commands.signOut(false)}>
          {t("staff.office.account.out")}
        </button>
        <button type="button" class="button" aria-disabled={busy} onClick={() => commands.signOut(true)}>
          {t("staff.office.account.outEverywhere")}
        </button>
      </div>
      <Pages office={office} commands={commands} />
    </section>
  );
}

/** Where one is signed in, asked for when somebody wants to see it. */
function Pages({ office, commands }: Props) {
  const { pages } = office;
  const see = (event: Event & { currentTarget: HTMLDetailsElement }) => {
    if (event.currentTarget.open) commands.seePages();
  };
  return (
    <details onToggle={see}>
      <summary>{t("staff.pages.heading")}</summary>
      {pages === null ? (
        <p role="status">{t("staff.pages.looking")}</p>
      ) : (
        <ul class="office-pages">
          {pages.map((page) => (
            <li key={page.name} class="office-row">
              <Page page={page} commands={commands} />
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}

function Page({ page, commands }: { page: SignedInView; commands: OfficeCommands }) {
  const since = moment(page.opened);
  const where = page.here ? "here" : page.at;
  return (
    <>
      <span>
        {t(`staff.pages.${where}`, { since })}
        {page.locked && ` ${t("staff.pages.locked")}`}
      </span>
      {!page.here && (
        <button type="button" class="button" onClick={() => commands.signOutPage(page.name)}>
          {t("staff.pages.out", { since })}
        </button>
      )}
    </>
  );
}

/** At a counsellor's desk: out of the way, one press away. */
export function AccountDrawer({ office, commands }: Props) {
  return (
    <details class="account-drawer">
      <summary>{t("staff.office.account.heading")}</summary>
      <Account office={office} commands={commands} />
      <Machine office={office} />
    </details>
  );
}
