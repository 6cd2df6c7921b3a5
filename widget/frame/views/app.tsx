/** Everything the visitor sees: the bar that is always there, and below it the one screen of the moment. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { VisitorView } from "../../../chat/browser/core/view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import { useSignals } from "../../../chat/browser/ui/signal.ts";
import type { Availability } from "../availability.ts";
import type { Calls } from "../calls.ts";
import type { Cover } from "../cover.ts";
import type { Leaving } from "../leaving.ts";
import type { Session } from "../session.ts";
import type { Settings } from "../settings.ts";
import { Bar } from "./bar.tsx";
import { Behind } from "./behind.tsx";
import { Calling } from "./calling.tsx";
import { Closed } from "./closed.tsx";
import { Covered } from "./covered.tsx";
import { Ended } from "./ended.tsx";
import { choices } from "./languages.tsx";
import { Refused } from "./refused.tsx";
import { ShiftProgress } from "./shifts.tsx";
import { Start } from "./start.tsx";
import { Talk } from "./talk.tsx";

/** As long as the answer stands on the screen, it is asked for again so often. */
const ASK_MS = 60_000;

interface AppProps {
  session: Session;
  availability: Availability;
  calls: Calls;
  settings: Settings;
  leaving: Leaving;
  cover: Cover;
  choose(tag: string): Promise<void>;
  close(): void;
}

export function App({ session, availability, calls, settings, leaving, cover, choose, close }: AppProps) {
  useSignals();
  const view = session.view.value;
  const before = view.phase === "start" || view.phase === "closed";
  const phase = view.phase === "start" && availability.shut ? "closed" : view.phase;
  const [failed, fail] = useState(false);
  const [returning, comeBack] = useState(false);
  const covered = cover.on.value;
  const calling = calls.on.value;
  useFocusThatFollows(covered ? "covered" : calling ? "calling" : screenOf(phase));
  useEffect(() => comeBack(false), [before]);
  useEffect(() => {
    const timer = before && setInterval(() => document.hidden || availability.ask(), ASK_MS);
    return () => clearInterval(timer || undefined);
  }, [before, availability]);
  const chooseOrSay = (tag: string) => {
    fail(false);
    choose(tag).catch(() => fail(true));
  };
  if (covered) return <Covered cover={cover} leaving={leaving} settings={settings} />;
  return (
    <>
      <Bar
        leaving={leaving}
        embedded={settings.embedded}
        demo={settings.demo || view.demo}
        languages={choices(availability.now.value)}
        onCover={() => cover.begin()}
        onChoose={chooseOrSay}
      />
      <ShiftProgress />
      {failed && (
        <p role="alert" class="alarm">
          {t("visitor.languageFailed")}
        </p>
      )}
      {calling && <Calling calls={calls} answered={view.phase === "talking"} />}
      <div class="behind" hidden={calling}>
        {before && returning ? (
          <Behind load={session.returning}>
            {({ ComeBack }) => (
              <ComeBack session={session} settings={settings} onClose={() => comeBack(false)} />
            )}
          </Behind>
        ) : (
          <Screen
            phase={phase}
            view={view}
            session={session}
            settings={settings}
            availability={availability}
            calls={calls}
            cover={cover}
            onLanguage={chooseOrSay}
            onCode={() => comeBack(true)}
            onClose={settings.embedded ? close : null}
          />
        )}
      </div>
    </>
  );
}

export interface ScreenProps {
  view: VisitorView;
  session: Session;
  settings: Settings;
  availability: Availability;
  calls: Calls;
  cover: Cover;
  onLanguage(tag: string): void;
  /** *I have a code*. */
  onCode(): void;
  /** Back to the municipality's page; null on a page of its own. */
  onClose: (() => void) | null;
}

/** Which screen a phase is shown on: what is written in the queue stays on the screen when somebody answers. */
function screenOf(phase: VisitorView["phase"]): string {
  return ["connecting", "waiting", "offered", "talking", "restoring"].includes(phase) ? "talk" : phase;
}

/** A new screen takes the focus to its heading; the first one does not, so that Tab begins with the leave control. */
function useFocusThatFollows(screen: string): void {
  const before = useRef(screen);
  useLayoutEffect(() => {
    if (before.current !== screen) document.querySelector("h1")?.focus();
    before.current = screen;
  }, [screen]);
}

function Screen({ phase, ...props }: ScreenProps & Pick<VisitorView, "phase">) {
  switch (phase) {
    case "start":
      return <Start {...props} />;
    case "ended":
      return <Ended {...props} />;
    case "closed":
      return <Closed {...props} />;
    case "refused":
      return <Refused {...props} />;
    default:
      return <Talk {...props} />;
  }
}
