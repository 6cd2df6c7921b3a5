/**
 * A guest (E6): a professional from outside, whom a member vouches for in one conversation, and nobody certifies. The signed word
 * for one, and what ties the guest's keys to the link; where such a word may stand is log.ts's.
 */

import { parsePseudonym, type Staff, TOLERANCE_S } from "./chain.ts";
import {
  ABSENT,
  type Bytes,
  dec,
  digest,
  enc,
  equal,
  hash32,
  hkdf,
  type Realm,
  text,
  u64,
  uint,
  ZEROS,
} from "./encoding.ts";
import type { GuestEntry } from "./entry.ts";
import type { Member, Offer } from "./epochs.ts";
import { verify } from "./errors.ts";
import { verifySealKey } from "./hpke.ts";
import { importSigningKey, sign } from "./signing.ts";

/** So long the word for a guest may be good. */
export const GUEST_S = 600;

/** Unsigned. `over`: H(A_e); `inviter`: H(duty) of the member who signs; `pseudonym`: the organisation as told. */
export interface Guest {
  readonly hash: Bytes;
  readonly sid: Bytes;
  readonly over: Bytes;
  readonly inviter: Bytes;
  readonly pseudonym: string;
  readonly signatureKey: Bytes;
  readonly hpkeKey: Bytes;
  /** Unix seconds. */
  readonly expiry: number;
}

/** E6: by the inviting member's duty key. */
export async function invite(realm: Realm, key: CryptoKey, guest: Omit<Guest, "hash">): Promise<GuestEntry> {
  const { sid, over, inviter, pseudonym, signatureKey, hpkeKey, expiry } = guest;
  const doc = enc(realm, "guest", sid, over, inviter, text(pseudonym), signatureKey, hpkeKey, u64(expiry));
  return { kind: "guest", doc, sig: await sign(key, doc) };
}

/** E6, without its signature. */
export async function parseGuest(realm: Realm, doc: Bytes): Promise<Guest> {
  const [sid, over, inviter, organisation, signatureKey, hpkeKey, expiry] = dec(realm, "guest", doc, 7);
  const guest = {
    hash: await digest(doc),
    sid: hash32(sid),
    over: hash32(over),
    inviter: hash32(inviter),
    pseudonym: parsePseudonym("E6", organisation),
    signatureKey,
    hpkeKey,
    expiry: uint(expiry),
  };
  await importSigningKey(signatureKey);
  verifySealKey(hpkeKey);
  return guest;
}

/** E6: good now, and not for longer than the word for a guest may be. */
export function verifyGuestTime({ expiry }: { readonly expiry: number }, now: number): void {
  const inTime = now - TOLERANCE_S <= expiry && expiry <= now + GUEST_S + TOLERANCE_S;
  verify(inTime, "E6", "the time of a guest is over, or too far ahead");
}

/** As it stands among the offers of a log. `bytes`: the signed word. */
export function offerOf({ hash, sid, over, expiry }: Guest, bytes: Bytes): Offer {
  const named = {
    purpose: "guest" as const,
    certificate: ZEROS,
    duty: hash,
    roster: ABSENT,
    replaced: ABSENT,
  };
  return { bytes, hash, sid, over, expiry, ...named };
}

/** As a member who is certified by nobody; `inviter` vouches. */
export function seatOf({ hash, pseudonym, signatureKey, hpkeKey }: Guest, inviter: Member): Staff {
  const keys = { signatureKey, hpkeKey };
  const certificate = { hash: ZEROS, registrar: ABSENT, pseudonym, role: "guest" as const, ...keys };
  return { certificate, duty: { hash, certificate: ZEROS, from: 0, ...keys }, inviter };
}

// The link. Its token never comes to the service, which knows the guest by something derived from it

/** What the guest's page shows to the service, which keeps only its hash. */
export function guestAccess(realm: Realm, token: Bytes): Promise<Bytes> {
  return hkdf(token, enc(realm, "guest-access"));
}

/** That these keys were made by whoever has the link: the service has not, and cannot put its own in their place. */
export async function keyProof(
  realm: Realm,
  token: Bytes,
  signatureKey: Bytes,
  hpkeKey: Bytes,
): Promise<Bytes> {
  const hashes = await Promise.all([digest(signatureKey), digest(hpkeKey)]);
  return hkdf(token, enc(realm, "guest-keys", ...hashes));
}

/** E6 */
export async function verifyProof(
  realm: Realm,
  token: Bytes,
  signatureKey: Bytes,
  hpkeKey: Bytes,
  proof: Bytes,
): Promise<void> {
  const own = await keyProof(realm, token, signatureKey, hpkeKey);
  verify(equal(own, proof), "E6", "keys of somebody who has not the link");
}
