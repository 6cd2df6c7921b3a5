/** The whole console: the way in, or a counsellor's desk. */

import type { ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { DeskView } from "../../../chat/browser/core/view";
import { Alarm } from "../../../chat/browser/ui/alarm";
import { followAttention } from "./attention";
import { Bar } from "./bar";
import type { Commands } from "./commands";
import { followTime } from "./now";
import { useShortcuts } from "./shortcuts";
import { SignIn } from "./sign-in";
import { Stage } from "./stage";
import { title } from "./title";

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
  return (
    <div class="workplace">
      <Bar view={view} commands={commands} />
      {view.alarm && <Alarm error={view.alarm} />}
      <Stage view={view} commands={commands} />
    </div>
  );
}
