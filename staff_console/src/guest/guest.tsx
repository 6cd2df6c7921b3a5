/** What a guest sees: what this is, before anything is opened; then the conversation, and the way out of it. */

import { useEffect, useState } from "preact/hooks";
import type { GuestPageView } from "../../../chat/browser/core/view.ts";
import { Alarm } from "../../../chat/browser/ui/alarm.tsx";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import { Composer } from "../../../chat/browser/ui/composer.tsx";
import { Log } from "../../../chat/browser/ui/log.tsx";
import { Members } from "../../../chat/browser/ui/members.tsx";
import { type ReadonlySignal, useSignals } from "../../../chat/browser/ui/signal.ts";
import { Language } from "../views/language.tsx";

interface Commands {
  start(): void;
  write(text: string): void;
  read(): void;
  leave(): void;
}

interface GuestProps {
  view: ReadonlySignal<GuestPageView>;
  commands: Commands;
  /** What stood behind `#`; empty where the link was cut short. */
  token: string;
}

const OVER: readonly string[] = ["refused", "left", "ended"];
const TOKEN = /^[\w-]{43}$/;

export function Guest({ view: { value: view }, commands, token }: GuestProps) {
  useSignals();
  const [opened, open] = useState(false);
  const { phase, alarm } = view;
  const talking = phase === "talking";
  useEffect(() => {
    document.title = t("staff.title");
  });
  useStaying(talking);
  useReading(view, commands);
  const press = () => {
    open(true);
    commands.start();
  };
  return (
    <div class="workplace">
      <header class="bar">
        <p class="brand">Varsam</p>
        {view.demo && <p class="badge">{t("staff.bar.demo")}</p>}
        <h1>{t("staff.guest.title")}</h1>
        {opened && !OVER.includes(phase) && (
          <p role="status" class="link" data-state={view.link}>
            {t(`staff.link.${view.link}`)}
          </p>
        )}
      </header>
      <main class="guest">
        {alarm && talking && <Alarm section="staff" error={alarm} />}
        {talking ? (
          <Talk view={view} commands={commands} />
        ) : (
          <section class="guest-words">
            {opened || !TOKEN.test(token) ? (
              <State view={view} cut={!TOKEN.test(token)} commands={commands} />
            ) : (
              <Before onOpen={press} />
            )}
          </section>
        )}
        <Language />
      </main>
    </div>
  );
}

/** The link opens once, and a preview of it must not: a person presses. */
function Before({ onOpen }: { onOpen(): void }) {
  return (
    <>
      <p>{t("staff.guest.what")}</p>
      <p>{t("staff.guest.once")}</p>
      <button type="button" class="button primary" onClick={onOpen}>
        {t("staff.guest.open")}
      </button>
    </>
  );
}

function State({ view, cut, commands }: { view: GuestPageView; cut: boolean; commands: Commands }) {
  const { phase, alarm } = view;
  const code = cut ? "cut" : phase === "refused" ? (alarm?.code ?? "not-invited") : phase;
  const known = ["cut", "not-invited", "visitor-refused", "opening", "waiting", "left", "ended"];
  return (
    <>
      <p role="status">{t(`staff.guest.${known.includes(code) ? code : "stopped"}`)}</p>
      {alarm && !known.includes(code) && <Alarm section="staff" error={alarm} />}
      {phase === "waiting" && (
        <button type="button" class="button" onClick={() => commands.leave()}>
          {t("staff.joining.withdraw")}
        </button>
      )}
    </>
  );
}

function Talk({ view, commands }: { view: GuestPageView; commands: Commands }) {
  const visitor = t("staff.guest.visitor");
  const me = t("staff.conversation.me");
  const nameOf = (from: string) => (from === "me" ? me : from === "visitor" ? visitor : from);
  return (
    <section class="conversation" aria-label={t("staff.guest.region")}>
      <header class="conversation-head">
        <h2>{visitor}</h2>
        <button type="button" class="button end-chat" onClick={() => commands.leave()}>
          {t("staff.joining.leave")}
        </button>
        <Members members={view.members} visitor={visitor} />
        <p role="status" class={view.visitorHere && !view.paused ? "visually-hidden" : "presence"}>
          {t(`staff.conversation.${view.paused ? "paused" : view.visitorHere ? "here" : "away"}`)}
        </p>
      </header>
      <Log
        messages={view.messages}
        nameOf={nameOf}
        serviceWords={(code, name) => t(`staff.service.${code}`, { name })}
      />
      <Composer onSend={(text) => commands.write(text)} />
    </section>
  );
}

/** "Read" is said only of what stands on a page that is looked at. */
function useReading({ phase, unread, members }: GuestPageView, commands: Commands): void {
  const news = unread > 0 || members.some(({ me, joining }) => me && joining);
  useEffect(() => {
    const look = () => {
      if (phase === "talking" && news && document.visibilityState === "visible") commands.read();
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [phase, news, unread, commands]);
}

/** The link was used by this page: whoever closes it needs another. */
function useStaying(held: boolean): void {
  useEffect(() => {
    if (!held) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [held]);
}
