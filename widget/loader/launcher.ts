/**
 * The plain link as a button, and back again. A shadow root cannot be attached to a link, so a host stands after it; the
 * link itself stays in the page and is shown whenever the chat cannot open.
 */

import { make, makeHost } from "./elements.ts";
import styles from "./launcher.css";

export class Launcher {
  #host: HTMLElement;
  #button: HTMLButtonElement;

  constructor(
    readonly link: HTMLAnchorElement,
    onPress: () => void,
  ) {
    const [host, shadow] = makeHost(styles);
    this.#host = host;
    this.#button = make("button", { type: "button" }, link.textContent.trim());
    this.#button.onclick = onPress;
    shadow.append(this.#button);
    link.after(host);
    const focused = document.activeElement === link;
    // Inline and important: a host page's own rule for links would show it again.
    link.style.setProperty("display", "none", "important");
    link.hidden = true;
    if (focused) this.focus();
  }

  focus(): void {
    this.#button.focus();
  }

  /** The link again, with the focus if it was here, or is to come here. */
  giveBack(focused: boolean): void {
    const here = focused || document.activeElement === this.#host;
    this.#host.remove();
    this.link.style.removeProperty("display");
    this.link.hidden = false;
    if (here) this.link.focus();
  }
}
