/**
 * The keyboard's shortcuts, and their list on the screen.
 *
 * Chosen so that they collide with little: F6 and Shift+F6 move between panes in most desktop programs; Alt+N is free in
 * Chromium, Edge and Firefox, and in NVDA, JAWS and Orca. Alt with a digit is not: browsers on Linux switch tabs with it.
 * Nothing ends or sends by a shortcut from elsewhere, since such a slip could not be taken back.
 */

import { useEffect } from "preact/hooks";
import type { DeskView } from "../../../chat/browser/core/view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import type { Commands } from "./commands.ts";
import { goTo, neighbour, QUEUE } from "./pane.ts";
import { takeNext } from "./taking.ts";

const LISTED = ["take", "next", "previous", "send", "line", "reply"] as const;

export function Shortcuts() {
  return (
    <details class="shortcuts" open>
      <summary>{t("staff.shortcuts.heading")}</summary>
      <dl>
        {LISTED.map((name) => (
          <div key={name}>
            <dt>
              <kbd>{t(`staff.shortcuts.keys.${name}`)}</kbd>
            </dt>
            <dd>{t(`staff.shortcuts.${name}`)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** Listen while the calling component is on the screen. */
export function useShortcuts(view: DeskView, commands: Commands): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (document.querySelector("dialog[open]")) return;
      if (carryOut(event, view, commands)) event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [view, commands]);
}

/** Whether the key was one of ours. */
function carryOut(event: KeyboardEvent, view: DeskView, commands: Commands): boolean {
  if (event.ctrlKey || event.metaKey) return false;
  if (event.key === "F6" && !event.altKey) {
    const panes = [QUEUE, ...view.conversations.map(({ sid }) => sid)];
    goTo(neighbour(panes, event.shiftKey ? -1 : 1));
    return true;
  }
  if (!event.altKey || event.shiftKey || !isLetterN(event)) return false;
  goTo(QUEUE);
  if (!event.repeat) takeNext(view, commands);
  return true;
}

/** With Option held, macOS makes N a dead key and names only its place on the keyboard. */
function isLetterN(event: KeyboardEvent): boolean {
  return event.key.toLowerCase() === "n" || (event.key === "Dead" && event.code === "KeyN");
}
