/** What the stage follows: its own width, the pane in front, and conversations that come and go. */

import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ConversationView } from "../../../chat/browser/core/view.ts";
import { firstShown } from "./beside.ts";
import type { Commands } from "./commands.ts";
import { goTo, lookAt, PANE_ATTRIBUTE, pane, QUEUE } from "./pane.ts";

/** The element's width in rem, followed as it changes. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const measured = element.current;
    if (!measured) return;
    const measure = () => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      setWidth(measured.clientWidth / rem);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(measured);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

/** The pane in front; the queue when the conversation that was there is gone. */
export function useFront(sids: readonly string[]): string {
  return sids.includes(pane.value) ? pane.value : QUEUE;
}

/** Which conversations are drawn in the columns; it moves only as far as needed to hold the one in front. */
export function useShown(sids: readonly string[], front: string, columns: number): readonly string[] {
  const first = useRef(0);
  const current = sids.indexOf(front);
  first.current = firstShown(first.current, current < 0 ? first.current : current, columns, sids.length);
  return sids.slice(first.current, first.current + columns);
}

/**
 * Go to a conversation that has just been taken, but only from the queue: one who is writing to somebody else keeps the
 * focus, or the rest of the sentence would be written to the wrong person.
 */
export function useNewcomers(sids: readonly string[]): void {
  const known = useRef(sids);
  useEffect(() => {
    const newcomer = sids.find((sid) => !known.current.includes(sid));
    known.current = sids;
    const focused = document.activeElement;
    const idle =
      focused === null || focused === document.body || focused.closest(`[${PANE_ATTRIBUTE}="${QUEUE}"]`);
    if (newcomer && idle) lookAt(newcomer);
  });
}

/** Take a conversation off the screen, and go on to its neighbour. */
export function useDismissal(
  conversations: readonly ConversationView[],
  commands: Commands,
): (sid: string) => void {
  return (sid) => {
    const at = conversations.findIndex((conversation) => conversation.sid === sid);
    const next = conversations[at + 1] ?? conversations[at - 1];
    commands.dismiss(sid);
    goTo(next?.sid ?? QUEUE);
  };
}
