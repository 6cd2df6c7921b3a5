/** Desks as the core hands them out, with what a test says about them. */

import type { ConversationView, DeskView, WaitingView } from "../../../chat/browser/core/view.ts";

export function aDesk(said: Partial<DeskView> = {}): DeskView {
  const waiting = said.waiting ?? [someoneWaiting()];
  return {
    link: "online",
    signedInAs: "Amina",
    role: "counsellor",
    resuming: false,
    demo: true,
    onDuty: true,
    state: "available",
    capacity: 3,
    waiting,
    waitingLength: waiting.length,
    colleagues: ["Amina"],
    others: [],
    asked: [],
    conversations: [],
    alarm: null,
    ...said,
  };
}

export function someoneWaiting(said: Partial<WaitingView> = {}): WaitingView {
  const here = { leased: false, away: false, other: false, returned: false };
  return { since: 0, language: "sv", entrance: null, told: null, number: 1, unmet: [], ...here, ...said };
}

export function aConversation(number: number, said: Partial<ConversationView> = {}): ConversationView {
  return {
    sid: `sid-${number}`,
    number,
    practice: false,
    phase: "talking",
    purpose: null,
    calls: [],
    guests: [],
    visitorHere: true,
    away: null,
    paused: false,
    hasCode: false,
    cameBackTo: null,
    recognised: false,
    messages: [],
    members: [],
    alarm: null,
    ended: null,
    unread: 0,
    about: null,
    crisis: false,
    place: null,
    ...said,
  };
}
