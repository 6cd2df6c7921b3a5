/**
 * The plain link as a button, and back again. A shadow root cannot be attached to a link, so a host stands after it; the
 * link itself stays in the page and is shown whenever the chat cannot open.
 */

import { make, makeHost } from "./elements.ts";

export interface Launcher {
  focus(): void;
  /** The link again, with the focus if it was here, or is to come here. */
  giveBack(focused: boolean): void;
}

export function makeLauncher(link: HTMLAnchorElement, onPress: () => void): Launcher {
  const button = make("button", { class: "pill" }, link.textContent.trim());
  const host = makeHost(button);
  button.onclick = onPress;
  link.after(host);
  const focused = document.activeElement === link;
  // Inline and important: a host page's own rule for links would show it again.
  link.style.setProperty("display", "none", "important");
  link.hidden = true;
  if (focused) button.focus();
  return {
    focus: () => button.focus(),
    giveBack(focused) {
      const here = focused || document.activeElement === host;
      host.remove();
      link.style.removeProperty("display");
      link.hidden = false;
      if (here) link.focus();
    },
  };
}
