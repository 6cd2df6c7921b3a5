/** Everything the visitor sees: the bar that is always there, and below it the one screen of the moment. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { VisitorView } from "../../../chat/browser/core/view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import type { Leaving } from "../leaving.ts";
import type { Session } from "../session.ts";
import type { Settings } from "../settings.ts";
import { Bar } from "./bar.tsx";
import { Closed } from "./closed.tsx";
import { Ended } from "./ended.tsx";
import { Refused } from "./refused.tsx";
import { shiftsPressed } from "./shifts.ts";
import { Start } from "./start.tsx";
import { Talk } from "./talk.tsx";

interface AppProps {
  session: Session;
  settings: Settings;
  leaving: Leaving;
  choose(tag: string): Promise<void>;
  close(): void;
}

export function App({ session, settings, leaving, choose, close }: AppProps) {
  const view = session.view.value;
  const [failed, fail] = useState(false);
  useFocusThatFollows(view.phase);
  const chooseOrSay = (tag: string) => {
    fail(false);
    choose(tag).catch(() => fail(true));
  };
  return (
    <>
      <Bar
        leaving={leaving}
        embedded={settings.embedded}
        demo={settings.demo || view.demo}
        onChoose={chooseOrSay}
      />
      <p role="status" class="shift-progress">
        {shiftsPressed.value > 0 && t("loader.progress", { n: shiftsPressed.value })}
      </p>
      {failed && (
        <p role="alert" class="alarm">
          {t("visitor.languageFailed")}
        </p>
      )}
      <Screen view={view} session={session} onClose={settings.embedded ? close : null} />
    </>
  );
}

export interface ScreenProps {
  view: VisitorView;
  session: Session;
  /** Back to the municipality's page; null on a page of its own. */
  onClose: (() => void) | null;
}

/** Which screen a phase is shown on: what is written in the queue stays on the screen when somebody answers. */
function screenOf(phase: VisitorView["phase"]): string {
  return ["connecting", "waiting", "offered", "talking"].includes(phase) ? "talk" : phase;
}

/** A new screen takes the focus to its heading; the first one does not, so that Tab begins with the leave control. */
function useFocusThatFollows(phase: VisitorView["phase"]): void {
  const screen = screenOf(phase);
  const before = useRef(screen);
  useLayoutEffect(() => {
    if (before.current !== screen) document.querySelector("h1")?.focus();
    before.current = screen;
  }, [screen]);
}

function Screen(props: ScreenProps) {
  switch (props.view.phase) {
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
