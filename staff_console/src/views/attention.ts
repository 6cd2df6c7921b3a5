/**
 * Where the counsellor's attention is: the conversation that holds the focus of a page that is really looked at.
 * "Read" is said to a visitor only on the strength of this, never because a text merely stood on some screen.
 */

import { type ReadonlySignal, signal } from "../../../chat/browser/ui/signal.ts";

/** Marks the element of a conversation; its value is the sid. */
export const CONVERSATION_ATTRIBUTE = "data-conversation";

const attended = signal<string | null>(null);

/** The sid that is attended to, or null. */
export const attention: ReadonlySignal<string | null> = attended;

/** Follow focus and visibility until the returned function is called. */
export function followAttention(page: Document): () => void {
  const look = () => {
    const seen = page.visibilityState === "visible" && page.hasFocus();
    const pane = page.activeElement?.closest(`[${CONVERSATION_ATTRIBUTE}]`);
    attended.value = (seen && pane?.getAttribute(CONVERSATION_ATTRIBUTE)) || null;
  };
  const view = page.defaultView ?? window;
  // The focus has not arrived yet while `focusout` runs.
  const lookSoon = () => view.setTimeout(look, 0);
  page.addEventListener("focusin", look);
  page.addEventListener("focusout", lookSoon);
  page.addEventListener("visibilitychange", look);
  view.addEventListener("focus", look);
  view.addEventListener("blur", look);
  look();
  return () => {
    page.removeEventListener("focusin", look);
    page.removeEventListener("focusout", lookSoon);
    page.removeEventListener("visibilitychange", look);
    view.removeEventListener("focus", look);
    view.removeEventListener("blur", look);
  };
}
