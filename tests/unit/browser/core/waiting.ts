/** A visitor's page that holds a real log, and whose service the test is. */

import assert from "node:assert/strict";
import { Admission } from "../../../../chat/browser/core/admission.ts";
import type { Inside } from "../../../../chat/browser/core/asking.ts";
import { byHash, type SignedBytes } from "../../../../chat/browser/core/chain.ts";
import { continuationBytes, continueAs } from "../../../../chat/browser/core/continuation.ts";
import { Conversation } from "../../../../chat/browser/core/conversation.ts";
import {
  ABSENT,
  type Bytes,
  b64,
  digest,
  enc,
  text,
  u64,
  ZEROS,
} from "../../../../chat/browser/core/encoding.ts";
import { writeFrame, writeSigned } from "../../../../chat/browser/core/entry.ts";
import { offerBytes, type Purpose } from "../../../../chat/browser/core/epochs.ts";
import {
  frameBytes,
  frameKey,
  headerBytes,
  type Kind,
  sealFrame,
} from "../../../../chat/browser/core/frames.ts";
import { type ClientMessage, Link } from "../../../../chat/browser/core/link.ts";
import type { AnyEntry, Append } from "../../../../chat/browser/core/messages.ts";
import { openHere } from "../../../../chat/browser/core/opening.ts";
import { returnKeyBytes } from "../../../../chat/browser/core/return-key.ts";
import type { Serial } from "../../../../chat/browser/core/serial.ts";
import { makeSigningPair, type SigningPair, sign } from "../../../../chat/browser/core/signing.ts";
import { Standing } from "../../../../chat/browser/core/standing.ts";
import { Trust } from "../../../../chat/browser/core/trust.ts";
import type { ErrorView } from "../../../../chat/browser/core/view.ts";
import { Organisation, type Person } from "./organisation.ts";

export const NOW = 1_800_000_000;
export const LEASE = b64(new Uint8Array(32).fill(7));
export const random = (size: number): Bytes => crypto.getRandomValues(new Uint8Array(size));

/** The end of a link whose other end the test holds. */
export class LooseEnd extends Link {
  readonly sent: ClientMessage[] = [];
  brokenOff = 0;

  constructor() {
    super("ws://127.0.0.1/", { message() {}, state() {}, refused() {} });
  }

  override send(message: ClientMessage): boolean {
    this.sent.push(message);
    return true;
  }

  override again(): void {
    this.brokenOff += 1;
  }

  get appended(): Append[] {
    return this.sent.filter((message) => message.type === "append");
  }
}

interface Changes {
  readonly purpose?: Purpose;
  /** H(duty) of the member whose place is asked for (E7). */
  readonly replaced?: Bytes;
  readonly roster?: Bytes;
  readonly expiry?: number;
  readonly sig?: Bytes;
}

/** Cleo and Amina are on the roster, and a visitor waits. */
export class Waiting {
  readonly link = new LooseEnd();
  readonly alarms: ErrorView[] = [];
  /** The log, as the service has it. */
  readonly log: AnyEntry[] = [];
  readonly trust: Trust;
  conversation!: Conversation;
  /** How much was held each time that the store had lost a part. */
  readonly losses: number[] = [];
  admission!: Admission;
  private pair!: SigningPair;

  private constructor(
    readonly organisation: Organisation,
    readonly cleo: Person,
    readonly amina: Person,
  ) {
    this.trust = new Trust("varsam", organisation.root);
  }

  static async begins(): Promise<Waiting> {
    const organisation = await Organisation.found("varsam", NOW, () => random(32));
    const cleo = await organisation.hires("Cleo", "coordinator");
    const amina = await organisation.hires("Amina", "counsellor");
    const waiting = new Waiting(organisation, cleo, amina);
    await waiting.trusts(await organisation.lists([cleo, amina], [cleo]));
    await waiting.opens();
    return waiting;
  }

  private async opens(): Promise<void> {
    const { trust, link } = this;
    const standing = new Standing(trust, "https://chat.example", () => NOW);
    const { log, voice, reader, pair, announcement } = await openHere(standing, random);
    this.conversation = new Conversation(log, voice, true, link, {
      changed() {},
      taken: (meaning, raw) => this.admission.taken(meaning, raw),
      knowRoster: async () => {},
      lost: () => this.losses.push(this.conversation.log.index),
      random,
    });
    this.pair = pair;
    const { conversation } = this;
    const warn = (alarm: ErrorView) => this.alarms.push(alarm);
    this.admission = new Admission({
      conversation,
      reader,
      pair,
      expected: null,
      now: () => NOW,
      random,
      warn,
    });
    await this.stores(announcement);
  }

  /** The store has lost a part: under a new id, by this word (E9). */
  async goesOn(): Promise<SignedBytes> {
    const { conversation: old, pair } = this;
    this.log.length = 0;
    await this.opens();
    return continueAs(old.log, pair, this.conversation.log.sid);
  }

