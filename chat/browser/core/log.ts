/**
 * A conversation's log as its clients hold it (E3, F4): each entry is verified against everything before it, or refused
 * with nothing changed. It knows no transport, makes no entry, and takes the time as an argument.
 */

import { dutySignatureKey, find, type SignedBytes } from "./chain.ts";
import type { Bytes } from "./encoding.ts";
import { dec, digest, enc, equal, u64, uint, untext, ZEROS } from "./encoding.ts";
import type {
  AnnouncementEntry,
  Entry,
  FrameEntry,
  GuestEntry,
  OfferEntry,
  RefusalEntry,
  ReturnKeyEntry,
  ServiceEntry,
} from "./entry.ts";
import { entryBytes } from "./entry.ts";
import type { Announcement, Member } from "./epochs.ts";
import {
  logStart,
  parseAnnouncement,
  parseOffer,
  verifyConversationId,
  visitorName,
  wrapsHash,
} from "./epochs.ts";
import { verify } from "./errors.ts";
import type { Count, Header, Plain } from "./frames.ts";
import { frameBytes, frameHash, frameKey, openFrame, parseCounts, parseHeader } from "./frames.ts";
import { offerOf, parseGuest, seatOf } from "./guest.ts";
import { announced, type Meaning, notIn, type Said } from "./meaning.ts";
import { memberOf, type Offered, type Seats, verifyMembers } from "./membership.ts";
import type { Reader } from "./readers.ts";
import { parseRefusal } from "./refusal.ts";
import { verifyReturnKey } from "./return-key.ts";
import { framesOf, messageName, sameTurn, seenBy, type Turn, verifyCounts, verifyTurn } from "./senders.ts";
import { verifySignature } from "./signing.ts";
import type { Trust } from "./trust.ts";

export type { Meaning, Said } from "./meaning.ts";

const SERVICE_WORDS: readonly string[] = ["leased", "returned", "left-quickly", "closed", "time"];

/** Verified, and not taken yet: `take` cannot fail. */
interface Step {
  readonly meaning: Meaning;
  take(): unknown;
}

interface Sealed {
  readonly said: Said;
  readonly ciphertext: Bytes;
  /** What the log held before it. */
  readonly turns: readonly Turn[];
}

export class Log {
  newest: Announcement | null = null;
  everHadMember = false;
  /** s_e by e, as far as this page knows them. */
  readonly secrets = new Map<number, Bytes>();
  readonly offers = new Map<string, Offered>();
  /** H of the offers that the visitor said no to, or that were taken back (E6). */
  readonly refused = new Set<string>();
  /** H(A_e) of every announcement. */
  readonly announced = new Set<string>();
  /** R1: whoever has the private half of the last may say where this goes on. */
  readonly returnKeys: Bytes[] = [];
  /** L_i by i. */
  private readonly heads: Bytes[];
  private readonly commits: Bytes[] = [];
  /** The index of A_e, by e. */
  private readonly begun: number[] = [];
  private turns: readonly Turn[] = [];
  visitorKey: Bytes = ZEROS;
  private visitor: Bytes = ZEROS;
  seats: Seats = new Map();
  private sealed: readonly Sealed[] = [];
  private known = new Set<string>();
  private readonly brought = new Set<string>();

  private constructor(
    readonly trust: Trust,
    readonly sid: Bytes,
    start: Bytes,
    readonly documents: Map<string, SignedBytes>,
    private readonly reader: Reader,
  ) {
    this.heads = [start];
  }

  /** `documents`: what the transport brought, by hash; what offers carry is added. */
  static async open(
    trust: Trust,
    sid: Bytes,
    documents: Map<string, SignedBytes>,
    reader: Reader,
  ): Promise<Log> {
    return new Log(trust, sid, await logStart(trust.realm, sid), documents, reader);
  }

  /** How many entries are held. */
  get index(): number {
    return this.heads.length - 1;
  }

  get head(): Bytes {
    return this.heads[this.index] as Bytes;
  }

  /** Frames held per sender and epoch (F5). */
  get counts(): readonly Count[] {
    return this.turns;
  }

  /** E4: nothing of this member has been verified in this epoch. */
  isJoining(member: Member): boolean {
    return !this.turns.some((t) => t.epoch === this.newest?.epoch && equal(t.sender, member.duty));
  }

