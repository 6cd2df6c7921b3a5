/** Desks as the core hands them out, with what a test says about them. */

import type { ConversationView, DeskView, WaitingView } from "../../../chat/browser/core/view.ts";

export function aDesk(said: Partial<DeskView> = {}): DeskView {
  const waiting = said.waiting ?? [someoneWaiting()];
  return {
    link: "online",
    signedInAs: "Amina",
    resuming: false,
    demo: true,
    onDuty: true,
    capacity: 3,
    waiting,
    waitingLength: waiting.length,
    colleagues: ["Amina"],
    conversations: [],
    alarm: null,
    ...said,
  };
}

export function someoneWaiting(said: Partial<WaitingView> = {}): WaitingView {
  return { since: 0, language: "sv", entrance: null, leased: false, away: false, ...said };
}

export function aConversation(number: number, said: Partial<ConversationView> = {}): ConversationView {
  return {
    sid: `sid-${number}`,
    number,
    phase: "talking",
    visitorHere: true,
    paused: false,
    messages: [],
    members: [],
    alarm: null,
    ended: null,
    unread: 0,
    ...said,
  };
}
