/** The whole console: the way in, or a counsellor's desk. */

import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { DeskView, OfficeView } from "../../../chat/browser/core/view.ts";
import { type ReadonlySignal, useSignals } from "../../../chat/browser/ui/signal.ts";
import { GoingOff } from "../joining/going-off.tsx";
import { AccountDrawer } from "../office/account.tsx";
import type { OfficeCommands } from "../office/commands.ts";
import { Notices } from "../office/notices.tsx";
import { OfficePage } from "../office/office.tsx";
import { WayIn } from "../office/way-in.tsx";
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

interface Props {
  desk: ReadonlySignal<DeskView>;
  commands: Commands;
  /** Of an organisation's own people; a demo has none. */
  office?: { readonly view: ReadonlySignal<OfficeView>; readonly commands: OfficeCommands };
}

export function Console({ desk, commands, office }: Props) {
  useSignals();
  const view = desk.value;
  const words = title(view);
  useEffect(() => {
    document.title = words;
  }, [words]);
  if (office)
    return (
      <Organisation
        view={view}
        commands={commands}
        {...{ office: office.view.value, does: office.commands }}
      />
    );
  return view.signedInAs === null ? (
    <SignIn view={view} commands={commands} />
  ) : (
    <Workplace view={view} commands={commands} />
  );
}

interface OrganisationProps {
  view: DeskView;
  commands: Commands;
  office: OfficeView;
  does: OfficeCommands;
}

/** What is covered stays where it is: a draft is not lost because somebody was away for ten minutes. */
function Organisation({ view, commands, office, does }: OrganisationProps) {
  const inside = office.phase === "in" && office.pseudonym !== "";
  const covered = office.locked || office.sealed !== null || !inside;
  return (
    <>
      {covered && <WayIn office={office} commands={does} />}
      {inside && (
        <div hidden={covered}>
          {view.signedInAs === null ? (
            <OfficePage office={office} desk={view} commands={does} />
          ) : (
            <Workplace view={view} commands={commands}>
              <Notices office={office} />
              <AccountDrawer office={office} commands={does} />
            </Workplace>
          )}
        </div>
      )}
    </>
  );
}

interface WorkplaceProps {
  view: DeskView;
  commands: Commands;
  children?: ComponentChildren;
}

function Workplace({ view, commands, children }: WorkplaceProps) {
  useEffect(() => followAttention(document), []);
  useEffect(followTime, []);
  useShortcuts(view, commands);
  useTaking(view);
  useHolding(openConversations(view).length > 0);
  return (
    <div class="workplace">
      <Bar view={view} commands={commands} />
      {children}
      <GoingOff view={view} commands={commands} />
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
