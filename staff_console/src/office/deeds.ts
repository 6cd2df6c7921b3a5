/** The audit's deeds in the language of the screen, and what somebody looks for in them. */

import type { AuditEntryView } from "../../../chat/browser/core/view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";

const KNOWN: Readonly<Record<string, string>> = {
  invited: "invited",
  "added a passkey": "passkey",
  "signed in": "in",
  "signed out everywhere": "outEverywhere",
  "asked for a machine": "machine",
  "compared the words of a machine of": "compared",
  "certified a machine of": "certified",
  "wrote down what can be answered by": "answers",
  "revoked a machine of": "revokedMachine",
  revoked: "revoked",
  took: "tookCall",
  "asked for the number of": "askedNumber",
  "is done with": "doneWith",
  "made a team key": "teamKey",
};
const ROSTER = /^signed roster (\d+)$/;
const CALLED = /^called \(([a-z-]+)\)$/;

/** One that has no words here yet is shown as it stands. */
export function deed(what: string): string {
  const number = ROSTER.exec(what)?.[1];
  if (number) return t("staff.audit.what.roster", { number });
  if (CALLED.test(what)) return t("staff.audit.what.called");
  return KNOWN[what] ? t(`staff.audit.what.${KNOWN[what]}`) : what;
}

/** Whether every word that is sought stands somewhere in the entry. */
export function matches({ who, what, about }: AuditEntryView, sought: string): boolean {
  const text = `${who} ${deed(what)} ${about}`.toLocaleLowerCase();
  return sought
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
