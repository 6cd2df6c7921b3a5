/**
 * The bar on top of the panel: *Leave this page*, the same chat in its own tab for as long as nothing was begun, and how far
 * the sequence of Shift has come (Leave 1, 4). All words but the one that matters come from the frame, in its language.
 */

import { make } from "./elements.ts";
import type { Words } from "./port.ts";
import type { Settings } from "./settings.ts";

export interface Controls {
  readonly bar: HTMLElement;
  readonly leave: HTMLAnchorElement;
  /** `n` presses so far. */
  show(n: number): void;
  speak(words: Words): void;
}

export function makeControls(
  { origin, language }: Settings,
  onLeave: () => void,
  onMove: () => void,
): Controls {
  const link = (name: string, href: string, target: string, words = "") =>
    make("a", { class: name, href: origin + href, target, rel: "noreferrer" }, words);
  const leave = link("pill leave", "/leave", "_top", __WORDS__.leave);
  const tab = link("tab", `/?lang=${language}`, "_blank");
  const status = make("p", { class: "status", role: "status" });
  const hint = make("p", { class: "hint" });
  const bar = make("div", { class: "bar" });
  let progress = "{n} / 3";
  leave.onclick = (event) => {
    event.preventDefault();
    onLeave();
  };
  // After the browser has followed it.
  tab.onclick = () => setTimeout(onMove);
  bar.append(leave, tab, status, hint);
  return {
    bar,
    leave,
    show(n) {
      status.textContent = n ? progress.replace("{n}", `${n}`) : "";
    },
    speak(words) {
      leave.textContent = words.leave;
      progress = words.progress;
      hint.textContent = words.hint;
      tab.textContent = words.tab;
    },
  };
}
