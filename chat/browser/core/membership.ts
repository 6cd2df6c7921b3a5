/**
 * Who may be in an epoch (E3, E5): an offer and the documents behind it, and the members that an announcement lists. It
 * holds no state; log.ts hands it what came before.
 */

import { type Documents, type Roster, type Staff, TOLERANCE_S } from "./chain.ts";
import { type Bytes, equal } from "./encoding.ts";
import type { GuestEntry, OfferEntry } from "./entry.ts";
import type { Announcement, Member, Offer, Purpose } from "./epochs.ts";
import { OFFER_S } from "./epochs.ts";
import { verify } from "./errors.ts";
import { verifyGuestTime } from "./guest.ts";
import { verifySignature } from "./signing.ts";
import type { Trust } from "./trust.ts";

/** An offer that a log carried. */
export interface Offered {
  readonly offer: Offer;
  readonly entry: OfferEntry | GuestEntry;
  /** Verified with the entry, by the member who vouches (E6). */
  readonly guest?: Staff;
}

/** The keys behind members, by `String(H(duty))`. */
export type Seats = ReadonlyMap<string, Staff>;

/** What the log says before an announcement. */
export interface Before {
  readonly newest: Announcement;
  readonly seats: Seats;
  readonly offers: ReadonlyMap<string, Offered>;
  /** H of those that the visitor said no to (E6). */
  readonly refused: ReadonlySet<string>;
  readonly documents: Documents;
  /** commit_e by e. */
  readonly commits: readonly Bytes[];
}

/** The role that a purpose takes; to rejoin, the role as held. */
export const ROLE_OF: Readonly<Record<Purpose, string | null>> = {
  accept: "counsellor",
  handover: "counsellor",
  supervise: "supervisor",
  interpret: "interpreter",
  rejoin: null,
  guest: "guest",
};

/** E5: in time, by the duty key it names, of a device that counts, in a role that may ask for this. */
export async function openOffer(
  trust: Trust,
  { offer, entry, guest }: Offered,
  documents: Documents,
  roster: Roster,
  now: number,
): Promise<Staff> {
  if (guest) {
    verifyGuestTime(offer, now);
    return guest;
  }
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
  const devices = a.members.map((m) => String(m.role === "guest" ? m.duty : m.certificate));
  verify(new Set(devices).size === a.members.length, "E3", "a certificate is listed twice");
  for (const member of a.members) verifyMember(member, before);
}

function verifyMember(member: Member, { newest, offers, refused }: Before): void {
  const { offer, guest } = offers.get(String(member.offer)) ?? {};
  verify(offer !== undefined, "E3", "a member without an offer");
  const own = equal(offer.certificate, member.certificate) && equal(offer.duty, member.duty);
  verify(own, "E3", "a member with another's offer");
  const told = !guest || (member.role === "guest" && member.pseudonym === guest.certificate.pseudonym);
  verify(told, "E3", "a guest listed otherwise than told");
  const held = memberOf(newest, member.duty);
  if (held) verify(sameMember(held, member), "E3", "a member who stays is listed otherwise than before");
  else {
    verify(!refused.has(String(member.offer)), "E3", "an offer that the visitor refused");
    verifyNewcomer(member, offer, newest);
  }
}

function verifyNewcomer(member: Member, offer: Offer, newest: Announcement): void {
  verify(equal(offer.over, newest.hash), "E3", "an offer over an older announcement");
  if (offer.purpose !== "rejoin") return;
  const held = memberOf(newest, offer.replaced);
  const replaces =
    held !== undefined &&
    equal(held.certificate, member.certificate) &&
    held.role === member.role &&
    held.historyFrom === member.historyFrom;
  verify(replaces, "E3", "a member who rejoins otherwise than the one it replaces"); // E7
}

/** E7: the member whose place an offer takes, by the same device in the same role. */
export function replacedBy(offer: Offer, { certificate }: Staff, newest: Announcement): Member | undefined {
  if (offer.purpose !== "rejoin") return;
  const held = memberOf(newest, offer.replaced);
  const same = held && equal(held.certificate, certificate.hash) && held.role === certificate.role;
  verify(same === true, "E7", "rejoining in nobody's place");
  return held;
}

/** E6, E7: who stays when it is let in. Whoever accepts or takes over comes in the counsellor's place, and rejoins in its own. */
export function staying(
  { purpose, certificate }: Offer,
  replaced: Member | undefined,
  { members }: Announcement,
): Member[] {
  const counsels = ROLE_OF[purpose] === "counsellor";
  const stay = members.filter((m) => m !== replaced && !(counsels && m.role === "counsellor"));
  const twice = purpose !== "guest" && stay.some((m) => equal(m.certificate, certificate));
  verify(!twice, "E5", "an offer of a device that is in already");
  return stay;
}

export function memberOf(a: Announcement, duty: Bytes): Member | undefined {
  return a.members.find((m) => equal(m.duty, duty));
}

function sameMember(a: Member, b: Member): boolean {
  const same = equal(a.certificate, b.certificate) && equal(a.offer, b.offer);
  return same && a.role === b.role && a.pseudonym === b.pseudonym;
}
