/** A time on duty on one page (K5): its keys, the document that the device signed, and the offers it makes (E5). */

import { type Certificate, dutyBytes, find, type SignedBytes } from "./chain.ts";
import { ABSENT, type Bytes, digest, type Realm } from "./encoding.ts";
import { type OfferEntry, writeSigned } from "./entry.ts";
import { OFFER_S, offerBytes, type Purpose } from "./epochs.ts";
import { type HpkePair, makeHpkePair } from "./hpke.ts";
import type { Log } from "./log.ts";
import type { DutyOn, SetState } from "./messages.ts";
import { makeSigningPair, type SigningPair, sign } from "./signing.ts";

export interface Duty {
  readonly hash: Bytes;
  readonly signed: SignedBytes;
  readonly signing: SigningPair;
  readonly hpke: HpkePair;
}

/** K5: new keys at every going on duty, never shared by pages. */
export async function makeDuty(
  realm: Realm,
  certificate: Bytes,
  device: SigningPair,
  now: number,
): Promise<Duty> {
  const [signing, hpke] = await Promise.all([makeSigningPair(), makeHpkePair()]);
  const doc = dutyBytes(realm, certificate, hpke.publicKey, signing.publicKey, now);
  const sig = await sign(device.privateKey, doc);
  return { hash: await digest(doc), signed: { doc, sig }, signing, hpke };
}

/** `papers`: registrar and device certificate; `state`: how one stands to the queue (Staff 1). */
export function dutyOn(
  duty: Duty,
  papers: readonly SignedBytes[],
  state: Pick<SetState, "state" | "crises">,
): DutyOn {
  const documents = papers.map(writeSigned);
  return { type: "duty-on", ref: 0, duty: writeSigned(duty.signed), documents, ...state };
}

/**
 * E5: to let this duty key in, over the newest announcement, with what this log has not carried. `replaced`: H(duty) of the
 * one whose place it takes (E7); absent to accept, or for another `purpose` (E6).
 */
export async function makeOffer(
  log: Log,
  duty: Duty,
  certificate: Certificate,
  roster: Bytes,
  now: number,
  replaced: Bytes = ABSENT,
  purpose: Purpose = replaced.length ? "rejoin" : "accept",
): Promise<OfferEntry> {
  const { trust, sid, newest, documents } = log;
  const doc = offerBytes(trust.realm, {
    sid,
    over: newest?.hash ?? ABSENT,
    purpose,
    certificate: certificate.hash,
    duty: duty.hash,
    roster,
    expiry: now + OFFER_S,
    replaced,
  });
  const sig = await sign(duty.signing.privateKey, doc);
  const chain = [trust.root, certificate.registrar, certificate.hash, duty.hash];
  const needed = chain.filter((hash) => !log.carried(hash)).map((hash) => find("E5", documents, hash));
  return { kind: "offer", doc, sig, documents: needed };
}
