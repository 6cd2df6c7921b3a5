/** What a page states in a log, beside what it writes there. */

import type { Entry } from "./entry.ts";
import type { Append, ClientEntry } from "./messages.ts";

/** An announcement, an offer or a return key of this page, until it is stored or refused. */
export interface Statement {
  readonly entry: Entry;
  readonly message: ClientEntry;
  /** What lies under the code, with a return key (R1). */
  readonly beside: Pick<Append, "code">;
  ref: number | null;
  readonly refused: (code: string) => void;
}
