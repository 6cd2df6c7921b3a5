/**
 * The bar on top of the panel: *Leave this page*, the same chat in its own tab for as long as nothing was begun, and how far
 * the sequence of Shift has come (Leave 1, 4). All words but the one that matters come from the frame, in its language.
 */

import { make } from "./elements.ts";
import type { Words } from "./port.ts";
import type { Settings } from "./settings.ts";

export class Controls {
  readonly bar = make("div", { class: "bar" });
  readonly leave: HTMLAnchorElement;
  #tab: HTMLAnchorElement;
  #status = make("p", { class: "status", role: "status" });
  #hint = make("p", { class: "hint" });
  #progress = "{n} / 3";

  constructor({ origin, language }: Settings, onLeave: () => void, onMove: () => void) {
    this.leave = make(
      "a",
      { class: "leave", href: `${origin}/leave`, target: "_top", rel: "noreferrer" },
      __WORDS__.leave,
    );
    this.leave.onclick = (event) => {
      event.preventDefault();
      onLeave();
    };
    this.#tab = make("a", {
      class: "tab",
      href: `${origin}/?lang=${language}`,
      target: "_blank",
      rel: "noreferrer",
    });
    // After the browser has followed it.
    this.#tab.onclick = () => setTimeout(onMove);
    this.bar.append(this.leave, this.#tab, this.#status, this.#hint);
  }

  /** `n` presses so far. */
  show(n: number): void {
    this.#status.textContent = n ? this.#progress.replace("{n}", `${n}`) : "";
  }

  speak({ leave, progress, hint, tab }: Words): void {
    this.leave.textContent = leave;
    this.#progress = progress;
    this.#hint.textContent = hint;
    this.#tab.textContent = tab;
  }
}
