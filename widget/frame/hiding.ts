/**
 * A page that nobody looks at shows nothing (Trace 6): covered the moment it is hidden, so that the app switcher has no
 * picture of it, and wiped when it goes away.
 */

/** Cover `content` while the page is hidden; `onGone` when it is unloaded or put into the browser's memory of pages. */
export function hideWhenUnseen(content: HTMLElement, onGone: () => void): void {
  let focused: Element | null = null;
  document.addEventListener("visibilitychange", () => {
    const hidden = document.visibilityState === "hidden";
    if (hidden) focused = document.activeElement;
    content.style.visibility = hidden ? "hidden" : "";
    // What is not visible loses the focus.
    if (!hidden && focused instanceof HTMLElement && focused.isConnected) focused.focus();
  });
  addEventListener("pagehide", onGone);
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
}