  /** Whether an offer brought this document. */
  carried(hash: Bytes): boolean {
    return this.brought.has(String(hash));
  }

  /** Verify the entry and take it, or raise and change nothing (K7). `at`: Unix seconds, by the service. */
  async take(entry: Entry, index: number, at: number): Promise<Meaning> {
    verify(index === this.index + 1, "F4", "an entry is not the next");
    verify(this.newest !== null || entry.kind === "announcement", "F4", "a log begins with an announcement");
    const step = await this.verified(entry, index, at);
    const head = await this.headAfter(entry, index);
    step.take();
    this.heads.push(head);
    return step.meaning;
  }

  /** S2, S3: whether an entry that comes once more is the one that is held. */
  async holds(entry: Entry, index: number): Promise<boolean> {
    verify(index >= 1 && index <= this.index, "F4", "an entry was never held");
    return equal(await this.headAfter(entry, index), this.heads[index] as Bytes);
  }

  /** F1: up to where the others are known to hold it, or need not: of the visitor the members, of a member the visitor. */
  heldByOthers(visitor: boolean): number {
    const others = visitor ? (this.newest?.members ?? []).map(({ duty }) => duty) : [this.visitor];
    const held = others.map((name) => seenBy(this.turns, name));
    // What stands before a member's history is never said again to it (E6, E9).
    const from = this.newest?.members.map((m) => this.begun[m.historyFrom] as number) ?? [];
    return Math.max(0, ...from, held.length ? Math.min(...held) : 0);
  }

  /** Whether a frame's sender has all its earlier ones here (S3). */
  holdsBefore({ sender, epoch, seq }: Header): boolean {
    return framesOf(this.turns, { sender, epoch }) >= seq;
  }

  /** Forget every secret now. */
  wipe(): void {
    for (const secret of this.secrets.values()) secret.fill(0);
    this.reader.wipe();
    this.secrets.clear();
    this.sealed = [];
  }

  private async headAfter(entry: Entry, index: number): Promise<Bytes> {
    const { realm } = this.trust;
    return digest(enc(realm, "log", this.heads[index - 1] as Bytes, u64(index), entryBytes(realm, entry)));
  }

  private verified(entry: Entry, index: number, at: number): Promise<Step> {
    switch (entry.kind) {
      case "frame":
        return this.frame(entry, index, at);
      case "announcement":
        return this.announcement(entry, index, at);
      case "offer":
        return this.offer(entry);
      case "return-key":
        return this.returnKey(entry);
      case "refuse":
        return this.refusal(entry);
      case "guest":
        return this.guest(entry);
      default:
        return this.service(entry);
    }
  }

  /** E3. What is identical to the newest takes its place and changes nothing else. */
  private async announcement(entry: AnnouncementEntry, index: number, at: number): Promise<Step> {
    const a = await parseAnnouncement(this.trust.realm, entry.doc);
    const { newest } = this;
    if (newest && equal(a.hash, newest.hash)) return { meaning: announced(a), take() {} };
    await this.verifyPlace(a, entry, index);
    const { seats: held, offers, refused, documents, commits } = this;
    const before = newest && { newest, seats: held, offers, refused, documents, commits };
    if (before) verifyMembers(a, before);
    const { seats, secrets } = await this.reader.read(a, entry.wraps, before, at);
    const { opened, known } = await this.openSealed(secrets);
    const visitor = newest ? this.visitor : await visitorName(this.trust.realm, a.key);
    const rejoined = a.members.filter((m) => this.rejoins(m));
    const joined = this.everHadMember ? notIn(a.members, newest?.members) : [];
    const left = notIn(newest?.members, a.members);
    const take = () => {
      this.visitorKey = newest ? this.visitorKey : a.key;
      this.visitor = visitor;
      this.newest = a;
      this.announced.add(String(a.hash));
      this.everHadMember ||= a.members.length > 0;
      this.seats = seats;
      this.commits.push(a.commit);
      this.begun.push(index);
      for (const [j, secret] of secrets) this.secrets.set(j, secret);
      this.sealed = this.sealed.filter((s) => !secrets.has(s.said.header.epoch));
      this.known = known;
    };
    return { meaning: { ...announced(a), opened, rejoined, joined, left }, take };
  }

  /** E7 */
  private rejoins({ duty, offer }: Member): boolean {
    const isNew = this.newest !== null && memberOf(this.newest, duty) === undefined;
    return isNew && this.offers.get(String(offer))?.offer.purpose === "rejoin";
  }

