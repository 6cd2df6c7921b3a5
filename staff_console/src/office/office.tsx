/** The office: whoever is signed in without a desk of their own. A coordinator sees everybody, and how the roster stands (K4). */

import type { DeskView, OfficeView } from "../../../chat/browser/core/view.ts";
import { Alarm } from "../../../chat/browser/ui/alarm.tsx";
import { moment, t } from "../../../chat/browser/ui/catalogue.ts";
import { Language } from "../views/language.tsx";
import { Account } from "./account.tsx";
import { Audit } from "./audit.tsx";
import type { OfficeCommands } from "./commands.ts";
import { Machine } from "./machine.tsx";
import { Notices } from "./notices.tsx";
import { People } from "./people.tsx";

interface Props {
  office: OfficeView;
  desk: DeskView;
  commands: OfficeCommands;
}

export function OfficePage({ office, desk, commands }: Props) {
  const alarm = office.alarm ?? desk.alarm;
  const name = office.pseudonym;
  return (
    <main class="office">
      <header class="office-row">
        <p class="brand">Varsam</p>
        <h1>{t("staff.office.heading", { name, role: t(`staff.office.role.${office.role}`) })}</h1>
        <Language />
      </header>
      {alarm && <Alarm section="staff" error={alarm} />}
      <Notices office={office} />
      <Machine office={office} />
      {office.people && <Roster office={office} commands={commands} />}
      {office.people && <People office={office} commands={commands} />}
      <Account office={office} commands={commands} />
      {office.people && <Audit office={office} commands={commands} />}
    </main>
  );
}

function Roster({ office, commands }: { office: OfficeView; commands: OfficeCommands }) {
  const { rosterUntil: until, rosterChanged, freshAt } = office;
  return (
    <section class="office-part" aria-labelledby="roster">
      <h2 id="roster">{t("staff.office.roster.heading")}</h2>
      <p>
        {until > 0 ? t("staff.office.roster.until", { until: moment(until) }) : t("staff.office.roster.none")}
      </p>
      <div role="status">
        {rosterChanged && <p class="office-warning">{t("staff.office.roster.changed")}</p>}
        {rosterChanged && (
          <p class="office-words" translate={false} lang="en">
            varsam roster sign --registrar registrar-1.key --service {location.origin}
          </p>
        )}
      </div>
      <ByFile commands={commands} />
      {freshAt !== null && freshAt > 0 && <p>{t("staff.office.roster.fresh", { at: moment(freshAt) })}</p>}
    </section>
  );
}

/** For a registrar's machine without a network. */
function ByFile({ commands }: { commands: OfficeCommands }) {
  const carry = async (input: HTMLInputElement) => {
    const [file] = input.files ?? [];
    if (file) commands.handIn(await file.text());
    input.value = "";
  };
  return (
    <div class="office-row">
      <a href="/staff/draft" download="draft.json">
        {t("staff.office.roster.download")}
      </a>
      <label>
        {t("staff.office.roster.handIn")}
        <input type="file" accept="application/json,.json" onChange={(event) => carry(event.currentTarget)} />
      </label>
    </div>
  );
}
