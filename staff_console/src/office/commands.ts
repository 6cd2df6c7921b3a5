/** What somebody can do from the office's screens. The views know these verbs and no more of what carries them out. */

import type { AnswersView } from "../../../chat/browser/core/view.ts";

export interface OfficeCommands {
  signIn(): void;
  /** Make the passkey that an invitation asks for. */
  accept(): void;
  addPasskey(): void;
  signOut(everywhere: boolean): void;
  /** The passkey is gone that opens this machine's keys. */
  replaceKeys(): void;
  seePages(): void;
  signOutPage(name: string): void;
  seeAudit(): void;
  seeEarlier(): void;
  invite(pseudonym: string, role: string): void;
  inviteAgain(person: string): void;
  decide(person: string, what: "compared" | "revoke-machine" | "revoke-person", machine?: string): void;
  /** What somebody can answer. */
  writeAnswers(person: string, answers: AnswersView): void;
  /** The text of a signed roster's file. */
  handIn(text: string): void;
}
