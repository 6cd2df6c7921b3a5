/** What a console has asked of the service, until it is answered. It knows nothing of what was asked. */

import type { Link } from "./link.ts";
import type { CounsellorMessage, Error as Fault } from "./messages.ts";

/** Null: it was done. */
export type Answered = (fault: Fault | null) => void;

export class Requests {
  private readonly open = new Map<number, Answered>();

  /** False: there is no connection, and it will not be answered. */
  send(link: Link, message: CounsellorMessage, answered: Answered): boolean {
    const ref = link.ref();
    const sent = link.send({ ...message, ref });
    if (sent) this.open.set(ref, answered);
    return sent;
  }

  /** False: nobody waits for this answer. */
  answer(ref: number, fault: Fault | null): boolean {
    const answered = this.open.get(ref);
    this.open.delete(ref);
    answered?.(fault);
    return answered !== undefined;
  }

  /** It is answered in another way. */
  forget(ref: number): void {
    this.open.delete(ref);
  }

  /** The connection is lost, and with it every answer. */
  clear(): void {
    this.open.clear();
  }
}
