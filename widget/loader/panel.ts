/**
 * What stands over the host page from the click on: the leave control and its key, drawn before the frame is asked for and
 * independent of it (Leave 1), and below them the frame. It knows nothing of what happens inside.
 */

import { countShifts, PRESSES } from "../shift.ts";
import { fitViewport } from "../viewport.ts";
import { makeControls } from "./controls.ts";
import { make, makeHost } from "./elements.ts";
import styles from "./panel.css";
import { listen, type Wire, type Words } from "./port.ts";
import { makeFrame } from "./sandbox.ts";
import type { Settings } from "./settings.ts";

/** From the click to words on the screen, on a very slow network. */
const OPENING_MS = 40_000;
/** When its document has loaded, the frame's script has run or was refused; its message may come a little later. */
const READY_MS = 1_000;
/** Half of the control's least size. */
const WITHIN_PX = 22;
const BLANK = "panel open cover";

export interface Outcome {
  /** The frame did not open. `focused`: the focus was in the panel. */
  onFail(focused: boolean): void;
  onClose(): void;
}

export class Panel {
  /** Aborted when the panel is closed: the keys. */
  #closed = new AbortController();
  /** Aborted when the frame is gone: port and size. */
  #gone = new AbortController();
  #panel: HTMLElement;
  #host: HTMLElement;
  #words = make("p", { class: "words" });
  #controls;
  #wire: Wire | undefined;
  #timer: number | undefined;
  #left = false;
  #uncover = () => {};
  #heardShifts = countShifts((n) => this.#pressed(n), this.#closed.signal);

  constructor(
    settings: Settings,
    readonly outcome: Outcome,
  ) {
    this.#panel = make("div", {
      class: "panel",
      role: "dialog",
      "aria-label": __WORDS__.frame,
      tabindex: "-1",
    });
    this.#controls = makeControls(
      settings,
      () => this.#leave(),
      () => this.close(),
    );
    this.#panel.append(this.#controls.bar, this.#words);
    this.#say(__WORDS__.opening);
    this.#host = makeHost(this.#panel, styles);
    this.#host.setAttribute("popover", "manual");
    fitViewport(this.#panel, this.#gone.signal);
    // Back from the browser's memory of pages: nothing of before may stand here (Leave 7).
    const options = { capture: true, signal: this.#closed.signal };
    addEventListener("pageshow", ({ persisted }) => persisted && this.close(), options);
    document.addEventListener("toggle", () => this.#clear(), options);
    this.#open(settings);
  }

  #open(settings: Settings): void {
    try {
      // First in the page, so that the leave control is first in tab order.
      document.body.prepend(this.#host);
      this.#host.showPopover?.();
      this.#clear();
      this.#panel.focus();
      const frame = makeFrame(settings);
      const heard = {
        alive: () => this.#opened(frame),
        leave: () => this.#leave(),
        close: () => this.close(),
        shift: this.#heardShifts,
        cover: () => this.#cover(),
        words: (words: Words) => this.#controls.speak(words),
      };
      this.#wire = listen(frame, () => this.#failIn(OPENING_MS), heard, this.#gone.signal);
      frame.onload = () => this.#wire?.ready() || this.#failIn(READY_MS);
      this.#failIn(OPENING_MS);
      this.#panel.append(frame);
    } catch {
      this.#fail();
    }
  }

  /** A dialog or banner of the page that covers the way out, or makes it inert, is put away (Leave 1). */
  #clear(): void {
    const { left, top } = this.#controls.leave.getBoundingClientRect();
    if (document.elementFromPoint(left + WITHIN_PX, top + WITHIN_PX) === this.#host) return;
    for (const other of document.querySelectorAll<HTMLElement>("dialog[open],[popover]")) {
      if (other instanceof HTMLDialogElement) other.close();
      else if (other !== this.#host) other.hidePopover?.();
    }
  }

  get #focused() {
    return this.#host.shadowRoot?.activeElement;
  }

  #opened(frame: HTMLElement): void {
    clearTimeout(this.#timer);
    this.#uncover();
    this.#panel.className = "panel open";
    if (this.#focused === this.#panel) frame.focus();
  }

  /** *Someone came in* (Leave 9): the panel, which the frame has emptied, over everything; behind it nothing answers. */
  #cover(): void {
    const { title } = document;
    const others = document.querySelectorAll<HTMLElement>("body>:not([inert],[popover])");
    const set = (name: string, inert: boolean) => {
      document.title = name;
      for (const other of others) other.inert = inert;
    };
    set(location.host, true);
    this.#panel.className = BLANK;
    this.#uncover = () => set(title, false);
  }

  /** Words that end with whom to call. */
  #say(words: string): void {
    this.#words.replaceChildren(words, " ", make("a", { href: "tel:112" }, "112"));
  }

  #failIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fail(), ms);
  }

  #fail(): void {
    this.#gone.abort();
    this.#panel.querySelector("iframe")?.remove();
    this.#panel.className = "panel failed";
    this.#words.setAttribute("role", "alert");
    this.#say(__WORDS__.failed);
    this.outcome.onFail(!!this.#focused);
  }

  #pressed(n: number): void {
    this.#controls.show(n % PRESSES);
    if (n === PRESSES) this.#leave();
    else this.#wire?.say({ t: "shift", n });
  }

  /** First nothing to see, then away, and only beside that the frame's own wiping (Leave 3). */
  #leave(): void {
    if (this.#left) return;
    this.#left = true;
    this.#panel.className = BLANK;
    this.#panel.replaceChildren();
    const away = this.#controls.leave.href;
    try {
      // Empties the page, and what it would ask before it is left goes with it (Leave 5).
      document.open();
    } catch {
      // XHTML: the cover is enough, unless it asks.
    }
    try {
      top?.location.replace(away);
    } catch {
      // Framed by yet another page, which only a person's press may move.
    }
    if (top !== window) location.replace(away);
    this.#wire?.say({ t: "leave" });
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#gone.abort();
    this.#closed.abort();
    this.#uncover();
    this.#host.remove();
    this.outcome.onClose();
  }
}
