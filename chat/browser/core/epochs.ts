/**
 * Epochs and who is in them (E1–E3, E5): announcements, wrapped secrets and offers as bytes, made and opened. Whether
 * they fit into a conversation is decided in log.ts; whether somebody is let in, in admission.ts.
 */

import type { MemberRole } from "./chain.ts";
import { parsePseudonym, parseRole } from "./chain.ts";
import type { Bytes, Realm } from "./encoding.ts";
import {
  ABSENT,
  dec,
  digest,
  enc,
  equal,
  hash32,
  hkdf,
  pack,
  text,
  u64,
  uint,
  unpack,
  unpackExactly,
  untext,
  ZEROS,
} from "./encoding.ts";
import { verify } from "./errors.ts";
import { open, seal } from "./hpke.ts";
import { importSigningKey } from "./signing.ts";

export const MAX_EPOCHS = 120;
export const OFFER_S = 120;

/** By its hashes; of a guest 32 zeros, and H(guest) for both others (E6). */
export interface Member {
  readonly certificate: Bytes;
  readonly duty: Bytes;
  readonly offer: Bytes;
  readonly role: MemberRole;
  readonly pseudonym: string;
  readonly historyFrom: number;
}

/** B_e and A_e (E2). `roster`, `key`, `nonce` and `leave` are empty where they are absent. */
export interface Announcement {
  readonly bytes: Bytes;
  readonly hash: Bytes;
  readonly epochHash: Bytes;
  readonly sid: Bytes;
  readonly epoch: number;
  readonly previous: Bytes;
  readonly roster: Bytes;
  readonly index: number;
  readonly head: Bytes;
  readonly members: readonly Member[];
  readonly commit: Bytes;
  readonly wrapsHash: Bytes;
  readonly key: Bytes;
  readonly nonce: Bytes;
  readonly leave: Bytes;
}

/** `guest` is no offer's own: a member vouches for one (E6). */
export type Purpose = "accept" | "handover" | "supervise" | "interpret" | "rejoin" | "guest";

/** Of an offer's document. */
const PURPOSES: readonly string[] = ["accept", "handover", "supervise", "interpret", "rejoin"];

export interface Offer {
  readonly bytes: Bytes;
  readonly hash: Bytes;
  readonly sid: Bytes;
  readonly over: Bytes;
  readonly purpose: Purpose;
  readonly certificate: Bytes;
  readonly duty: Bytes;
  readonly roster: Bytes;
  readonly expiry: number;
  readonly replaced: Bytes;
}

/** What the visitor decides for a new epoch. */
export type NewEpoch = Pick<
  Announcement,
  "sid" | "epoch" | "previous" | "roster" | "index" | "head" | "members" | "commit"
>;

/** What only A_0 carries (K6). */
export interface Opening {
  readonly key: Bytes;
  readonly nonce: Bytes;
  readonly leave: Bytes;
}

/** K6 */
export function conversationId(realm: Realm, key: Bytes, root: Bytes, nonce: Bytes): Promise<Bytes> {
  return digest(enc(realm, "sid", key, root, nonce));
}

/** F4: L_0. */
export function logStart(realm: Realm, sid: Bytes): Promise<Bytes> {
  return digest(enc(realm, "log-start", sid));
}

/** K6: the visitor's name as a sender. */
export function visitorName(realm: Realm, key: Bytes): Promise<Bytes> {
  return digest(enc(realm, "visitor", key));
}

/** E1: commit_e. */
export function commitment(realm: Realm, secret: Bytes, sid: Bytes, epoch: number): Promise<Bytes> {
  return hkdf(secret, enc(realm, "commit", sid, u64(epoch)));
}

/** B_e (E2). */
export function epochBytes(realm: Realm, e: NewEpoch): Bytes {
  const members = pack(e.members.map(memberBytes));
  return enc(
    realm,
    "epoch",
    e.sid,
    u64(e.epoch),
    e.previous,
    e.roster,
    u64(e.index),
    e.head,
    members,
    e.commit,
  );
}

/** A_e (E2); `opening` belongs to A_0 alone. */
export async function announcementBytes(
  realm: Realm,
  epoch: Bytes,
  wraps: readonly Bytes[],
  opening?: Opening,
): Promise<Bytes> {
  const { key, nonce, leave } = opening ?? { key: ABSENT, nonce: ABSENT, leave: ABSENT };
  return enc(realm, "announce", epoch, await wrapsHash(realm, wraps), key, nonce, leave);
}

export function wrapsHash(realm: Realm, wraps: readonly Bytes[]): Promise<Bytes> {
  return digest(enc(realm, "wraps", pack(wraps)));
}

/** The form of A_e, and nothing of how it fits into a conversation (E2). */
export async function parseAnnouncement(realm: Realm, bytes: Bytes): Promise<Announcement> {
  const [inner, wraps, key, nonce, leave] = dec(realm, "announce", bytes, 5);
  const [sid, epoch, previous, roster, index, head, members, commit] = dec(realm, "epoch", inner, 8);
  if (key.length) await importSigningKey(key);
  const announcement = {
    bytes,
    hash: await digest(bytes),
    epochHash: await digest(inner),
    sid: hash32(sid),
    epoch: uint(epoch),
    previous: hash32(previous),
    roster: maybeHash(roster),
    index: uint(index),
    head: hash32(head),
    members: unpack(members).map(parseMember),
    commit: hash32(commit),
    wrapsHash: hash32(wraps),
    key,
    nonce: maybeHash(nonce),
    leave: maybeHash(leave),
  };
  await verifyShape(realm, announcement);
  return announcement;
}

