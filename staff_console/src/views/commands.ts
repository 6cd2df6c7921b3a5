/** What a counsellor can do from the screen. The views know these verbs and no more of what carries them out. */

import type { DutyState, Joining } from "../../../chat/browser/core/view.ts";

export interface Commands {
  signIn(pseudonym: string): void;
  goOnDuty(): void;
  goOffDuty(): void;
  /** Take next. */
  take(): void;
  /** Whether one is given visitors. */
  setState(state: DutyState): void;
  /** This conversation leaves room for no other, or does so no more. */
  setCrisis(sid: string, on: boolean): void;
  /** A conflict of interest with whoever stands at this place of the queue. */
  decline(number: number): void;
  /** With a simulated visitor, who says these lines. */
  practise(lines: readonly string[]): void;
  write(sid: string, text: string): void;
  /** A person has seen everything that stands in this conversation. */
  read(sid: string): void;
  /** End it for everybody, and erase it; for abuse with a cool-down. */
  end(sid: string, coolDown?: boolean): void;
  /** Somebody shall come: `to` by name, or the next on duty. */
  call(sid: string, purpose: Joining, to: string | null): void;
  callOff(sid: string, purpose: Joining): void;
  /** Come where one is asked. */
  come(sid: string, purpose: Joining): void;
  /** A link for somebody from outside, called as it was told. */
  inviteGuest(sid: string, organisation: string): void;
  dropGuest(sid: string, id: string): void;
  /** Out of a conversation that goes on; before the visitor's yes, not into it. */
  leaveConversation(sid: string): void;
  /** The visitor is away and may come back by a code: until then nobody has to look after them. */
  setAside(sid: string): void;
  /** Whoever came back by a code is the same person. */
  recognise(sid: string): void;
  /** Take an ended conversation off the screen. */
  dismiss(sid: string): void;
}
