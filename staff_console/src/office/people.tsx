/** Everybody of staff, for a coordinator: inviting, comparing a machine's words, revoking (K3, K4). */

import { useState } from "preact/hooks";
import type { MachineView, OfficeView, PersonView } from "../../../chat/browser/core/view.ts";
import { moment, t } from "../../../chat/browser/ui/catalogue.ts";
import { Dialog } from "../../../chat/browser/ui/dialog.tsx";
import { Answers } from "./answers.tsx";
import type { OfficeCommands } from "./commands.ts";

interface Props {
  office: OfficeView;
  commands: OfficeCommands;
}

const MANY = 8;

export function People({ office, commands }: Props) {
  const [sought, seek] = useState("");
  const all = office.people ?? [];
  const here = all.filter((person) => person.state !== "revoked");
  const found = here.filter((person) => isSought(person, sought));
  return (
    <section class="office-part" aria-labelledby="people">
      <h2 id="people">{t("staff.office.people.heading")}</h2>
      <Invite office={office} commands={commands} />
      {here.length > MANY && (
        <div class="office-row">
          <label>
            {t("staff.people.search")}
            <input
              type="search"
              value={sought}
              autocomplete="off"
              onInput={(event) => seek(event.currentTarget.value)}
            />
          </label>
          <p role="status">{t("staff.people.count", { found: found.length, all: here.length })}</p>
        </div>
      )}
      <Listed people={found} office={office} commands={commands} />
      {all.length > here.length && (
        <details>
          <summary>{t("staff.people.revoked", { count: all.length - here.length })}</summary>
          <Listed
            people={all.filter((person) => person.state === "revoked")}
            office={office}
            commands={commands}
          />
        </details>
      )}
    </section>
  );
}

/** Whoever waits for something stands before the others: nobody looks for them among hundreds. */
function Listed({ people, office, commands }: Props & { people: readonly PersonView[] }) {
  const waiting = (person: PersonView) => person.machines.some(({ state }) => state === "waiting");
  const rows = [...people.filter(waiting), ...people.filter((person) => !waiting(person))];
  return (
    <ul class="office-people">
      {rows.map((person) => (
        <li key={person.id}>
          <Person person={person} own={person.pseudonym === office.pseudonym} commands={commands} />
        </li>
      ))}
    </ul>
  );
}

function isSought({ pseudonym, role }: PersonView, sought: string): boolean {
  const text = `${pseudonym} ${t(`staff.office.role.${role}`)}`.toLocaleLowerCase();
  return text.includes(sought.trim().toLocaleLowerCase());
}

function Invite({ office, commands }: Props) {
  const [pseudonym, setPseudonym] = useState("");
  const [role, setRole] = useState("counsellor");
  const invite = (event: Event) => {
    event.preventDefault();
    if (!pseudonym.trim() || office.busy) return;
    commands.invite(pseudonym.trim(), role);
    setPseudonym("");
  };
  return (
    <form class="office-row" onSubmit={invite}>
      <label>
        {t("staff.office.invite.pseudonym")}
        <input
          value={pseudonym}
          maxLength={40}
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => setPseudonym(event.currentTarget.value)}
        />
      </label>
      <label>
        {t("staff.office.invite.role")}
        <select value={role} onChange={(event) => setRole(event.currentTarget.value)}>
          {office.roles.map((name) => (
            <option key={name} value={name}>
              {t(`staff.office.role.${name}`)}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" class="button" aria-disabled={office.busy || !pseudonym.trim()}>
        {t("staff.office.invite.send")}
      </button>
      {office.link && (
        <p class="office-link" role="status">
          {t("staff.office.invite.link", { name: office.link.pseudonym, until: moment(office.link.until) })}
          <output translate={false}>{office.link.address}</output>
        </p>
      )}
    </form>
  );
}

function Person({ person, own, commands }: { person: PersonView; own: boolean; commands: OfficeCommands }) {
  const [asked, ask] = useState(false);
  const gone = person.state === "revoked";
  return (
    <>
      <h3>{person.pseudonym}</h3>
      <p class="quiet">
        {t(`staff.office.role.${person.role}`)} · {t(`staff.office.people.${person.state}`)}
        {!gone &&
          person.invitedUntil > 0 &&
          ` · ${t("staff.office.people.until", { until: moment(person.invitedUntil) })}`}
      </p>
      {person.machines
        .filter((machine) => machine.state !== "revoked")
        .map((machine) => (
          <Enrolled key={machine.name} person={person} machine={machine} commands={commands} />
        ))}
      {!gone && person.role === "counsellor" && <Answers person={person} commands={commands} />}
      {!gone && (
        <div class="office-row">
          <button type="button" class="button" onClick={() => commands.inviteAgain(person.id)}>
            {t("staff.office.people.again", { name: person.pseudonym })}
          </button>
          {!own && (
            <button type="button" class="button" onClick={() => ask(true)}>
              {t("staff.office.people.revoke", { name: person.pseudonym })}
            </button>
          )}
        </div>
      )}
      {asked && (
        <Sure
          words={t("staff.office.people.sure", { name: person.pseudonym })}
          yes={t("staff.office.people.revoke", { name: person.pseudonym })}
          onYes={() => commands.decide(person.id, "revoke-person")}
          onClose={() => ask(false)}
        />
      )}
    </>
  );
}

interface EnrolledProps {
  person: PersonView;
  machine: MachineView;
  commands: OfficeCommands;
}

function Enrolled({ person, machine, commands }: EnrolledProps) {
  const [asked, ask] = useState(false);
  const { name, state, words, asked: since } = machine;
  return (
    <div class="office-machine">
      <p>{t(`staff.office.machines.${state}`, { since: moment(since) })}</p>
      {state === "waiting" && (
        <>
          <p class="office-words" translate={false} lang="en">
            {words}
          </p>
          <button type="button" class="button" onClick={() => commands.decide(person.id, "compared", name)}>
            {t("staff.office.machines.compare", { name: person.pseudonym })}
          </button>
        </>
      )}
      <button type="button" class="button" onClick={() => ask(true)}>
        {t("staff.office.machines.revoke", { name: person.pseudonym })}
      </button>
      {asked && (
        <Sure
          words={t("staff.office.machines.sure", { name: person.pseudonym })}
          yes={t("staff.office.machines.revoke", { name: person.pseudonym })}
          onYes={() => commands.decide(person.id, "revoke-machine", name)}
          onClose={() => ask(false)}
        />
      )}
    </div>
  );
}

interface SureProps {
  words: string;
  yes: string;
  onYes(): void;
  onClose(): void;
}

function Sure({ words, yes, onYes, onClose }: SureProps) {
  const does = () => {
    onClose();
    onYes();
  };
  return (
    <Dialog heading={yes} describedBy="sure" modal onClose={onClose}>
      <p id="sure">{words}</p>
      <div class="office-row">
        <button type="button" class="button" onClick={onClose}>
          {t("staff.office.people.no")}
        </button>
        <button type="button" class="button primary" onClick={does}>
          {yes}
        </button>
      </div>
    </Dialog>
  );
}
