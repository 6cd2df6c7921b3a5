/**
 * One conversation with one visitor, from *Take next* until it is taken off the screen. What stands here is only what the
 * console has verified; what could not be is an alarm in words.
 */

import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { ConversationView } from "../../../chat/browser/core/view.ts";
import { Alarm, AlarmToRead } from "../../../chat/browser/ui/alarm.tsx";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import { EndChat } from "../../../chat/browser/ui/end-chat.tsx";
import { Members } from "../../../chat/browser/ui/members.tsx";
import { attention, CONVERSATION_ATTRIBUTE } from "./attention.ts";
import type { Commands } from "./commands.ts";
import { Opening, Rejoining, Restoring } from "./opening.tsx";
import { Over } from "./over.tsx";
import { entryOf, goTo, PANE_ATTRIBUTE, show } from "./pane.ts";
import { Talk } from "./talk.tsx";

interface ConversationProps {
  conversation: ConversationView;
  online: boolean;
  hidden: boolean;
  commands: Commands;
  onDismiss(sid: string): void;
}

export function Conversation({ conversation, online, hidden, commands, onDismiss }: ConversationProps) {
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
      <Heading conversation={conversation} online={online} commands={commands} />
      {alarm && over && <Alarm section="staff" error={alarm} />}
      {alarm && !over && <AlarmToRead section="staff" error={alarm} onRead={() => goTo(sid)} />}
      {(phase === "opening" || phase === "offered") && <Opening phase={phase} />}
      {phase === "rejoining" && <Rejoining visitorHere={conversation.visitorHere} />}
      {phase === "restoring" && <Restoring />}
      {(phase === "talking" || phase === "restoring") && (
        <Talk conversation={conversation} commands={commands} />
      )}
      {over && <Over conversation={conversation} onDismiss={() => onDismiss(sid)} />}
    </section>
  );
}

function Heading({ conversation, online, commands }: Omit<ConversationProps, "hidden" | "onDismiss">) {
  const { sid, number, phase, unread, members } = conversation;
  const visitor = t("staff.conversation.visitor", { number });
  const talking = phase === "talking";
  const unseen = talking && unread > 0 && attention.value !== sid;
  return (
    <header class="conversation-head">
      <h2>{visitor}</h2>
      {(talking || phase === "restoring") && (
        <EndChat modal heading={t("staff.conversation.end", { number })} onEnd={() => commands.end(sid)} />
      )}
      {talking && <Members members={members} visitor={visitor} />}
      {talking && conversation.paused && (
        <p role="status" class="presence">
          {t("staff.conversation.paused")}
        </p>
      )}
      {talking && online && !conversation.paused && <Presence here={conversation.visitorHere} />}
      {unseen && <p class="unread">{t("staff.conversation.unread", { unread })}</p>}
    </header>
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
