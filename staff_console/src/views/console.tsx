/** The whole console: the way in, or a counsellor's desk. */

import type { ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { DeskView } from "../../../chat/browser/core/view.ts";
import { followAttention } from "./attention.ts";
import { Bar } from "./bar.tsx";
import type { Commands } from "./commands.ts";
import { DeskAlarm } from "./desk-alarm.tsx";
import { followTime } from "./now.ts";
import { useShortcuts } from "./shortcuts.tsx";
import { SignIn } from "./sign-in.tsx";
import { Stage } from "./stage.tsx";
import { openConversations } from "./take.ts";
import { useTaking } from "./taking.ts";
import { title } from "./title.ts";

export function Console({ desk, commands }: { desk: ReadonlySignal<DeskView>; commands: Commands }) {
  const view = desk.value;
  const words = title(view);
  useEffect(() => {
    document.title = words;
  }, [words]);
  return view.signedInAs === null ? (
    <SignIn view={view} commands={commands} />
  ) : (
    <Workplace view={view} commands={commands} />
  );
}

function Workplace({ view, commands }: { view: DeskView; commands: Commands }) {
  useEffect(() => followAttention(document), []);
  useEffect(followTime, []);
  useShortcuts(view, commands);
  useTaking(view);
  useHolding(openConversations(view).length > 0);
  return (
    <div class="workplace">
      <Bar view={view} commands={commands} />
      <DeskAlarm view={view} />
      <Stage view={view} commands={commands} />
    </div>
  );
}

/** What is not sent yet lives in this page only, and whoever closes it leaves visitors waiting: the browser asks first. */
function useHolding(held: boolean): void {
  useEffect(() => {
    if (!held) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [held]);
}
