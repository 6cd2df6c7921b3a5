/**
 * One conversation with one visitor, from *Take next* until it is taken off the screen. What stands here is only what the
 * console has verified; what could not be is an alarm in words.
 */

import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { ConversationView } from "../../../chat/browser/core/view";
import { Alarm } from "../../../chat/browser/ui/alarm";
import { t } from "../../../chat/browser/ui/catalogue";
import { attention, CONVERSATION_ATTRIBUTE } from "./attention";
import type { Commands } from "./commands";
import { entryOf, PANE_ATTRIBUTE, show } from "./pane";
import { Opening } from "./opening";
import { Over } from "./over";
import { Talk } from "./talk";

interface ConversationProps {
  conversation: ConversationView;
  hidden: boolean;
  commands: Commands;
  onDismiss(sid: string): void;
}

export function Conversation({ conversation, hidden, commands, onDismiss }: ConversationProps) {
  const { sid, number, phase, alarm } = conversation;
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
      <Heading conversation={conversation} />
      {alarm && <Alarm error={alarm} />}
      {(phase === "opening" || phase === "offered") && <Opening phase={phase} />}
      {phase === "talking" && <Talk conversation={conversation} commands={commands} />}
      {(phase === "ended" || phase === "refused") && (
        <Over conversation={conversation} onDismiss={() => onDismiss(sid)} />
      )}
    </section>
  );
}

function Heading({ conversation }: { conversation: ConversationView }) {
  const { number, phase, visitorHere, unread } = conversation;
  return (
    <header class="conversation-head">
      <h2>{t("staff.conversation.visitor", { number })}</h2>
      {phase === "talking" && (
        <p role="status" class="presence" data-here={visitorHere}>
          {t(visitorHere ? "staff.conversation.here" : "staff.conversation.away")}
        </p>
      )}
      {unread > 0 && <p class="unread">{t("staff.conversation.unread", { unread })}</p>}
    </header>
  );
}

/** When a phase takes away what held the focus, the focus goes to where the next thing is done. */
function useFocusThatFollows(region: { current: HTMLElement | null }, phase: ConversationView["phase"]): void {
  const held = region.current?.contains(document.activeElement) ?? false;
  const before = useRef(phase);
  useLayoutEffect(() => {
    if (held && before.current !== phase) entryOf(region.current)?.focus();
    before.current = phase;
  });
}

function useReading(conversation: ConversationView, commands: Commands): void {
  const { sid, unread } = conversation;
  const attended = attention.value === sid;
  useEffect(() => {
    if (attended && unread > 0) commands.read(sid);
  }, [attended, unread, sid, commands]);
}
