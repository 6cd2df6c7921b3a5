/**
 * From *Start chat* to the end: in the queue, and then with somebody. One screen throughout, so that what is being written
 * stays where it is when somebody answers.
 */

import { useCallback, useEffect, useId, useState } from "preact/hooks";
import type { VisitorView } from "../../../chat/browser/core/view.ts";
import { AlarmToRead } from "../../../chat/browser/ui/alarm.tsx";
import { language, t } from "../../../chat/browser/ui/catalogue.ts";
import { Composer } from "../../../chat/browser/ui/composer.tsx";
import { EndChat } from "../../../chat/browser/ui/end-chat.tsx";
import { Log } from "../../../chat/browser/ui/log.tsx";
import { Members } from "../../../chat/browser/ui/members.tsx";
import type { Session } from "../session.ts";
import { type Slip as Found, findSlips } from "../slips.ts";
import type { ScreenProps } from "./app.tsx";
import { Heading } from "./heading.tsx";
import { Queue } from "./queue.tsx";
import { Slip } from "./slip.tsx";

export function Talk({ view, session, cover }: ScreenProps) {
  const heading = useId();
  const talking = view.phase === "talking";
  const begun = talking || view.phase === "restoring";
  useReading(view, session);
  const me = t("visitor.conversation.me");
  return (
    <main class="talk">
      <section class="talk-region" aria-labelledby={heading}>
        <div class="talk-head">
          <Heading id={heading}>
            {begun ? t("visitor.conversation.region", { name: names(view) }) : t("visitor.waiting.heading")}
          </Heading>
          <EndChat modal={false} onEnd={() => session.end()} />
          {talking && <Members members={view.members} visitor={me} />}
        </div>
        <p role="status" class="notice">
          {notice(view)}
        </p>
        {view.alarm && (
          <AlarmToRead error={view.alarm} onRead={() => document.getElementById(heading)?.focus()} />
        )}
        <div class="talk-scroll" data-scrolls>
          {!begun && <Queue view={view} cover={cover} />}
          <Log
            messages={view.messages}
            nameOf={(from) => (from === "me" ? me : from)}
            serviceWords={(code, name) => t(`visitor.service.${code}`, { name })}
          />
        </div>
        <Writing session={session} />
      </section>
    </main>
  );
}

interface Asked {
  readonly slips: readonly Found[];
  send(): void;
}

/** What may show who somebody is is asked about before it is handed over (Talk 3). */
function Writing({ session }: { session: Session }) {
  const [asked, ask] = useState<Asked | null>(null);
  const { strict } = session;
  const change = useCallback(() => ask(null), []);
  const before = (text: string, send: () => void) => {
    const slips = findSlips(text, strict);
    if (slips.length) ask({ slips, send });
    else send();
  };
  const send = () => {
    change();
    asked?.send();
  };
  return (
    <>
      <Composer before={before} onSend={(text) => session.write(text)} />
      {asked && <Slip slips={asked.slips} strict={strict} onSend={send} onChange={change} />}
    </>
  );
}

/** Everybody who is in, or is waited for, as the language lists names. */
function names({ members, awaited }: VisitorView): string {
  const list = new Intl.ListFormat(language.value?.tag ?? "sv", { type: "conjunction" });
  return list.format([...members.map(({ pseudonym }) => pseudonym), ...awaited]);
}

/** The one line about the connection; silence is not absence (Talk 4). */
function notice(view: VisitorView): string {
  if (view.link === "offline") return t("visitor.conversation.offline");
  if (view.phase === "offered") return t("visitor.waiting.offered");
  if (view.phase === "restoring") return t("visitor.conversation.restoring", { name: names(view) });
  if (view.phase !== "talking") return "";
  if (!view.counsellorHere) return t("visitor.conversation.away", { name: names(view) });
  const answered = view.messages.some(({ from }) => from !== "me" && from !== "service");
  return answered ? "" : t("visitor.conversation.here", { name: names(view) });
}

/** "Read" is said only of what stands on a page that is looked at. */
function useReading({ messages, phase }: VisitorView, session: Session): void {
  const count = messages.length;
  useEffect(() => {
    const look = () => {
      if (phase === "talking" && count > 0 && document.visibilityState === "visible") session.read();
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [count, phase, session]);
}
