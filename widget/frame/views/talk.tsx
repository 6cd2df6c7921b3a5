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
import type { Slip as Found } from "../slips.ts";
import type { ScreenProps } from "./app.tsx";
import { Behind } from "./behind.tsx";
import { Heading } from "./heading.tsx";
import { Missing } from "./missing.tsx";
import { Queue } from "./queue.tsx";
import { Slip } from "./slip.tsx";

export function Talk(props: ScreenProps) {
  const { view, session, settings } = props;
  const [wanted, want] = useState(false);
  const heading = useId();
  const talking = view.phase === "talking";
  const begun = talking || view.phase === "restoring";
  const joining = session.joining.value;
  // A question takes the room of words that can wait.
  const asked = joining !== null && joining.view.questions.length > 0;
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
          {talking && !asked && (
            <button type="button" class="button plain" onClick={() => want(true)}>
              {t("visitor.code.get")}
            </button>
          )}
        </div>
        <p role="status" class="notice">
          {asked
            ? ""
            : session.visitor?.returns.word && view.phase === "restoring"
              ? t("returning.waiting", { name: names(view) })
              : notice(view)}
        </p>
        {wanted && (
          <Behind load={session.returning}>
            {({ GetCode }) => <GetCode session={session} settings={settings} onClose={() => want(false)} />}
          </Behind>
        )}
        {session.missing.value && <Missing onAgain={() => void session.fetch()} />}
        {view.alarm && (
          <AlarmToRead error={view.alarm} onRead={() => document.getElementById(heading)?.focus()} />
        )}
        {joining && (
          <joining.Screen
            view={joining.view}
            alone={talking && view.link === "online" && !view.counsellorHere}
            answer={(id, answer) => joining.answer(id, answer)}
            callAnother={() => joining.callAnother()}
            onDone={() => document.getElementById(heading)?.focus()}
          />
        )}
        <div class="talk-scroll" data-scrolls>
          {!begun && <Queue {...props} />}
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

interface Wish {
  readonly text: string;
  send(): void;
}

interface Asked {
  readonly slips: readonly Found[];
  send(): void;
}

/**
 * What may show who somebody is is asked about before it is handed over (Talk 3). What was to be sent before the code for it
 * is here stays in its box, and goes then, unless it was changed meanwhile.
 */
function Writing({ session }: { session: Session }) {
  const [asked, ask] = useState<Asked | null>(null);
  const [early, wait] = useState<Wish | null>(null);
  const { strict } = session;
  const core = session.core.value;
  const change = useCallback(() => ask(null), []);
  const before = (wish: Wish) => {
    const slips = core?.findSlips(wish.text, strict);
    if (!slips) return wait(wish);
    wait(null);
    if (slips.length) ask({ slips, send: wish.send });
    else wish.send();
  };
  useEffect(() => {
    if (core && early) before(early);
  }, [core]);
  const send = () => {
    change();
    asked?.send();
  };
  return (
    <>
      <p role="status" class="notice">
        {early && t("shared.state.waiting")}
      </p>
      <Composer
        before={(text, send) => before({ text, send })}
        onSend={(text) => session.write(text)}
        onWrite={() => wait(null)}
      />
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
