/** *Hand over* and *Ask to join* in a conversation (E6): who could come is chosen, and the visitor is asked when they do. */

import { useId, useState } from "preact/hooks";
import type { ColleagueView, ConversationView, Joining } from "../../../chat/browser/core/view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import { Dialog } from "../../../chat/browser/ui/dialog.tsx";
import type { Commands } from "../views/commands.ts";

export interface Company {
  /** Of whoever is at this page. */
  readonly role: string;
  readonly others: readonly ColleagueView[];
}

interface HandProps {
  conversation: ConversationView;
  company: Company;
  commands: Commands;
}

const ROLE_OF: Readonly<Record<Joining, string>> = {
  handover: "counsellor",
  supervise: "supervisor",
  interpret: "interpreter",
};
/** Of the organisation, as it was told (E6). */
const NAME_CHARACTERS = 40;
const BUTTONS = { handover: ["handover"], join: ["supervise", "interpret"] } as const;
type Button = keyof typeof BUTTONS;

/** What a role may do with a conversation it is in: the buttons stand in its heading. */
export function Hand({ conversation, company, commands }: HandProps) {
  const [open, ask] = useState<Button | null>(null);
  const { role } = company;
  const offered: Button[] =
    role === "counsellor" ? ["handover", "join"] : role === "supervisor" ? ["join"] : [];
  return (
    <>
      {offered.map((button) => (
        <button key={button} type="button" class="button hand" onClick={() => ask(button)}>
          {t(`staff.joining.${button}.button`)}
        </button>
      ))}
      {role !== "counsellor" && (
        <button
          type="button"
          class="button hand"
          onClick={() => commands.leaveConversation(conversation.sid)}
        >
          {t("staff.joining.leave")}
        </button>
      )}
      {role !== "interpreter" && <Invite conversation={conversation} commands={commands} />}
      {open && (
        <Choice
          button={open}
          conversation={conversation}
          company={company}
          commands={commands}
          onClose={() => ask(null)}
        />
      )}
    </>
  );
}

function Choice({
  button,
  conversation,
  company,
  commands,
  onClose,
}: HandProps & { button: Button; onClose(): void }) {
  const { sid, number, members } = conversation;
  const inside = members.map(({ pseudonym }) => pseudonym);
  const free = company.others.filter(({ pseudonym }) => !inside.includes(pseudonym));
  const choose = (purpose: Joining, to: string | null) => {
    onClose();
    commands.call(sid, purpose, to);
  };
  return (
    <Dialog heading={t(`staff.joining.${button}.heading`, { number })} modal onClose={onClose}>
      <p>{t("staff.joining.asked")}</p>
      {BUTTONS[button].map((purpose) => (
        <Choices
          key={purpose}
          purpose={purpose}
          names={free.filter(({ role }) => role === ROLE_OF[purpose]).map(({ pseudonym }) => pseudonym)}
          onChoose={(to) => choose(purpose, to)}
        />
      ))}
      <div class="dialog-answers">
        <button type="button" class="button" onClick={onClose}>
          {t("staff.joining.back")}
        </button>
      </div>
    </Dialog>
  );
}

interface ChoicesProps {
  purpose: Joining;
  names: readonly string[];
  onChoose(to: string | null): void;
}

function Choices({ purpose, names, onChoose }: ChoicesProps) {
  if (!names.length) return <p class="quiet">{t(`staff.joining.nobody.${purpose}`)}</p>;
  return (
    <div class="hand-choices">
      <button type="button" class="button primary" onClick={() => onChoose(null)}>
        {t(`staff.joining.next.${purpose}`)}
      </button>
      {names.map((name) => (
        <button key={name} type="button" class="button" onClick={() => onChoose(name)}>
          {name}
        </button>
      ))}
    </div>
  );
}

/** Somebody from outside: a link is made, and sent by a way of one's own. */
function Invite({ conversation, commands }: Omit<HandProps, "company">) {
  const { sid, number } = conversation;
  const [asking, ask] = useState(false);
  const [name, write] = useState("");
  const field = useId();
  const told = name.trim().slice(0, NAME_CHARACTERS);
  const invite = (event: Event) => {
    event.preventDefault();
    if (!told) return;
    ask(false);
    write("");
    commands.inviteGuest(sid, told);
  };
  return (
    <>
      <button type="button" class="button hand" onClick={() => ask(true)}>
        {t("staff.guest.invite.button")}
      </button>
      {asking && (
        <Dialog heading={t("staff.guest.invite.heading", { number })} modal onClose={() => ask(false)}>
          <form onSubmit={invite}>
            <p>{t("staff.guest.invite.words")}</p>
            <label for={field}>{t("staff.guest.invite.name")}</label>
            <input
              id={field}
              class="hand-name"
              required
              maxLength={NAME_CHARACTERS}
              autocomplete="off"
              value={name}
              onInput={({ currentTarget }) => write(currentTarget.value)}
            />
            <div class="dialog-answers">
              <button type="button" class="button" onClick={() => ask(false)}>
                {t("staff.joining.back")}
              </button>
              <button type="submit" class="button primary">
                {t("staff.guest.invite.make")}
              </button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}

function Guests({ conversation, commands }: Omit<HandProps, "company">) {
  const { sid, guests } = conversation;
  return guests
    .filter(({ state }) => state !== "left")
    .map(({ id, organisation, link, state }) => (
      <div key={id} class="guest-line">
        <p role="status">{t(`staff.guest.state.${state}`, { name: organisation })}</p>
        {link && (
          <input
            class="hand-name"
            readOnly
            aria-label={t("staff.guest.link", { name: organisation })}
            value={link}
            onFocus={({ currentTarget }) => currentTarget.select()}
          />
        )}
        {(link || state === "refused") && (
          <button type="button" class="button hand" onClick={() => commands.dropGuest(sid, id)}>
            {t(link ? "staff.joining.callOff" : "staff.over.close")}
          </button>
        )}
      </div>
    ));
}

/** Who is being asked, and how far it has come. */
export function Calls({ conversation, commands }: Omit<HandProps, "company">) {
  const { sid, calls } = conversation;
  return (
    <div class="calls">
      <Guests conversation={conversation} commands={commands} />
      {calls.map(({ purpose, to, came }) => (
        <p key={purpose}>
          <span role="status">
            {came
              ? t("staff.joining.came")
              : t(`staff.joining.calling.${purpose}`, { name: to ?? t(`staff.joining.next.${purpose}`) })}
          </span>
          {!came && (
            <button type="button" class="button hand" onClick={() => commands.callOff(sid, purpose)}>
              {t("staff.joining.callOff")}
            </button>
          )}
        </p>
      ))}
    </div>
  );
}

/** This page came when it was asked, and the visitor has not said yes yet. */
export function Before({ conversation, commands }: Omit<HandProps, "company">) {
  const { sid, purpose, visitorHere } = conversation;
  return (
    <div class="opening">
      <p role="status">{t(visitorHere ? `staff.joining.before.${purpose}` : "staff.joining.before.away")}</p>
      <button type="button" class="button" onClick={() => commands.leaveConversation(sid)}>
        {t("staff.joining.withdraw")}
      </button>
    </div>
  );
}
