/** Who is let in, who is left out, and what is refused, on a visitor's page that holds a real log (E4, E5, F4, K4). */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Admission } from "../../../../chat/browser/core/admission.ts";
import { openConversation, writeAnnouncement } from "../../../../chat/browser/core/announcing.ts";
import { byHash, type SignedBytes } from "../../../../chat/browser/core/chain.ts";
import { Conversation } from "../../../../chat/browser/core/conversation.ts";
import {
  ABSENT,
  type Bytes,
  b64,
  digest,
  enc,
  text,
  u64,
  unb64,
} from "../../../../chat/browser/core/encoding.ts";
import { writeSigned } from "../../../../chat/browser/core/entry.ts";
import { offerBytes, parseAnnouncement, visitorName } from "../../../../chat/browser/core/epochs.ts";
import { parseHeader } from "../../../../chat/browser/core/frames.ts";
import { type ClientMessage, Link } from "../../../../chat/browser/core/link.ts";
import { Log } from "../../../../chat/browser/core/log.ts";
import type { AnyEntry, Append } from "../../../../chat/browser/core/messages.ts";
import { VisitorReader } from "../../../../chat/browser/core/readers.ts";
import type { Serial } from "../../../../chat/browser/core/serial.ts";
import { makeSigningPair, sign } from "../../../../chat/browser/core/signing.ts";
import { Trust } from "../../../../chat/browser/core/trust.ts";
import type { ErrorView } from "../../../../chat/browser/core/view.ts";
import { Organisation, type Person } from "./organisation.ts";

const NOW = 1_800_000_000;
const LEASE = b64(new Uint8Array(32).fill(7));
const random = (size: number): Bytes => crypto.getRandomValues(new Uint8Array(size));

