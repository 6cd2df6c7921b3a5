/**
 * The stage: the queue and the conversations, beside each other as far as there is room. What has no room is reached by a
 * row of buttons; it stays drawn but hidden, so that a draft in it is not lost.
 */

import { useRef } from "preact/hooks";
import type { DeskView } from "../../../chat/browser/core/view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import { Alerts } from "../alerts/alerts.tsx";
import { Callbacks } from "../callbacks/callbacks.tsx";
import { Asked } from "../joining/asked.tsx";
import { EndOfShift } from "../shift/end-of-shift.tsx";
import { Practise } from "../shift/practise.tsx";
import { layout } from "./beside.ts";
import { Colleagues } from "./colleagues.tsx";
import type { Commands } from "./commands.ts";
import { Conversation } from "./conversation.tsx";
import { Language } from "./language.tsx";
import { PANE_ATTRIBUTE, QUEUE, show } from "./pane.ts";
import { PaneSwitch } from "./pane-switch.tsx";
import { Shortcuts } from "./shortcuts.tsx";
import { useDismissal, useFront, useNewcomers, useShown, useWidth } from "./stage-hooks.ts";
import { takes } from "./take.ts";
import { Waiting } from "./waiting.tsx";

export function Stage({ view, commands }: { view: DeskView; commands: Commands }) {
  const stage = useRef<HTMLElement>(null);
  const { queueBeside, columns } = layout(useWidth(stage));
  const sids = view.conversations.map(({ sid }) => sid);
  const front = useFront(sids);
  useNewcomers(sids);
  const shown = useShown(sids, front, columns);
  const queueShown = queueBeside || front === QUEUE;
  const stageShown = queueBeside || !queueShown;
  const visible = [...(queueShown ? [QUEUE] : []), ...(stageShown ? shown : [])];
  return (
    <main class="stage" ref={stage} data-queue={queueBeside ? "beside" : "turns"}>
      {visible.length <= sids.length && <PaneSwitch view={view} visible={visible} />}
      <Desk view={view} commands={commands} hidden={!queueShown} />
      <Conversations view={view} commands={commands} shown={shown} hidden={!stageShown} />
    </main>
  );
}

function nothingOpen(view: DeskView): string {
  if (!view.onDuty) return "staff.conversations.offDuty";
  return takes(view) ? "staff.conversations.none" : "staff.joining.nothingOpen";
}

function Desk({ view, commands, hidden }: { view: DeskView; commands: Commands; hidden: boolean }) {
  return (
    <div class="desk" hidden={hidden} onFocusIn={() => show(QUEUE)} {...{ [PANE_ATTRIBUTE]: QUEUE }}>
      <Asked view={view} commands={commands} always={!takes(view)} />
      {takes(view) && <Waiting view={view} commands={commands} />}
      <Callbacks />
      <EndOfShift view={view} />
      <Colleagues view={view} />
      <Alerts view={view} />
      <Practise view={view} commands={commands} />
      <Shortcuts />
      <Language />
    </div>
  );
}

interface ConversationsProps {
  view: DeskView;
  commands: Commands;
  shown: readonly string[];
  hidden: boolean;
}

function Conversations({ view, commands, shown, hidden }: ConversationsProps) {
  const dismiss = useDismissal(view.conversations, commands);
  if (view.conversations.length === 0) {
    return (
      <div class="conversations" hidden={hidden}>
        <p class="nothing-open">{t(nothingOpen(view))}</p>
      </div>
    );
  }
  return (
    <div class="conversations" hidden={hidden} data-count={shown.length}>
      {view.conversations.map((conversation) => (
        <Conversation
          key={conversation.sid}
          conversation={conversation}
          company={view}
          online={view.link === "online"}
          hidden={!shown.includes(conversation.sid)}
          alone={shown.length === 1}
          commands={commands}
          onDismiss={dismiss}
        />
      ))}
    </div>
  );
}
