/**
 * An offer lets nobody in (E6), as a signed word in clear in the log: the visitor's no, or whoever offered takes it back. Which
 * may be refused is log.ts's.
 */

import { type Bytes, dec, enc, hash32, type Realm, typeOf } from "./encoding.ts";
import type { RefusalEntry } from "./entry.ts";
import { type SigningPair, sign } from "./signing.ts";

type Word = "refuse" | "withdraw";

/** `offer`: H(offer). To withdraw, by the key that the offer names, or of the guest's page. */
export async function refuse(
  realm: Realm,
  offer: Bytes,
  privateKey: SigningPair["privateKey"],
  word: Word = "refuse",
): Promise<RefusalEntry> {
  const doc = enc(realm, word, offer);
  return { kind: "refuse", doc, sig: await sign(privateKey, doc) };
}

/** Its shape; H(offer). Nothing of it is verified. */
export function parseRefusal(realm: Realm, doc: Bytes): { offer: Bytes; withdrawn: boolean } {
  const withdrawn = typeOf(realm, doc) === "withdraw";
  const [offer] = dec(realm, withdrawn ? "withdraw" : "refuse", doc, 1);
  return { offer: hash32(offer), withdrawn };
}
