/** What carries messages to and from the service, whatever it is made of. Whoever holds one never learns which it is. */

import type { CounsellorMessage, ServerMessage, VisitorMessage } from "./messages.ts";

export type ClientMessage = VisitorMessage | CounsellorMessage;

export interface Way {
  /** False: it is not open, and nothing is kept here. */
  send(message: ClientMessage): boolean;
  /** Nothing is heard of it afterwards that counts. */
  close(): void;
}

export interface Hearing {
  /** The service is there; null: and says nothing. */
  came(message: ServerMessage | null): void;
  /** It is over, with a close code of chat/errors.py, or 0. */
  closed(code: number): void;
}

/** Null where the page may not even try. */
export type OpenWay = (hearing: Hearing) => Way | null;
