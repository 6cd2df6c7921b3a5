/**
 * Letting somebody in (E5): what a visitor's page verifies before it makes an epoch with a new member. It never decides
 * for the visitor except where the protocol says so, and it sends nothing.
 */

import type { Staff } from "./chain.ts";
import { type Bytes, equal } from "./encoding.ts";
import { verify } from "./errors.ts";
import type { Log } from "./log.ts";
import { openOffer } from "./membership.ts";

export interface Admissible {
  readonly staff: Staff;
  /** H of the roster under which it was verified. */
  readonly roster: Bytes;
  /** Let in by itself; otherwise the visitor is asked. */
  readonly unasked: boolean;
}

/** E5: raise unless the offer in this log may be let in now. */
export async function considerOffer(log: Log, hash: Bytes, now: number): Promise<Admissible> {
  const offered = log.offers.get(String(hash));
  const over = offered && log.newest && equal(offered.offer.over, log.newest.hash);
  verify(offered !== undefined && over === true, "E5", "the offer is not over the newest announcement");
  const roster = log.trust.freshRoster(now);
  const staff = await openOffer(log.trust, offered, log.documents, roster, now);
  return { staff, roster: roster.hash, unasked: offered.offer.purpose === "accept" && !log.everHadMember };
}
