/** What is done in an open conversation: what has been written, and writing. */

import type { ConversationView } from "../../../chat/browser/core/view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import { Composer } from "../../../chat/browser/ui/composer.tsx";
import { Log } from "../../../chat/browser/ui/log.tsx";
import { DeskTools } from "../shift/desk-tools.tsx";
import type { Commands } from "./commands.ts";
import { ENTRY_ATTRIBUTE } from "./pane.ts";

export function Talk({ conversation, commands }: { conversation: ConversationView; commands: Commands }) {
  const { sid, number, members } = conversation;
  return (
    <>
      <Said conversation={conversation} />
      <div {...{ [ENTRY_ATTRIBUTE]: "" }}>
        <DeskTools
          role={members.find(({ me }) => me)?.role ?? "counsellor"}
          sid={sid}
          number={number}
          onEnd={() => commands.end(sid, true)}
        >
          <Composer onSend={(text) => commands.write(sid, text)} />
        </DeskTools>
      </div>
    </>
  );
}

/** What has been written. */
export function Said({ conversation: { number, messages } }: { conversation: ConversationView }) {
  const visitor = t("staff.conversation.visitor", { number });
  const nameOf = (from: string) =>
    from === "me" ? t("staff.conversation.me") : from === "visitor" ? visitor : from;
  return (
    <Log
      messages={messages}
      nameOf={nameOf}
      serviceWords={(code, name) => t(`staff.service.${code}`, { name })}
    />
  );
}