  /** K6, E2, E3: where it stands, by whom, and what came before. */
  private async verifyPlace(a: Announcement, entry: AnnouncementEntry, index: number): Promise<void> {
    const { newest } = this;
    const { realm, root } = this.trust;
    verify(equal(a.sid, this.sid), a.epoch ? "E3" : "K6", "an announcement of another conversation");
    if (a.epoch === 0) await verifyConversationId(realm, a, root);
    verify(a.epoch === (newest ? newest.epoch + 1 : 0), "E3", "an announcement is not the next");
    await verifySignature("E3", newest ? this.visitorKey : a.key, entry.doc, entry.sig);
    verify(equal(a.previous, newest?.hash ?? ZEROS), "E3", "an announcement follows another");
    const placed = a.index < index && a.index >= (newest?.index ?? 0);
    verify(placed, "E2", "the anchor is not below its own index, or falls");
    verify(equal(a.head, this.heads[a.index] as Bytes), "E3", "the anchor is of another log");
    const wraps = equal(await wrapsHash(realm, entry.wraps), a.wrapsHash);
    verify(wraps && entry.wraps.length === a.members.length, "E3", "other wraps than announced");
  }

  private async openSealed(
    secrets: ReadonlyMap<number, Bytes>,
  ): Promise<{ opened: Said[]; known: Set<string> }> {
    const known = new Set(this.known);
    const opened: Said[] = [];
    for (const { said, ciphertext, turns } of this.sealed) {
      const plain = await this.open(said.header, ciphertext, secrets, turns);
      if (!plain) continue;
      const name = messageName(said.header, plain);
      opened.push({ ...said, plain, repeated: known.has(name) });
      known.add(name);
    }
    return { opened, known };
  }

  /** E5: only its form and place. Whether it counts is asked when somebody is let in by it. */
  private async offer(entry: OfferEntry): Promise<Step> {
    const offer = await parseOffer(this.trust.realm, entry.doc);
    const name = String(offer.hash);
    verify(equal(offer.sid, this.sid), "E5", "an offer for another conversation");
    verify(equal(offer.over, this.newest?.hash ?? ZEROS), "E5", "an offer over an older announcement");
    verify(!this.offers.has(name), "E5", "an offer is good once");
    const hashes = await Promise.all(entry.documents.map(async ({ doc }) => String(await digest(doc))));
    const take = () => {
      this.offers.set(name, { offer, entry });
      for (const [i, hash] of hashes.entries()) {
        // What came before stands: the same document with a worse signature takes nobody's place.
        if (!this.documents.has(hash)) this.documents.set(hash, entry.documents[i] as SignedBytes);
        this.brought.add(hash);
      }
    };
    return { meaning: { kind: "offer", offer }, take };
  }

  /** R1 */
  private async returnKey(entry: ReturnKeyEntry): Promise<Step> {
    const key = await verifyReturnKey(this.trust.realm, entry, this.sid, this.visitorKey);
    verify(!this.returnKeys.some((known) => equal(known, key)), "R1", "a return key is good once");
    return { meaning: { kind: "return-key" }, take: () => this.returnKeys.push(key) };
  }

  /** E6: by the visitor; or taken back, by the key whose hash stands in the offer. */
  private async refusal(entry: RefusalEntry): Promise<Step> {
    const { realm } = this.trust;
    const { offer: hash, withdrawn } = parseRefusal(realm, entry.doc);
    const name = String(hash);
    const { offer, guest } = this.offers.get(name) ?? {};
    const stands = offer !== undefined && equal(offer.over, this.newest?.hash ?? ZEROS);
    verify(stands, "E6", "a refusal of an offer that does not stand");
    verify(!this.refused.has(name), "E6", "an offer is refused once");
    const key = withdrawn
      ? (guest?.duty.signatureKey ?? dutySignatureKey(realm, find("K5", this.documents, offer.duty).doc))
      : this.visitorKey;
    await verifySignature("E6", key, entry.doc, entry.sig);
    return { meaning: { kind: "refuse", offer, withdrawn }, take: () => this.refused.add(name) };
  }

