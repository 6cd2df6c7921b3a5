/**
 * *Take next*, pressed by pointer or by keyboard: once at a time, or a double click would take two visitors out of the queue.
 */

import type { DeskView } from "../../../chat/browser/core/view.ts";
import { type ReadonlySignal, signal } from "../../../chat/browser/ui/signal.ts";
import { useAnswer } from "./asking.ts";
import type { Commands } from "./commands.ts";
import { hindrance } from "./take.ts";

const asked = signal(false);

/** The service was asked for the next visitor and has not answered yet. */
export const taking: ReadonlySignal<boolean> = asked;

export function takeNext(view: DeskView, commands: Commands): void {
  if (asked.value || hindrance(view) !== null) return;
  asked.value = true;
  commands.take();
}

/** Let it be pressed again when a conversation has come, or when it was refused. */
export function useTaking({ conversations, alarm, link }: DeskView): void {
  useAnswer(asked, conversations.length, alarm, link);
}
