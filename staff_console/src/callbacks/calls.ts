/** The callbacks as the views know them: what stands there, and what can be done. Nobody else of the console needs either. */

import type { CallbacksView, Outcome } from "../../../chat/browser/core/callback-view.ts";
import { signal } from "../../../chat/browser/ui/signal.ts";

export interface CallCommands {
  take(id: string): void;
  /** Twenty more minutes with what is in hand. */
  keep(): void;
  release(): void;
  showNumber(): void;
  hideNumber(): void;
  outcome(outcome: Outcome): void;
  done(): void;
  /** On the request in hand, or for the next shift. */
  note(text: string, shift: boolean): void;
}

interface Calls {
  readonly view: CallbacksView;
  readonly commands: CallCommands;
}

/** Null: nobody is signed in yet. */
export const calls = signal<Calls | null>(null);