  /** The visitor may come back by a code from now on (R1). */
  async makesACode(): Promise<CryptoKey> {
    const { log } = this.conversation;
    const { publicKey, privateKey } = await makeSigningPair();
    const doc = returnKeyBytes(log.trust.realm, log.sid, publicKey);
    await this.stores({
      kind: "return-key",
      ...writeSigned({ doc, sig: await sign(this.pair.privateKey, doc) }),
    });
    return privateKey;
  }

  /** On another page, under a new id, by this key's word (R2). */
  async comesBack(privateKey: CryptoKey): Promise<SignedBytes> {
    const { log } = this.conversation;
    this.log.length = 0;
    await this.opens();
    const newest = log.newest?.hash ?? ABSENT;
    const fields = { old: log.sid, new: this.conversation.log.sid, reason: "returned", newest } as const;
    const doc = continuationBytes(log.trust.realm, fields);
    return { doc, sig: await sign(privateKey, doc) };
  }

  /** The roster comes into force here, with freshness over it. */
  async trusts(roster: SignedBytes, revoked: readonly Person[] = []): Promise<void> {
    const { organisation, trust, cleo } = this;
    const documents = await byHash(organisation.papers(cleo));
    await trust.takeRoster(roster, organisation.registrar, documents, NOW);
    await trust.takeFreshness(await organisation.states(cleo, revoked), cleo.hash, documents, NOW);
  }

  /** The service puts an entry into the log, and this page gets it. */
  async stores(entry: AnyEntry): Promise<void> {
    this.log.push(entry);
    await this.gets(entry, this.log.length);
  }

  async gets(entry: AnyEntry, index: number): Promise<void> {
    this.conversation.received({ type: "entry", sid: this.conversation.name, index, at: NOW, entry });
    await this.settled();
  }

  /** The service stores what this page appended. */
  async acknowledges({ ref, entry }: Append): Promise<void> {
    this.log.push(entry);
    this.conversation.acked({
      type: "ack",
      ref,
      sid: this.conversation.name,
      index: this.log.length,
      at: NOW,
    });
    await this.settled();
  }

  /** Everything that stood in line has been done, also what that put there. */
  settled(): Promise<void> {
    return settled((this.conversation as unknown as { serial: Serial }).serial);
  }

  async says(word: string, at = NOW): Promise<void> {
    await this.stores(says(word, at));
  }

  async offers(person: Person, changes: Changes = {}): Promise<void> {
    const { log } = this.conversation;
    const { organisation } = this;
    const doc = offerBytes("varsam", {
      sid: log.sid,
      over: log.newest?.hash ?? ABSENT,
      purpose: changes.purpose ?? "accept",
      certificate: person.hash,
      duty: person.duty.hash,
      roster: changes.roster ?? (await digest((organisation.rosters.at(-1) as SignedBytes).doc)),
      expiry: changes.expiry ?? NOW + 60,
      replaced: changes.replaced ?? ABSENT,
    });
    const sig = changes.sig ?? (await sign(person.duty.signing.privateKey, doc));
    const documents = organisation.papers(person).map(writeSigned);
    const lease = changes.purpose ? {} : { lease: LEASE };
    await this.stores({ kind: "offer", doc: b64(doc), sig: b64(sig), ...lease, documents });
  }

  /** What this page hands over to where somebody is asked about. */
  get inside(): Inside {
    const { admission, conversation, pair, link } = this;
    const warn = (alarm: ErrorView) => this.alarms.push(alarm);
    return { admission, conversation, pair, link, now: () => NOW, warn };
  }

  /** A member's frame without a body, from the start of the newest epoch. */
  async writes(person: Person, kind: Kind): Promise<void> {
    const { log } = this.conversation;
    const { sid, index, head } = log;
    const epoch = log.newest?.epoch ?? 0;
    const { hash: sender, signing } = person.duty;
    const fields = { sid, epoch, sender, seq: 0, prev: ZEROS, index, head };
    const key = await frameKey("varsam", log.secrets.get(epoch) as Bytes, sid, epoch, sender);
    const plain = { kind, id: random(16), part: 0, parts: 1, body: ABSENT };
    const header = headerBytes("varsam", fields);
    const ciphertext = await sealFrame("varsam", key, fields, plain);
    const sig = await sign(signing.privateKey, frameBytes("varsam", header, ciphertext));
    await this.stores(writeFrame({ kind: "frame", header, ciphertext, sig }));
  }

  get announced(): Append {
    const found = this.link.appended.find(({ entry }) => entry.kind === "announcement");
    assert.ok(found, "nothing was announced");
    return found;
  }

  async letsIn(person: Person): Promise<void> {
    await this.offers(person);
    await this.acknowledges(this.announced);
    const names = this.conversation.members.map((member) => member.pseudonym);
    assert.deepEqual(names, ["Amina"]);
    this.link.sent.length = 0;
  }
}

/** The service's own words (F6). */
export function says(word: string, at = NOW): AnyEntry {
  return { kind: "service", doc: b64(enc("varsam", "service", text(word), u64(at))) };
}

/** What stood in this line has been done, and what that put there. */
export async function settled(line: Serial): Promise<void> {
  for (let i = 0; i < 3; i += 1) {
    await new Promise<void>((done) =>
      line.run(
        async () => done(),
        (error) => assert.fail(String(error)),
      ),
    );
  }
}
