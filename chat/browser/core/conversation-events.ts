/** What a conversation on one page asks of whoever holds it, a visitor's page or a counsellor's. */

import type { Bytes } from "./encoding.ts";
import type { Meaning } from "./log.ts";
import type { Logged } from "./messages.ts";

export interface ConversationEvents {
  changed(): void;
  /** An entry was verified and taken. `raw`: as it came, with what stands beside its signed bytes; null: our own. */
  taken(meaning: Meaning, raw: Logged["entry"] | null): Promise<void>;
  /** A roster that an announcement names. */
  knowRoster(hash: Bytes): Promise<void>;
  /** The store has lost entries that are held here (S3): it is continued, or waits for that (E9). */
  lost(): void;
  random(size: number): Bytes;
}
