/** PURE. Whether *Take next* can be pressed; the same rule for the button, its words and the keyboard. */

import type { ConversationView, DeskView } from "../../../chat/browser/core/view.ts";

/** Why not; each is a key of the catalogue under `staff.take`. */
export type Hindrance =
  | "moved"
  | "otherRole"
  | "offline"
  | "offDuty"
  | "full"
  | "crisis"
  | "finishing"
  | "break"
  | "empty"
  | "unavailable"
  | "unmet";

/** Supervisors and interpreters come when asked, and take nobody from the queue (E6). */
export function takes({ role }: DeskView): boolean {
  return role === "counsellor";
}

/** Conversations that count against the capacity and hold a counsellor on duty (Staff 1, 6). */
export function openConversations(view: DeskView): readonly ConversationView[] {
  return view.conversations.filter(({ phase }) => phase !== "ended" && phase !== "refused");
}

/** What keeps the counsellor from taking the next visitor now; null: nothing. */
export function hindrance(view: DeskView): Hindrance | null {
  if (view.link !== "online") return view.link === "moved" ? "moved" : "offline";
  if (!takes(view)) return "otherRole";
  if (!view.onDuty) return "offDuty";
  if (view.state !== "available") return view.state;
  const open = openConversations(view);
  if (open.length >= view.capacity) return "full";
  if (open.some(({ crisis }) => crisis)) return "crisis";
  if (view.waitingLength === 0) return "empty";
  const listsAll = view.waiting.length === view.waitingLength;
  const here = view.waiting.filter(({ leased, away }) => !leased && !away);
  if (listsAll && here.length === 0) return "unavailable";
  if (listsAll && here.every(({ other }) => other)) return "unmet";
  return null;
}