/** The end of a link whose other end the test holds. */
class LooseEnd extends Link {
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

let organisation: Organisation;
let cleo: Person;
let amina: Person;
let trust: Trust;
let link: LooseEnd;
let conversation: Conversation;
let admission: Admission;
let alarms: ErrorView[];
let index: number;

beforeEach(async () => {
  organisation = await Organisation.found("varsam", NOW, () => random(32));
  cleo = await organisation.hires("Cleo", "coordinator");
  amina = await organisation.hires("Amina", "counsellor");
  trust = new Trust("varsam", organisation.root);
  await trusts(await organisation.lists([cleo, amina], [cleo]));
  await aVisitorWaits();
});

/** The roster comes into force here, with freshness over it. */
async function trusts(roster: SignedBytes, revoked: readonly Person[] = []): Promise<void> {
  const documents = await byHash(organisation.papers(cleo));
  await trust.takeRoster(roster, organisation.registrar, documents, NOW);
  await trust.takeFreshness(await organisation.states(cleo, revoked), cleo.hash, documents, NOW);
}

async function aVisitorWaits(): Promise<void> {
  const pair = await makeSigningPair();
  const opening = { nonce: random(32), secret: random(32), leaveToken: random(32) };
  const { sid, entry } = await openConversation("varsam", trust.root, pair, opening);
  const reader = new VisitorReader();
  reader.propose({ hash: await digest(entry.doc), secret: opening.secret, seats: new Map() });
  const log = await Log.open(trust, sid, new Map(), reader);
  const voice = { name: await visitorName("varsam", pair.publicKey), privateKey: pair.privateKey };
  link = new LooseEnd();
  alarms = [];
  index = 0;
  conversation = new Conversation(log, voice, true, link, {
    changed() {},
    taken: (meaning, raw) => admission.taken(meaning, raw),
    knowRoster: async () => {},
    random,
  });
  const warn = (alarm: ErrorView) => alarms.push(alarm);
  admission = new Admission({ conversation, reader, pair, now: () => NOW, random, warn });
  await stores(writeAnnouncement(entry));
}

/** The service puts an entry into the log, and this page gets it. */
async function stores(entry: AnyEntry): Promise<void> {
  index += 1;
  conversation.received({ type: "entry", sid: conversation.name, index, at: NOW, entry });
  await settled();
}

/** The service stores what this page appended last. */
async function acknowledges({ ref }: Append): Promise<void> {
  index += 1;
  conversation.acked({ type: "ack", ref, sid: conversation.name, index, at: NOW });
  await settled();
}

/** Everything that stood in line has been done, also what that put there. */
async function settled(): Promise<void> {
  const { serial } = conversation as unknown as { serial: Serial };
  for (let i = 0; i < 3; i += 1) {
    await new Promise<void>((done) =>
      serial.run(
        async () => done(),
        (error) => assert.fail(String(error)),
      ),
    );
  }
}

interface Changes {
  readonly roster?: Bytes;
  readonly expiry?: number;
  readonly sig?: Bytes;
}

async function offers(person: Person, changes: Changes = {}): Promise<void> {
  const { log } = conversation;
  const doc = offerBytes("varsam", {
    sid: log.sid,
    over: log.newest?.hash ?? ABSENT,
    purpose: "accept",
    certificate: person.hash,
    duty: person.duty.hash,
    roster: changes.roster ?? (await digest((organisation.rosters.at(-1) as SignedBytes).doc)),
    expiry: changes.expiry ?? NOW + 60,
    replaced: ABSENT,
  });
  const sig = changes.sig ?? (await sign(person.duty.signing.privateKey, doc));
  const documents = organisation.papers(person).map(writeSigned);
  await stores({ kind: "offer", doc: b64(doc), sig: b64(sig), lease: LEASE, documents });
}

function theAnnouncement(): Append {
  const found = link.appended.find(({ entry }) => entry.kind === "announcement");
  assert.ok(found, "nothing was announced");
  return found;
}

async function isIn(person: Person): Promise<void> {
  await offers(person);
  await acknowledges(theAnnouncement());
  assert.deepEqual(
    conversation.members.map((member) => member.pseudonym),
    ["Amina"],
  );
  link.sent.length = 0;
}

test("a counsellor on the roster is let in under the lease that stands beside the offer", async () => {
  await offers(amina);
  const { entry } = theAnnouncement();
  assert.ok(entry.kind === "announcement");
  assert.equal(entry.lease, LEASE);
  assert.deepEqual(conversation.members, []);
  await acknowledges(theAnnouncement());
  assert.deepEqual(conversation.members, [
    { pseudonym: "Amina", role: "counsellor", joining: true, me: false },
  ]);
});

test("an offer with another's signature lets nobody in and is told", async () => {
  await offers(amina, { sig: random(64) });
  assert.deepEqual(link.appended, []);
  assert.deepEqual(alarms, [{ code: "unverified", step: "E5" }]);
  assert.equal(conversation.refused, false);
});

test("an offer that expired lets nobody in", async () => {
  await offers(amina, { expiry: NOW - 3_601 });
  assert.deepEqual(link.appended, []);
  assert.deepEqual(alarms, [{ code: "unverified", step: "E5" }]);
});

test("an interpreter cannot accept a visitor", async () => {
  const farah = await organisation.hires("Farah", "interpreter");
  await trusts(await organisation.lists([cleo, amina, farah], [cleo]));
  await offers(farah);
  assert.deepEqual(link.appended, []);
  assert.deepEqual(alarms, [{ code: "unverified", step: "E5" }]);
});

test("who is on no roster is nobody", async () => {
  await offers(await organisation.hires("Nobody", "counsellor"));
  assert.deepEqual(link.appended, []);
  assert.deepEqual(alarms, [{ code: "unverified", step: "K4" }]);
});

test("who is revoked is nobody", async () => {
  await trusts(organisation.rosters[0] as SignedBytes, [amina]);
  await offers(amina);
  assert.deepEqual(link.appended, []);
  assert.deepEqual(alarms, [{ code: "unverified", step: "K4" }]);
});

test("an offer under a roster that has not come here yet waits for it", async () => {
  const bjorn = await organisation.hires("Björn", "counsellor");
  const roster = await organisation.lists([cleo, amina, bjorn], [cleo]);
  await offers(bjorn);
  assert.deepEqual([link.appended, alarms], [[], []]);
  await trusts(roster);
  admission.refreshed();
  await settled();
  await acknowledges(theAnnouncement());
  assert.equal(conversation.members[0]?.pseudonym, "Björn");
});

test("once somebody was in, nobody else comes in unasked", async () => {
  const bjorn = await organisation.hires("Björn", "counsellor");
  await trusts(await organisation.lists([cleo, amina, bjorn], [cleo]));
  await isIn(amina);
  await offers(bjorn);
  assert.deepEqual(link.appended, []);
});

test("a member who is revoked reads nothing from the next entry on", async () => {
  await isIn(amina);
  await trusts(organisation.rosters[0] as SignedBytes, [amina]);
  admission.refreshed();
  await settled();
  const { entry } = theAnnouncement();
  assert.ok(entry.kind === "announcement");
  const { epoch, members } = await parseAnnouncement("varsam", unb64(entry.doc));
  assert.deepEqual([epoch, members, entry.wraps, entry.lease], [2, [], [], undefined]);
  conversation.write("Only to myself.");
  await settled();
  assert.equal(link.appended.length, 1);
  await acknowledges(theAnnouncement());
  assert.deepEqual(conversation.members, []);
});

test("a lost lease lets nobody in, and what is written stays in the epoch that stands", async () => {
  await offers(amina);
  const { ref } = theAnnouncement();
  conversation.write("Is anybody there?");
  await settled();
  conversation.fault({ type: "error", code: "lease-lost", remedy: "", ref });
  await settled();
  const frame = link.appended.at(-1)?.entry;
  assert.ok(frame?.kind === "frame");
  assert.equal(parseHeader("varsam", unb64(frame.header)).epoch, 0);
  assert.deepEqual([conversation.members, alarms], [[], []]);
});

test("two who offer at once are never both sealed to, and the second is answered after the first", async () => {
  const bjorn = await organisation.hires("Björn", "counsellor");
  await trusts(await organisation.lists([cleo, amina, bjorn], [cleo]));
  await offers(amina);
  await offers(bjorn);
  assert.equal(link.appended.length, 1);
  conversation.fault({ type: "error", code: "lease-lost", remedy: "", ref: theAnnouncement().ref });
  await settled();
  assert.equal(link.appended.length, 2);
  await acknowledges(link.appended[1] as Append);
  assert.equal(conversation.members[0]?.pseudonym, "Björn");
});

test("whoever was sealed to and did not come in is told of", async () => {
  await offers(amina);
  conversation.fault({ type: "error", code: "lease-lost", remedy: "", ref: theAnnouncement().ref });
  await settled();
  assert.equal(conversation.thread.messages.at(-1)?.text, "not-let-in");
});

test("one who is revoked while being let in gets nothing", async () => {
  const { staff } = trust;
  trust.staff = async (...given) => {
    const verified = await staff.apply(trust, given);
    await trusts(organisation.rosters[0] as SignedBytes, [amina]);
    return verified;
  };
  await offers(amina);
  assert.deepEqual([link.appended, alarms], [[], [{ code: "unverified", step: "K4" }]]);
});

test("one who is revoked before the announcement is stored is sealed nothing more", async () => {
  await offers(amina);
  const admitting = theAnnouncement();
  await trusts(organisation.rosters[0] as SignedBytes, [amina]);
  admission.refreshed();
  conversation.write("Not for Amina.");
  await settled();
  link.sent.length = 0;
  await acknowledges(admitting);
  assert.deepEqual(
    link.appended.map(({ entry }) => entry.kind),
    ["announcement"],
  );
});

test("a service that keeps a revoked member in ends the conversation on this page", async () => {
  await isIn(amina);
  await trusts(organisation.rosters[0] as SignedBytes, [amina]);
  admission.refreshed();
  await settled();
  conversation.fault({ type: "error", code: "full", remedy: "", ref: theAnnouncement().ref });
  await settled();
  assert.deepEqual([conversation.refused, conversation.alarm], [true, { code: "full" }]);
});

test("whoever leaves while an entry is verified finds nothing of it afterwards", async () => {
  const { log, thread } = conversation;
  const { take } = log;
  log.take = async (...given) => {
    const meaning = await take.apply(log, given);
    conversation.forget();
    thread.wipe();
    return meaning;
  };
  await stores({ kind: "service", doc: b64(enc("varsam", "service", text("leased"), u64(NOW))) });
  assert.deepEqual([log.index, log.secrets.size, thread.messages], [2, 0, []]);
});

test("an announcement that this page did not make ends everything at once", async () => {
  await offers(amina);
  const { entry } = theAnnouncement();
  conversation.fault({ type: "error", code: "lease-lost", remedy: "", ref: theAnnouncement().ref });
  await settled();
  await stores(entry);
  assert.equal(conversation.refused, true);
  assert.deepEqual(conversation.alarm, { code: "unverified", step: "E1" });
});

test("words that the service never says are refused, and nothing is sent after that", async () => {
  await stores({ kind: "service", doc: b64(enc("varsam", "service", text("trust me"), u64(NOW))) });
  assert.deepEqual(conversation.alarm, { code: "unverified", step: "F6" });
  assert.throws(() => conversation.write("Hello?"));
  assert.deepEqual(link.sent, []);
});

test("an entry that is no entry is refused", async () => {
  await stores({ kind: "frame", header: "%", ciphertext: "", sig: "" });
  assert.equal(conversation.refused, true);
});

test("a hole in the log is asked for again and refuses nothing", async () => {
  index += 1;
  await stores({ kind: "service", doc: b64(enc("varsam", "service", text("leased"), u64(NOW))) });
  assert.deepEqual([link.brokenOff, conversation.refused, conversation.log.index], [1, false, 1]);
});

test("an entry that was held and comes back changed is refused", async () => {
  await stores({ kind: "service", doc: b64(enc("varsam", "service", text("leased"), u64(NOW))) });
  index -= 1;
  await stores({ kind: "service", doc: b64(enc("varsam", "service", text("leased"), u64(NOW + 1))) });
  assert.deepEqual(conversation.alarm, { code: "unverified", step: "F4" });
});

test("a busy service gets the same bytes again, and an answer to the first request still counts", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  conversation.write("Hello");
  await settled();
  const [first] = link.appended as [Append];
  conversation.fault({ type: "error", code: "busy", remedy: "", ref: first.ref, retry_after: 1 });
  await settled();
  t.mock.timers.tick(1_000);
  await settled();
  const [, second] = link.appended as [Append, Append];
  assert.deepEqual(second.entry, first.entry);
  await acknowledges(second);
  assert.equal(conversation.thread.messages[0]?.state, "sent");
});

test("the counts come before the end, and the end is asked for once it is stored", async () => {
  conversation.write("Goodbye");
  conversation.end();
  await settled();
  assert.ok(!link.sent.some((message) => message.type === "close"));
  for (const append of link.appended) await acknowledges(append);
  assert.deepEqual(
    link.sent.filter((message) => message.type === "close").map((message) => message.type),
    ["close"],
  );
  conversation.over("closed");
  await settled();
});
