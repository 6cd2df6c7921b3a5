/**
 * One conversation with one visitor, from *Take next* until it is taken off the screen. What stands here is only what the
 * console has verified; what could not be is an alarm in words.
 */

import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { AwayView, ConversationView } from "../../../chat/browser/core/view.ts";
import { Alarm, AlarmToRead } from "../../../chat/browser/ui/alarm.tsx";
import { clock, t } from "../../../chat/browser/ui/catalogue.ts";
import { EndChat } from "../../../chat/browser/ui/end-chat.tsx";
import { Members } from "../../../chat/browser/ui/members.tsx";
import { Before, Calls, type Company, Hand } from "../joining/hand.tsx";
import { PracticeMark } from "../shift/practise.tsx";
import { Prompts } from "../shift/prompts.tsx";
import { attention, CONVERSATION_ATTRIBUTE } from "./attention.ts";
import type { Commands } from "./commands.ts";
import { Decline } from "./decline.tsx";
import { Opening, Rejoining, Restoring } from "./opening.tsx";
import { goesOn, Over } from "./over.tsx";
import { entryOf, goTo, PANE_ATTRIBUTE, show } from "./pane.ts";
import { Returned } from "./returned.tsx";
import { Crisis } from "./state.tsx";
import { Said, Talk } from "./talk.tsx";
import { About } from "./told.tsx";

interface ConversationProps {
  conversation: ConversationView;
  company: Company;
  online: boolean;
  hidden: boolean;
  /** No other stands beside it. */
  alone: boolean;
  commands: Commands;
  onDismiss(sid: string): void;
}

export function Conversation(props: ConversationProps) {
  const { conversation, company, online, hidden, alone, commands, onDismiss } = props;
  const { sid, number, phase, alarm } = conversation;
  const over = phase === "ended" || phase === "refused";
  const region = useRef<HTMLElement>(null);
  useFocusThatFollows(region, phase);
  useReading(conversation, commands);
  return (
    <section
      ref={region}
      class="conversation"
      data-phase={phase}
      aria-label={t("staff.conversation.region", { number })}
      tabIndex={-1}
      hidden={hidden}
      onFocusIn={() => show(sid)}
      {...{ [PANE_ATTRIBUTE]: sid, [CONVERSATION_ATTRIBUTE]: sid }}
    >
      {conversation.practice && <PracticeMark />}
      <Heading {...{ conversation, company, online, alone, commands }} />
      {alarm && over && !goesOn(conversation) && <Alarm section="staff" error={alarm} />}
      {alarm && !over && <AlarmToRead section="staff" error={alarm} onRead={() => goTo(sid)} />}
      {(phase === "opening" || phase === "offered") && <Opening phase={phase} />}
      {phase === "asking" && <Before conversation={conversation} commands={commands} />}
      {conversation.place !== null && !conversation.practice && (
        <Decline onDecline={() => commands.decline(conversation.place ?? 0)} />
      )}
      {!over && conversation.about && <About about={conversation.about} number={number} />}
      {phase === "rejoining" && <Rejoining visitorHere={conversation.visitorHere} />}
      {phase === "restoring" && <Restoring />}
      {phase === "talking" && <Returned conversation={conversation} commands={commands} />}
      {(phase === "talking" || phase === "restoring") && (
        <Talk conversation={conversation} commands={commands} />
      )}
      {over && conversation.ended === "returned" && <Said conversation={conversation} />}
      {over && <Over conversation={conversation} onDismiss={() => onDismiss(sid)} />}
    </section>
  );
}

function Heading(props: Omit<ConversationProps, "hidden" | "onDismiss">) {
  const { conversation, company, online, alone, commands } = props;
  const { sid, number, phase, unread, members, visitorHere, hasCode } = conversation;
  const visitor = t("staff.conversation.visitor", { number });
  const talking = phase === "talking";
  const unseen = talking && unread > 0 && attention.value !== sid;
  return (
    <header class="conversation-head">
      <h2>{visitor}</h2>
      {talking && !conversation.practice && (
        <Hand conversation={conversation} company={company} commands={commands} />
      )}
      {talking && (
        <Crisis on={conversation.crisis} onPress={() => commands.setCrisis(sid, !conversation.crisis)} />
      )}
      {(talking || phase === "restoring") && company.role === "counsellor" && (
        <EndChat modal heading={t("staff.conversation.end", { number })} onEnd={() => commands.end(sid)} />
      )}
      {talking && <Members members={members} visitor={visitor} />}
      {talking && <Prompts sid={sid} alone={alone} />}
      {talking && <Calls conversation={conversation} commands={commands} />}
      {talking && conversation.paused && (
        <p role="status" class="presence">
          {t("staff.conversation.paused")}
        </p>
      )}
      {talking && online && !conversation.paused && (visitorHere || !hasCode) && (
        <Presence here={visitorHere} />
      )}
      {talking && online && conversation.away && <GuestAway away={conversation.away} />}
      {unseen && <p class="unread">{t("staff.conversation.unread", { unread })}</p>}
    </header>
  );
}

/** Whoever closed the page without leaving stays a member, and reads on when it is opened again. */
function GuestAway({ away }: { away: AwayView }) {
  return (
    <p role="status" class="presence">
      {t("staff.guest.away", { name: away.pseudonym, time: clock(away.since) })}
    </p>
  );
}

/** Silence is not absence (Talk 4), so being away is said, and coming back too; without a connection nobody knows. */
function Presence({ here }: { here: boolean }) {
  return (
    <p role="status" class={here ? "visually-hidden" : "presence"}>
      {t(here ? "staff.conversation.here" : "staff.conversation.away")}
    </p>
  );
}

/** When a phase takes away what held the focus, the focus goes to where the next thing is done. */
function useFocusThatFollows(
  region: { current: HTMLElement | null },
  phase: ConversationView["phase"],
): void {
  const held = region.current?.contains(document.activeElement) ?? false;
  const before = useRef(phase);
  useLayoutEffect(() => {
    if (held && before.current !== phase) entryOf(region.current)?.focus();
    before.current = phase;
  });
}

/** Being looked at is told: it turns "Delivered" into "Read", and "is coming in" into being there (E4). */
function useReading({ sid, phase, unread, members }: ConversationView, commands: Commands): void {
  const news = unread > 0 || members.some(({ me, joining }) => me && joining);
  const seen = phase === "talking" && attention.value === sid;
  useEffect(() => {
    if (seen && news) commands.read(sid);
  }, [seen, news, unread, sid, commands]);
}
