/** What carries messages to and from the service, whatever it is made of. Whoever holds one never learns which it is. */

import type { CounsellorMessage, GuestMessage, ServerMessage, VisitorMessage } from "./messages.ts";

export type ClientMessage = VisitorMessage | CounsellorMessage | GuestMessage;

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

/** One whose code comes when it is first tried. Where it does not come, the attempt has failed like any other. */
export function later(load: () => Promise<OpenWay>): OpenWay {
  return (hearing) => {
    let way: Way | null = null;
    let over = false;
    const failed = () => hearing.closed(0);
    load().then((open) => {
      if (over) return;
      way = open(hearing);
      if (!way) failed();
    }, failed);
    return {
      send: (message) => way?.send(message) ?? false,
      close() {
        over = true;
        way?.close();
      },
    };
  };
}
