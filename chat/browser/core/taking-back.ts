/** Whoever asked to come in takes it back (E6): which offer that is, and the word for it. Only staff's and guests' pages do so. */

import { type Bytes, equal, ZEROS } from "./encoding.ts";
import type { RefusalEntry } from "./entry.ts";
import type { Log } from "./log.ts";
import { refuse } from "./refusal.ts";
import type { SigningPair } from "./signing.ts";

/** Of these offers, the newest over the newest announcement that nobody has refused; null: there is none. */
export async function takeBack(
  log: Log,
  mine: ReadonlySet<string>,
  privateKey: SigningPair["privateKey"],
): Promise<RefusalEntry | null> {
  const offer = standing(log, mine);
  return offer ? refuse(log.trust.realm, offer, privateKey, "withdraw") : null;
}

function standing(log: Log, mine: ReadonlySet<string>): Bytes | undefined {
  const over = log.newest?.hash ?? ZEROS;
  const stands = ([name, { offer }]: [string, { offer: { over: Bytes } }]) =>
    mine.has(name) && !log.refused.has(name) && equal(offer.over, over);
  return [...log.offers].filter(stands).at(-1)?.[1].offer.hash;
}
