/** The bar on top of the panel: *Leave this page*, and how far the sequence of Shift has come (Leave 1, 4). */

import { make } from "./elements.ts";

export class Controls {
  readonly bar = make("div", { class: "bar" });
  readonly leave: HTMLAnchorElement;
  #status = make("p", { class: "status", role: "status" });
  #progress = __WORDS__.progress;

  constructor(origin: string, onLeave: () => void) {
    this.leave = make("a", { class: "leave", href: `${origin}/leave`, target: "_top", rel: "noreferrer" });
    this.leave.textContent = __WORDS__.leave;
    this.leave.onclick = (event) => {
      event.preventDefault();
      onLeave();
    };
    this.bar.append(this.leave, this.#status, make("p", { class: "hint" }, __WORDS__.hint));
  }

  /** `n` presses so far. */
  show(n: number): void {
    this.#status.textContent = n ? this.#progress.replace("{n}", `${n}`) : "";
  }

  speak(leave: string, progress: string): void {
    this.leave.textContent = leave;
    this.#progress = progress;
  }
}