  /** E6: by a member who is no guest, over the newest announcement, once. It stands among the offers from now on. */
  private async guest(entry: GuestEntry): Promise<Step> {
    const { newest, trust } = this;
    const guest = await parseGuest(trust.realm, entry.doc);
    verify(equal(guest.sid, this.sid), "E6", "a guest for another conversation");
    verify(newest !== null && equal(guest.over, newest.hash), "E6", "a guest over an older announcement");
    const inviter = memberOf(newest, guest.inviter);
    const seat = this.seats.get(String(guest.inviter));
    const vouched = inviter !== undefined && inviter.role !== "guest" && seat !== undefined;
    verify(vouched, "E6", "a guest whom no member of staff invited");
    await verifySignature("E6", seat.duty.signatureKey, entry.doc, entry.sig);
    const name = String(guest.hash);
    verify(!this.offers.has(name), "E6", "a guest is named once");
    const offer = offerOf(guest, entry.doc);
    const take = () => this.offers.set(name, { offer, entry, guest: seatOf(guest, inviter) });
    return { meaning: { kind: "offer", offer }, take };
  }

  /** K4: listed and not revoked; of a guest, whoever vouched. */
  stillCounts({ certificate, offer, role }: Member): boolean {
    const vouching = this.offers.get(String(offer))?.guest?.inviter;
    return this.trust.counts(role === "guest" && vouching ? vouching.certificate : certificate);
  }

  /** F6 */
  private async service(entry: ServiceEntry): Promise<Step> {
    const [kind, time] = dec(this.trust.realm, "service", entry.doc, 2);
    const word = untext(kind);
    verify(SERVICE_WORDS.includes(word), "F6", "unknown words of the service");
    uint(time);
    return { meaning: { kind: "service", word }, take() {} };
  }

  /** F1–F5 */
  private async frame(entry: FrameEntry, index: number, at: number): Promise<Step> {
    const { realm } = this.trust;
    const header = parseHeader(realm, entry.header);
    const { key, by } = this.writer(header);
    verifyTurn(this.turns, header, index, this.heads);
    await verifySignature("F3", key, frameBytes(realm, entry.header, entry.ciphertext), entry.sig);
    const plain = await this.open(header, entry.ciphertext, this.secrets, this.turns);
    const prev = await frameHash(realm, entry.header, entry.ciphertext);
    const { sender, epoch } = header;
    const turn = { sender, epoch, frames: header.seq + 1, prev, index: header.index };
    const repeated = plain !== null && this.known.has(messageName(header, plain));
    const said = { index, at, by, header, plain, repeated };
    const take = () => {
      const { turns } = this;
      this.turns = [...turns.filter((t) => !sameTurn(t, turn)), turn];
      if (plain) this.known.add(messageName(header, plain));
      else this.sealed = [...this.sealed, { said, ciphertext: entry.ciphertext, turns }];
    };
    return { meaning: { kind: "frame", said }, take };
  }

  /** F4: a member of the newest announcement; or the visitor, as long as everybody in it counts (K4). */
  letsWrite(name: Bytes): boolean {
    const { newest } = this;
    if (!newest) return false;
    if (equal(name, this.visitor)) return newest.members.every((m) => this.stillCounts(m));
    return memberOf(newest, name) !== undefined;
  }

  /** E4, F4: the visitor or a member of the newest announcement. */
  private writer(header: Header): { key: Bytes; by: Member | null } {
    const { newest } = this;
    verify(equal(header.sid, this.sid), "F1", "a frame of another conversation");
    verify(newest?.epoch === header.epoch, "F4", "a frame of another epoch");
    if (equal(header.sender, this.visitor)) return { key: this.visitorKey, by: null };
    const by = memberOf(newest, header.sender);
    const staff = this.seats.get(String(header.sender));
    verify(by !== undefined && staff !== undefined, "F4", "a frame from somebody who is not a member");
    return { key: staff.duty.signatureKey, by };
  }

  /** F2, F5; null where the secret is not among these. */
  private async open(
    header: Header,
    ciphertext: Bytes,
    secrets: ReadonlyMap<number, Bytes>,
    turns: readonly Turn[],
  ): Promise<Plain | null> {
    const { realm } = this.trust;
    const secret = secrets.get(header.epoch);
    if (!secret) return null;
    const key = await frameKey(realm, secret, this.sid, header.epoch, header.sender);
    const plain = await openFrame(realm, key, header, ciphertext);
    if (plain.kind === "end") verifyCounts(turns, parseCounts(plain.body));
    return plain;
  }
}
