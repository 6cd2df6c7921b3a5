/** What a coordinator's page knows of everybody, and decides: invitations, machines, the roster, the audit. It asks; when, office.ts knows. */

import type { CallbackDesk } from "./callback-bodies.ts";
import type { Realm } from "./encoding.ts";
import { Refused } from "./errors.ts";
import { viewOfPerson } from "./people.ts";
import type { AuditEntry, AuditPage, Invitation, People, StaffHttp } from "./staff-http.ts";
import type { AnswersView, OfficeView, PersonView } from "./view.ts";

export type Decision = "compared" | "revoke-machine" | "revoke-person";

export class Coordinator {
  people: readonly PersonView[] | null = null;
  rosterChanged = false;
  /** C4: fewer than two machines could open what waits. */
  endangered = false;
  audit: OfficeView["audit"] = null;
  /** Of whoever was just invited. */
  link: OfficeView["link"] = null;

  constructor(
    private readonly http: StaffHttp,
    private readonly place: { readonly origin: string; readonly root: string; readonly realm: Realm },
  ) {}

  /** Signed out. */
  forget(): void {
    this.people = null;
    this.endangered = false;
    this.audit = null;
    this.link = null;
  }

  /** Data 4: the newest entries. */
  async seeAudit(): Promise<void> {
    this.audit = await this.auditPage([], "");
  }

  /** The entries before those. */
  async seeEarlier(): Promise<void> {
    const known = this.audit?.entries ?? [];
    this.audit = await this.auditPage(known, `?before=${known.at(-1)?.n ?? ""}`);
  }

  /** By pseudonym and role, or again by who it is. */
  async invite(asked: object): Promise<void> {
    const { token, pseudonym, until } = await this.http.post<Invitation>("/staff/people/invite", asked);
    this.link = { pseudonym, address: `${this.place.origin}/staff#invitation=${token}`, until };
  }

  async decide(person: string, what: Decision, machine?: string): Promise<void> {
    await this.http.post("/staff/people/decide", { person, what, ...(machine ? { machine } : {}) });
  }

  async writeAnswers(person: string, { languages, gender, takes }: AnswersView): Promise<void> {
    await this.http.post("/staff/people/answers", { person, languages, gender, takes });
  }

  async handIn(text: string): Promise<void> {
    await this.http.post("/staff/roster", readJson(text));
  }

  /** Until when the roster is good, Unix seconds; null: there is nothing new. */
  async seePeople(): Promise<number | null> {
    const news = await this.http.news<People>("/staff/people");
    if (!news) return null;
    this.people = await Promise.all(news.people.map((person) => viewOfPerson(person, this.place)));
    this.rosterChanged = news.changed;
    return news.roster_until;
  }

  async seeCalls(): Promise<void> {
    try {
      const { alarm, lines, more } = await this.http.get<CallbackDesk>("/staff/callbacks");
      // Where nobody waits nothing can be lost yet, and the desk says so in words of its own.
      this.endangered = alarm && (more > 0 || lines.some(({ state }) => state === "waiting"));
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== "wrong-role") throw error;
      this.endangered = false;
    }
  }

  private async auditPage(known: readonly AuditEntry[], asked: string): Promise<OfficeView["audit"]> {
    const { entries, head } = await this.http.get<AuditPage>(`/staff/audit${asked}`);
    const all = [...known, ...entries];
    return { entries: all, head, more: (all.at(-1)?.n ?? 1) > 1 };
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused("malformed-roster");
  }
}
