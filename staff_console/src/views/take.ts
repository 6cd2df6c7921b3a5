/** PURE. Whether *Take next* can be pressed; the same rule for the button, its words and the keyboard. */

import type { ConversationView, DeskView } from "../../../chat/browser/core/view.ts";

/** Why not; each is a key of the catalogue under `staff.take`. */
export type Hindrance = "moved" | "offline" | "offDuty" | "full" | "empty" | "unavailable";

/** Conversations that count against the capacity and hold a counsellor on duty (Staff 1, 6). */
export function openConversations(view: DeskView): readonly ConversationView[] {
  return view.conversations.filter(({ phase }) => phase !== "ended" && phase !== "refused");
}

/** What keeps the counsellor from taking the next visitor now; null: nothing. */
export function hindrance(view: DeskView): Hindrance | null {
  if (view.link !== "online") return view.link === "moved" ? "moved" : "offline";
  if (!view.onDuty) return "offDuty";
  if (openConversations(view).length >= view.capacity) return "full";
  if (view.waitingLength === 0) return "empty";
  const listsAll = view.waiting.length === view.waitingLength;
  if (listsAll && view.waiting.every(({ leased, away }) => leased || away)) return "unavailable";
  return null;
}
