/**
 * Who may do what, as the service's one table says it (chat/rules/roles.py; a test holds both together). The console offers nobody
 * what would be refused.
 */

export type AccountRole = "counsellor" | "supervisor" | "interpreter" | "coordinator";
export type Duty = "be-on-duty" | "see-people" | "change-people" | "see-audit" | "sign-freshness";

const DUTIES: Readonly<Record<AccountRole, readonly Duty[]>> = {
  counsellor: ["be-on-duty"],
  supervisor: ["be-on-duty", "sign-freshness"],
  interpreter: ["be-on-duty"],
  coordinator: ["see-people", "change-people", "see-audit", "sign-freshness"],
};

/** As they are offered where somebody is invited. */
export const ROLES = Object.keys(DUTIES) as readonly AccountRole[];

/** Whether it belongs to this role; an unknown role may nothing. */
export function may(role: string, duty: Duty): boolean {
  return ROLES.some((known) => known === role && DUTIES[known].includes(duty));
}