async function verifyShape(realm: Realm, a: Announcement): Promise<void> {
  verify(a.epoch < MAX_EPOCHS, "E1", "more than 120 epochs");
  const certified = a.members.every((m) => (m.role === "guest") === equal(m.certificate, ZEROS));
  verify(certified, "E2", "a guest has no certificate, and everybody else has one");
  verify(
    a.members.every((m) => m.historyFrom <= a.epoch),
    "E2",
    "a history that begins after the epoch",
  );
  const opening = [a.key, a.nonce, a.leave];
  if (a.epoch > 0) {
    const closed = a.roster.length > 0 && opening.every((item) => item.length === 0);
    verify(closed, "E2", "only A_0 has a key, a nonce and a leave token, and no roster");
    return;
  }
  verify(
    opening.every((item) => item.length > 0),
    "E2",
    "A_0 has a key, a nonce and a leave token",
  );
  const alone = equal(a.previous, ZEROS) && a.roster.length === 0 && a.members.length === 0;
  const atStart = a.index === 0 && equal(a.head, await logStart(realm, a.sid));
  verify(alone && atStart, "E2", "A_0 has nothing before it and nobody in it");
}

/** K6: key, H(R) and nonce of A_0 give sid. */
export async function verifyConversationId(realm: Realm, first: Announcement, root: Bytes): Promise<void> {
  const sid = await conversationId(realm, first.key, root, first.nonce);
  verify(equal(first.sid, sid), "K6", "the conversation's id belongs to another key, root or nonce");
}

/** The epochs whose secrets a member's wrap carries, rising (E2). */
export function epochsWrapped(epoch: number, historyFrom: number, stays: boolean): number[] {
  const first = stays ? epoch : historyFrom;
  return Array.from({ length: epoch - first + 1 }, (_, i) => first + i);
}

/** Seal secrets to a member's duty key (E2). */
export function wrap(
  realm: Realm,
  epochHash: Bytes,
  duty: Bytes,
  hpkeKey: Bytes,
  secrets: readonly (readonly [number, Bytes])[],
): Promise<Bytes> {
  const plain = enc(realm, "secrets", ...secrets.flatMap(([j, secret]) => [u64(j), secret]));
  return seal(hpkeKey, wrapInfo(realm, epochHash, duty), plain);
}

/** E3: exactly the secrets of `epochs`, in that order. */
export async function unwrap(
  realm: Realm,
  epochHash: Bytes,
  duty: Bytes,
  privateKey: CryptoKey,
  wrapped: Bytes,
  epochs: readonly number[],
): Promise<Map<number, Bytes>> {
  const plain = await open("E3", privateKey, wrapInfo(realm, epochHash, duty), wrapped);
  const items: Bytes[] = dec(realm, "secrets", plain, (epochs.length * 2) as number);
  const pairs = epochs.map((j, at) => [j, items[at * 2], items[at * 2 + 1]] as [number, Bytes, Bytes]);
  verify(
    pairs.every(([j, index]) => uint(index) === j),
    "E3",
    "a wrap carries other epochs",
  );
  return new Map(pairs.map(([j, , secret]) => [j, hash32(secret)]));
}

/** E5: an offer for `certificate`, signed by its duty key. */
export function offerBytes(realm: Realm, o: Omit<Offer, "bytes" | "hash">): Bytes {
  return enc(
    realm,
    "offer",
    o.sid,
    o.over,
    text(o.purpose),
    o.certificate,
    o.duty,
    o.roster,
    u64(o.expiry),
    o.replaced,
  );
}

/** The form of an offer (E5). */
export async function parseOffer(realm: Realm, bytes: Bytes): Promise<Offer> {
  const [sid, over, purpose, certificate, duty, roster, expiry, replaced] = dec(realm, "offer", bytes, 8);
  const offer = {
    bytes,
    hash: await digest(bytes),
    sid: hash32(sid),
    over: hash32(over),
    purpose: parsePurpose(purpose),
    certificate: hash32(certificate),
    duty: hash32(duty),
    roster: hash32(roster),
    expiry: uint(expiry),
    replaced: maybeHash(replaced),
  };
  const rejoins = offer.purpose === "rejoin";
  verify(
    rejoins === replaced.length > 0,
    "E5",
    "an offer names a replaced duty key to rejoin, and only then",
  );
  return offer;
}

function parsePurpose(bytes: Bytes): Purpose {
  const value = untext(bytes);
  verify(PURPOSES.includes(value), "E5", "the purpose is unknown");
  return value as Purpose;
}

function maybeHash(bytes: Bytes): Bytes {
  return bytes.length ? hash32(bytes) : bytes;
}

function memberBytes(m: Member): Bytes {
  return pack([m.certificate, m.duty, m.offer, text(m.role), text(m.pseudonym), u64(m.historyFrom)]);
}

function parseMember(element: Bytes): Member {
  const [certificate, duty, offer, role, pseudonym, historyFrom] = unpackExactly(element, 6);
  return {
    certificate: hash32(certificate),
    duty: hash32(duty),
    offer: hash32(offer),
    role: equal(role, text("guest")) ? "guest" : parseRole("E2", role),
    pseudonym: parsePseudonym("E2", pseudonym),
    historyFrom: uint(historyFrom),
  };
}

function wrapInfo(realm: Realm, epochHash: Bytes, duty: Bytes): Bytes {
  return enc(realm, "wrap", epochHash, duty);
}
