/**
 * A page that nobody looks at shows nothing (Trace 6): covered the moment it is hidden, so that the app switcher has no
 * picture of it; after a while without words, and after longer without keys; wiped when it goes away. Timers sleep with the
 * page, so the clock is asked again on waking, before anything is seen.
 */

const WORDS_MS = 3 * 60_000;
/** While the page is hidden and awake. */
const LOOK_MS = 5_000;
/** From the press of a number to the dialler before the page. */
const DIAL_MS = 10_000;
/** A call may be long, and hides the page. */
const CALL_MS = 60 * 60_000;

export interface Unseen {
  /** Words leave the screen and memory. */
  hide(): void;
  show(): void;
  /** Keys are dropped. */
  expire(): void;
  /** So long they are kept, in ms. */
  patience(): number;
  /** Unloaded, or put into the browser's memory of pages. */
  gone(): void;
}

export function hideWhenUnseen(content: HTMLElement, unseen: Unseen): void {
  const absence = new Absence(unseen);
  let focused: Element | null = null;
  content.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest('a[href^="tel:"]')) absence.calls();
  });
  document.addEventListener("visibilitychange", () => {
    const hidden = document.visibilityState === "hidden";
    if (hidden) {
      focused = document.activeElement;
      absence.begins();
    } else absence.ends();
    content.style.visibility = hidden ? "hidden" : "";
    // What is not visible loses the focus.
    if (!hidden && focused instanceof HTMLElement && focused.isConnected) focused.focus();
  });
  addEventListener("pagehide", () => unseen.gone());
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
}

class Absence {
  #since = 0;
  #grace = 0;
  #calledAt = 0;
  #hidden = false;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(readonly unseen: Unseen) {}

  calls(): void {
    this.#calledAt = Date.now();
  }

  begins(): void {
    clearInterval(this.#timer);
    this.#since = Date.now();
    this.#grace = this.#since - this.#calledAt < DIAL_MS ? CALL_MS : 0;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  ends(): void {
    if (!this.#since) return;
    clearInterval(this.#timer);
    this.#look();
    this.#since = 0;
    this.#calledAt = 0;
    if (this.#hidden) this.unseen.show();
    this.#hidden = false;
  }

  #look(): void {
    // A clock that was set back has not made the time shorter.
    const away = Math.abs(Date.now() - this.#since) - this.#grace;
    if (away >= this.unseen.patience()) {
      this.unseen.expire();
    } else if (away >= WORDS_MS && !this.#hidden) {
      this.#hidden = true;
      this.unseen.hide();
    }
  }
}
