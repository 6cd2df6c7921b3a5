/** What staff did (Data 4), for a coordinator: fetched when it is asked for, searched, and given out as a file. */

import { useState } from "preact/hooks";
import type { AuditEntryView, AuditView, OfficeView } from "../../../chat/browser/core/view.ts";
import { moment, t } from "../../../chat/browser/ui/catalogue.ts";
import type { OfficeCommands } from "./commands.ts";
import { csv, download } from "./csv.ts";
import { deed, matches } from "./deeds.ts";

const COLUMNS = ["n", "time", "who", "what", "about"] as const;

interface Props {
  office: OfficeView;
  commands: OfficeCommands;
}

export function Audit({ office, commands }: Props) {
  const { audit, busy } = office;
  return (
    <section class="office-part" aria-labelledby="audit">
      <h2 id="audit">{t("staff.audit.heading")}</h2>
      <p>{t("staff.audit.words")}</p>
      <div class="office-row">
        <button type="button" class="button" aria-disabled={busy} onClick={() => commands.seeAudit()}>
          {t(audit ? "staff.audit.again" : "staff.audit.show")}
        </button>
        <a href="/staff/audit/export" download="audit.jsonl">
          {t("staff.audit.export")}
        </a>
      </div>
      {audit && <Shown audit={audit} busy={busy} commands={commands} />}
    </section>
  );
}

function Shown({ audit, busy, commands }: { audit: AuditView; busy: boolean; commands: OfficeCommands }) {
  const [sought, seek] = useState("");
  const found = audit.entries.filter((entry) => matches(entry, sought));
  return (
    <>
      <div class="office-row">
        <label>
          {t("staff.audit.search")}
          <input
            type="search"
            value={sought}
            autocomplete="off"
            onInput={(event) => seek(event.currentTarget.value)}
          />
        </label>
        <button type="button" class="button" onClick={() => download("audit.csv", asCsv(found))}>
          {t("staff.audit.csv")}
        </button>
      </div>
      <p role="status">{t("staff.audit.count", { found: found.length, all: audit.entries.length })}</p>
      {found.length > 0 && <Entries entries={found} />}
      {audit.more && (
        <button type="button" class="button" aria-disabled={busy} onClick={() => commands.seeEarlier()}>
          {t("staff.audit.earlier")}
        </button>
      )}
      <p>
        {t("staff.audit.head")} <output class="office-words">{audit.head}</output>
      </p>
    </>
  );
}

function Entries({ entries }: { entries: readonly AuditEntryView[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section class="office-scroll" tabIndex={0} aria-label={t("staff.audit.list")}>
      <table>
        <thead>
          <tr>
            {COLUMNS.map((column) => (
              <th key={column} scope="col">
                {t(`staff.audit.column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.n}>
              {row(entry).map((text, at) => (
                <td key={COLUMNS[at]}>{text}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function row({ n, time, who, what, about }: AuditEntryView): string[] {
  return [String(n), moment(time), who, deed(what), about];
}

function asCsv(entries: readonly AuditEntryView[]): string {
  const heading = COLUMNS.map((column) => t(`staff.audit.column.${column}`));
  const rows = entries.map(({ n, time, who, what, about }) => [
    String(n),
    new Date(time * 1000).toISOString(),
    who,
    deed(what),
    about,
  ]);
  return csv([heading, ...rows]);
}
