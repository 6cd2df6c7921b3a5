/**
 * Who may be in an epoch (E3, E5): an offer and the documents behind it, the seats that an announcement fills, and the
 * wrap that is a member's own. It holds no state; log.ts hands it what came before.
 */

import { type Documents, type Roster, type Staff, TOLERANCE_S } from "./chain.ts";
import { type Bytes, equal } from "./encoding.ts";
import type { OfferEntry } from "./entry.ts";
import type { Announcement, Member, Offer, Purpose } from "./epochs.ts";
import { commitment, epochsWrapped, OFFER_S, unwrap } from "./epochs.ts";
import { verify } from "./errors.ts";
import { verifySignature } from "./signing.ts";
import type { Trust } from "./trust.ts";

/** An offer that a log carried. */
export interface Offered {
  readonly offer: Offer;
  readonly entry: OfferEntry;
}

/** The keys behind members, by `String(H(duty))`. */
export type Seats = ReadonlyMap<string, Staff>;

/** What the log says before an announcement. */
export interface Before {
  readonly newest: Announcement;
  readonly seats: Seats;
  readonly offers: ReadonlyMap<string, Offered>;
  readonly documents: Documents;
}

const ROLE_OF: Readonly<Record<Purpose, string | null>> = {
  accept: "counsellor",
  handover: "counsellor",
  supervise: "supervisor",
  interpret: "interpreter",
  rejoin: null,
};

/** E5: in time, by the duty key it names, of a device that counts, in a role that may ask for this. */
export async function openOffer(
  trust: Trust,
  { offer, entry }: Offered,
  documents: Documents,
  roster: Roster,
  now: number,
): Promise<Staff> {
  const inTime = now - TOLERANCE_S <= offer.expiry && offer.expiry <= now + OFFER_S + TOLERANCE_S;
  verify(inTime, "E5", "the offer has expired, or lasts too long");
  const staff = await trust.staff(offer.certificate, offer.duty, documents, roster, now);
  const role = ROLE_OF[offer.purpose] ?? staff.certificate.role;
  verify(role === staff.certificate.role, "E5", "this role may not ask for this");
  await verifySignature("E5", staff.duty.signatureKey, entry.doc, entry.sig);
  return staff;
}

/** E3: every member stands on an offer of its own, and none twice. */
export function verifyMembers(a: Announcement, before: Before): void {
  const certificates = new Set(a.members.map((m) => String(m.certificate)));
  verify(certificates.size === a.members.length, "E3", "a certificate is listed twice");
  for (const member of a.members) verifyMember(member, before);
}

function verifyMember(member: Member, { newest, offers }: Before): void {
  const offer = offers.get(String(member.offer))?.offer;
  verify(offer !== undefined, "E3", "a member without an offer");
  const own = equal(offer.certificate, member.certificate) && equal(offer.duty, member.duty);
  verify(own, "E3", "a member with another's offer");
  const held = memberOf(newest, member.duty);
  if (!held) verify(equal(offer.over, newest.hash), "E3", "an offer over an older announcement");
  else verify(sameMember(held, member), "E3", "a member who stays is listed otherwise than before");
}

/** E3, of a member's page: the keys of everybody listed, who counted when the announcement was stored. */
export async function seatMembers(trust: Trust, a: Announcement, before: Before, at: number): Promise<Seats> {
  const roster = trust.rosterOf(a.roster);
  const seats = new Map<string, Staff>();
  for (const member of a.members) {
    const name = String(member.duty);
    const staff = before.seats.get(name) ?? (await newcomer(trust, member, before, roster, at));
    seats.set(name, staff);
  }
  return seats;
}

async function newcomer(
  trust: Trust,
  member: Member,
  { offers, documents }: Before,
  roster: Roster | undefined,
  at: number,
): Promise<Staff> {
  verify(roster !== undefined, "K4", "a roster that is not known");
  const offered = offers.get(String(member.offer)) as Offered;
  const staff = await openOffer(trust, offered, documents, roster, at);
  const { pseudonym, role } = staff.certificate;
  verify(member.role === role && member.pseudonym === pseudonym, "E3", "a member under another name or role");
  return staff;
}

/** A member's page: its duty key, and H of the offers that are its own. */
export interface Reader {
  readonly duty: Bytes;
  readonly privateKey: CryptoKey;
  readonly offers: ReadonlySet<string>;
}

/** E3: the reader's own secrets, each held against its commitment; none for one who is not listed. */
export async function openWrap(
  trust: Trust,
  a: Announcement,
  wraps: readonly Bytes[],
  reader: Reader,
  before: Before,
  commits: readonly Bytes[],
): Promise<ReadonlyMap<number, Bytes>> {
  const member = memberOf(a, reader.duty);
  if (!member) return new Map();
  verify(reader.offers.has(String(member.offer)), "E3", "this page did not make the offer");
  const wrapped = wraps[a.members.indexOf(member)] as Bytes;
  const stays = memberOf(before.newest, reader.duty) !== undefined;
  const epochs = epochsWrapped(a.epoch, member.historyFrom, stays);
  const secrets = await unwrap(trust.realm, a.epochHash, reader.duty, reader.privateKey, wrapped, epochs);
  for (const [j, secret] of secrets) {
    const commit = await commitment(trust.realm, secret, a.sid, j);
    verify(equal(commit, commits[j] as Bytes), "E3", "a secret is not the one committed to");
  }
  return secrets;
}

export function memberOf(a: Announcement, duty: Bytes): Member | undefined {
  return a.members.find((m) => equal(m.duty, duty));
}

function sameMember(a: Member, b: Member): boolean {
  const same = equal(a.certificate, b.certificate) && equal(a.offer, b.offer);
  return same && a.role === b.role && a.pseudonym === b.pseudonym;
}
