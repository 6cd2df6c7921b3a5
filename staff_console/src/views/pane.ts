/**
 * Which part of the console is in front: the queue, or one conversation. Moving there brings the focus along, so that
 * the keyboard is always where the eyes are. It knows names of panes and elements, nothing of what they show.
 */

import { type ReadonlySignal, signal } from "../../../chat/browser/ui/signal.ts";

export const QUEUE = "queue";
/** Marks the element of a pane; its value is `QUEUE` or a sid. */
export const PANE_ATTRIBUTE = "data-pane";
/** Marks what takes the focus when one goes to work in a pane. */
export const ENTRY_ATTRIBUTE = "data-entry";

const front = signal<string>(QUEUE);

/** `QUEUE` or a sid. */
export const pane: ReadonlySignal<string> = front;

/** Bring a pane to the front, without touching the focus. */
export function show(name: string): void {
  front.value = name;
}

/** Bring a pane to the front and the focus to the pane itself, to look at it. */
export function lookAt(name: string): void {
  show(name);
  focusSoon(() => paneElement(name));
}

/** Bring a pane to the front and the focus to where one works in it, such as the composer. */
export function goTo(name: string): void {
  show(name);
  focusSoon(() => entryOf(paneElement(name)));
}

/** Where one works in this pane; the pane itself where nothing is marked. */
export function entryOf(element: HTMLElement | null): HTMLElement | null {
  const entry = element?.querySelector<HTMLElement>(`[${ENTRY_ATTRIBUTE}]`);
  return entry?.querySelector<HTMLElement>("textarea") ?? entry ?? element;
}

/** The pane that comes `step` places after the one in front, round and round. */
export function neighbour(names: readonly string[], step: 1 | -1): string {
  const at = Math.max(0, names.indexOf(front.value));
  return names[(at + step + names.length) % names.length] ?? QUEUE;
}

/** A pane that was hidden takes the focus only once it has been drawn. */
function focusSoon(find: () => HTMLElement | null): void {
  setTimeout(() => find()?.focus(), 0);
}

function paneElement(name: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[${PANE_ATTRIBUTE}="${CSS.escape(name)}"]`);
}
