/** A whole conversation between a visitor and a counsellor, made by the core itself and kept entry by entry, for vectors. */

import { considerOffer } from "../../../../chat/browser/core/admission.ts";
import { announce, openConversation } from "../../../../chat/browser/core/announcing.ts";
import { byHash, type SignedBytes } from "../../../../chat/browser/core/chain.ts";
import { type CodePair, makeCodePair } from "../../../../chat/browser/core/code-key.ts";
import { continueAs } from "../../../../chat/browser/core/continuation.ts";
import { makeOffer } from "../../../../chat/browser/core/duty.ts";
import { ABSENT, type Bytes, digest, enc, text, u64 } from "../../../../chat/browser/core/encoding.ts";
import type { Entry, FrameEntry } from "../../../../chat/browser/core/entry.ts";
import { visitorName } from "../../../../chat/browser/core/epochs.ts";
import { countsBody, type Plain } from "../../../../chat/browser/core/frames.ts";
import { invite } from "../../../../chat/browser/core/guest.ts";
import { Log } from "../../../../chat/browser/core/log.ts";
import { Outbox, type Voice } from "../../../../chat/browser/core/outbox.ts";
import { MemberReader, VisitorReader } from "../../../../chat/browser/core/readers.ts";
import { refuse } from "../../../../chat/browser/core/refusal.ts";
import { returnKeyBytes } from "../../../../chat/browser/core/return-key.ts";
import { makeSigningPair, type SigningPair, sign } from "../../../../chat/browser/core/signing.ts";
import { toParts } from "../../../../chat/browser/core/thread.ts";
import type { Trust } from "../../../../chat/browser/core/trust.ts";
import { goesOnDuty, type Organisation, type Person } from "./organisation.ts";
import { pairOf } from "./seeds.ts";

/** One who holds the log and writes into it. */
interface Writer {
  readonly log: Log;
  readonly outbox: Outbox;
  readonly sealed: FrameEntry[];
}

export class Talk {
  readonly entries: Entry[] = [];
  readonly secrets: Bytes[] = [];
  readonly announced: Bytes[] = [];
  offerHash: Bytes = new Uint8Array(0);
  /** H of the duty key that the next offer is to take the place of (E7). */
  private replaced: Bytes = ABSENT;

  private constructor(
    private readonly organisation: Organisation,
    private counsellor: Person,
    readonly sid: Bytes,
    private readonly pair: SigningPair,
    private readonly visitorReader: VisitorReader,
    private memberReader: MemberReader,
    private readonly visitor: Writer,
    private member: Writer,
    private readonly random: (size: number) => Bytes,
  ) {}

  /** The visitor's A_0 is the first entry. */
  static async begins(
    organisation: Organisation,
    trust: Trust,
    counsellor: Person,
    random: (size: number) => Bytes,
  ): Promise<Talk> {
    const { realm, root } = organisation;
    const pair = await makeSigningPair();
    const opening = { nonce: random(32), secret: random(32), leaveToken: random(32) };
    const { sid, entry } = await openConversation(realm, root, pair, opening);
    const documents = new Map(await byHash(organisation.papers(counsellor)));
    const reader = new VisitorReader();
    reader.propose({ hash: await digest(entry.doc), secret: opening.secret, seats: new Map() });
    const { duty } = counsellor;
    const memberReader = new MemberReader(trust, duty.hash, duty.hpke.privateKey);
    const visitor = writer(await Log.open(trust, sid, new Map(), reader), {
      name: await visitorName(realm, pair.publicKey),
      privateKey: pair.privateKey,
    });
    const member = writer(await Log.open(trust, sid, documents, memberReader), {
      name: duty.hash,
      privateKey: duty.signing.privateKey,
    });
    const talk = new Talk(organisation, counsellor, sid, pair, reader, memberReader, visitor, member, random);
    talk.secrets.push(opening.secret);
    talk.announced.push(entry.doc);
    await talk.stores(entry);
    return talk;
  }

  /** E9 */
  visitorContinues(sid: Bytes): Promise<SignedBytes> {
    return continueAs(this.visitor.log, this.pair, sid);
  }

  /** R1: the visitor may come back by this from now on, and by nothing earlier. */
  async visitorMakesACode(): Promise<CodePair> {
    const returns = await makeCodePair();
    const doc = returnKeyBytes(this.trust.realm, this.sid, returns.publicKey);
    await this.stores({ kind: "return-key", doc, sig: await sign(this.pair.privateKey, doc) });
    return returns;
  }

  get trust(): Trust {
    return this.visitor.log.trust;
  }

  async visitorWrites(words: string): Promise<void> {
    await this.sends(this.visitor, this.parts(words));
  }

  async counsellorWrites(words: string): Promise<void> {
    await this.sends(this.member, this.parts(words));
  }

  async counsellorReads(): Promise<void> {
    await this.sends(this.member, [this.plain("read", u64(this.member.log.index))]);
  }

  async visitorHasSeen(): Promise<void> {
    await this.sends(this.visitor, [this.plain("seen", new Uint8Array(0))]);
  }

  async counsellorEnds(): Promise<void> {
    await this.sends(this.member, [this.plain("end", countsBody(this.member.log.counts))]);
  }

  async serviceSays(word: string): Promise<void> {
    const { realm, now } = this.organisation;
    await this.stores({ kind: "service", doc: enc(realm, "service", text(word), u64(now)) });
  }

  /** E7: another load of the counsellor's page, which reads the log from its start. */
  async counsellorReloads(): Promise<Person> {
    const { counsellor, organisation, sid, entries } = this;
    const { trust } = this;
    const seed = this.random(32);
    const { hash, signing } = counsellor;
    const duty = await goesOnDuty(trust.realm, hash, signing, await pairOf(seed), organisation.now + 1);
    this.replaced = counsellor.duty.hash;
    this.counsellor = { ...counsellor, duty, seed };
    this.memberReader = new MemberReader(trust, duty.hash, duty.hpke.privateKey);
    const documents = new Map(await byHash(organisation.papers(this.counsellor)));
    const voice = { name: duty.hash, privateKey: duty.signing.privateKey };
    this.member = writer(await Log.open(trust, sid, documents, this.memberReader), voice);
    for (const [at, entry] of entries.entries()) await this.member.log.take(entry, at + 1, organisation.now);
    return this.counsellor;
  }

  /** `later`: so many seconds; the same offer again would be none. */
  async counsellorOffers(later = 0): Promise<void> {
    const { log } = this.member;
    const { trust } = log;
    const { now } = this.organisation;
    const { hash, duty } = this.counsellor;
    const certificate = await trust.certificate(hash, log.documents, now);
    const roster = trust.freshRoster(now).hash;
    const entry = await makeOffer(log, duty, certificate, roster, now + later, this.replaced);
    this.offerHash = await digest(entry.doc);
    this.memberReader.offers.add(String(this.offerHash));
    await this.stores(entry);
  }

  /** E6 */
  async visitorRefuses(): Promise<void> {
    await this.stores(await refuse(this.trust.realm, this.offerHash, this.pair.privateKey));
  }

  /** E6: the counsellor's word for a guest who has made these keys. */
  async counsellorVouches(organisation: string, signatureKey: Bytes, hpkeKey: Bytes): Promise<void> {
    const { log } = this.member;
    const { hash: inviter, signing } = this.counsellor.duty;
    const keys = { pseudonym: organisation, signatureKey, hpkeKey };
    const placed = { sid: this.sid, over: log.newest?.hash ?? ABSENT, inviter };
    const expiry = this.organisation.now + 600;
    const entry = await invite(this.trust.realm, signing.privateKey, { ...placed, ...keys, expiry });
    this.offerHash = await digest(entry.doc);
    await this.stores(entry);
  }

  /** E6: beside those who are in. */
  async visitorLetsGuestIn(): Promise<void> {
    const { log } = this.visitor;
    const { staff, roster, stay } = await considerOffer(log, this.offerHash, this.organisation.now);
    const { hash: certificate, role, pseudonym } = staff.certificate;
    const [duty, offer] = [this.offerHash, this.offerHash];
    const guest = { certificate, duty, offer, role, pseudonym, historyFrom: 0 };
    const seats = new Map([...log.seats, [String(duty), staff] as const]);
    const secret = this.random(32);
    const entry = await announce(log, this.pair, [...stay, guest], seats, secret, roster);
    this.visitorReader.propose({ hash: await digest(entry.doc), secret, seats });
    this.secrets.push(secret);
    this.announced.push(entry.doc);
    await this.stores(entry);
  }

  async visitorLetsIn(): Promise<void> {
    const { log } = this.visitor;
    const { staff, roster, unasked } = await considerOffer(log, this.offerHash, this.organisation.now);
    if (!unasked) throw new Error("nobody would let this in unasked");
    const { hash: certificate, role, pseudonym } = staff.certificate;
    const duty = staff.duty.hash;
    const member = { certificate, duty, offer: this.offerHash, role, pseudonym, historyFrom: 0 };
    const seats = new Map([[String(duty), staff]]);
    const secret = this.random(32);
    const entry = await announce(log, this.pair, [member], seats, secret, roster);
    this.visitorReader.propose({ hash: await digest(entry.doc), secret, seats });
    this.secrets.push(secret);
    this.announced.push(entry.doc);
    await this.stores(entry);
  }

  private async stores(entry: Entry): Promise<void> {
    this.entries.push(entry);
    const index = this.entries.length;
    for (const { log } of [this.visitor, this.member]) await log.take(entry, index, this.organisation.now);
  }

  private async sends(from: Writer, plains: readonly Plain[]): Promise<void> {
    from.outbox.add(plains);
    await from.outbox.flush(true);
    for (const entry of from.sealed.splice(0)) {
      await this.stores(entry);
      from.outbox.stored(entry.header);
    }
  }

  private parts(words: string): Plain[] {
    return toParts(words, this.random(16));
  }

  private plain(kind: Plain["kind"], body: Bytes): Plain {
    return { kind, id: this.random(16), part: 0, parts: 1, body };
  }
}

function writer(log: Log, voice: Voice): Writer {
  const sealed: FrameEntry[] = [];
  let ref = 0;
  const outbox = new Outbox(log.trust.realm, log, voice, (entry) => {
    sealed.push(entry);
    ref += 1;
    return ref;
  });
  return { log, outbox, sealed };
}
