/** Who is let in, who is left out, and what is refused, on a visitor's page that holds a real log (E4, E5, F4, K4). */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { Admission } from "../../../../chat/browser/core/admission.ts";
import type { SignedBytes } from "../../../../chat/browser/core/chain.ts";
import type { Conversation } from "../../../../chat/browser/core/conversation.ts";
import { unb64 } from "../../../../chat/browser/core/encoding.ts";
import { parseAnnouncement } from "../../../../chat/browser/core/epochs.ts";
import { parseHeader } from "../../../../chat/browser/core/frames.ts";
import type { AnyEntry, Append } from "../../../../chat/browser/core/messages.ts";
import type { Trust } from "../../../../chat/browser/core/trust.ts";
import type { ErrorView } from "../../../../chat/browser/core/view.ts";
import type { Organisation, Person } from "./organisation.ts";
import { LEASE, type LooseEnd, NOW, random, says, Waiting } from "./waiting.ts";

let waiting: Waiting;
let organisation: Organisation;
let cleo: Person;
let amina: Person;
let trust: Trust;
let link: LooseEnd;
let conversation: Conversation;
let admission: Admission;
let alarms: ErrorView[];

beforeEach(async () => {
  waiting = await Waiting.begins();
  ({ organisation, cleo, amina, trust, link, conversation, admission, alarms } = waiting);
});

test("a counsellor on the roster is let in under the lease that stands beside the offer", async () => {
  await waiting.offers(amina);
  const { entry } = waiting.announced;
  assert.ok(entry.kind === "announcement");
  assert.equal(entry.lease, LEASE);
  assert.deepEqual(conversation.members, []);
  await waiting.acknowledges(waiting.announced);
  assert.deepEqual(conversation.members, [
    { pseudonym: "Amina", role: "counsellor", joining: true, me: false },
  ]);
});

test("an offer with another's signature lets nobody in and is told", async () => {
  await waiting.offers(amina, { sig: random(64) });
  assert.deepEqual(link.appended, []);
  assert.deepEqual(alarms, [{ code: "unverified", step: "E5" }]);
  assert.equal(conversation.refused, false);
});

test("an offer that expired lets nobody in", async () => {
  await waiting.offers(amina, { expiry: NOW - 3_601 });
  assert.deepEqual(link.appended, []);
  assert.deepEqual(alarms, [{ code: "unverified", step: "E5" }]);
});

test("an interpreter cannot accept a visitor", async () => {
  const farah = await organisation.hires("Farah", "interpreter");
  await waiting.trusts(await organisation.lists([cleo, amina, farah], [cleo]));
  await waiting.offers(farah);
  assert.deepEqual(link.appended, []);
  assert.deepEqual(alarms, [{ code: "unverified", step: "E5" }]);
});

test("who is on no roster is nobody", async () => {
  await waiting.offers(await organisation.hires("Nobody", "counsellor"));
  assert.deepEqual(link.appended, []);
  assert.deepEqual(alarms, [{ code: "unverified", step: "K4" }]);
});

test("who is revoked is nobody", async () => {
  await waiting.trusts(organisation.rosters[0] as SignedBytes, [amina]);
  await waiting.offers(amina);
  assert.deepEqual(link.appended, []);
  assert.deepEqual(alarms, [{ code: "unverified", step: "K4" }]);
});

test("an offer under a roster that has not come here yet waits for it", async () => {
  const bjorn = await organisation.hires("Björn", "counsellor");
  const roster = await organisation.lists([cleo, amina, bjorn], [cleo]);
  await waiting.offers(bjorn);
  assert.deepEqual([link.appended, alarms], [[], []]);
  await waiting.trusts(roster);
  admission.refreshed();
  await waiting.settled();
  await waiting.acknowledges(waiting.announced);
  assert.equal(conversation.members[0]?.pseudonym, "Björn");
});

test("once somebody was in, nobody else comes in unasked", async () => {
  const bjorn = await organisation.hires("Björn", "counsellor");
  await waiting.trusts(await organisation.lists([cleo, amina, bjorn], [cleo]));
  await waiting.letsIn(amina);
  await waiting.offers(bjorn);
  assert.deepEqual(link.appended, []);
});

test("a member who is revoked reads nothing from the next entry on", async () => {
  await waiting.letsIn(amina);
  await waiting.trusts(organisation.rosters[0] as SignedBytes, [amina]);
  admission.refreshed();
  await waiting.settled();
  const { entry } = waiting.announced;
  assert.ok(entry.kind === "announcement");
  const { epoch, members } = await parseAnnouncement("varsam", unb64(entry.doc));
  assert.deepEqual([epoch, members, entry.wraps, entry.lease], [2, [], [], undefined]);
  conversation.write("Only to myself.");
  await waiting.settled();
  assert.equal(link.appended.length, 1);
  await waiting.acknowledges(waiting.announced);
  assert.deepEqual(conversation.members, []);
});

test("a lost lease lets nobody in, and what is written stays in the epoch that stands", async () => {
  await waiting.offers(amina);
  const { ref } = waiting.announced;
  conversation.write("Is anybody there?");
  await waiting.settled();
  conversation.fault({ type: "error", code: "lease-lost", remedy: "", ref });
  await waiting.settled();
  const frame = link.appended.at(-1)?.entry;
  assert.ok(frame?.kind === "frame");
  assert.equal(parseHeader("varsam", unb64(frame.header)).epoch, 0);
  assert.deepEqual([conversation.members, alarms], [[], []]);
});

test("two who offer at once are never both sealed to, and the second is answered after the first", async () => {
  const bjorn = await organisation.hires("Björn", "counsellor");
  await waiting.trusts(await organisation.lists([cleo, amina, bjorn], [cleo]));
  await waiting.offers(amina);
  await waiting.offers(bjorn);
  assert.equal(link.appended.length, 1);
  conversation.fault({ type: "error", code: "lease-lost", remedy: "", ref: waiting.announced.ref });
  await waiting.settled();
  assert.equal(link.appended.length, 2);
  await waiting.acknowledges(link.appended[1] as Append);
  assert.equal(conversation.members[0]?.pseudonym, "Björn");
});

test("whoever was sealed to and did not come in is told of", async () => {
  await waiting.offers(amina);
  conversation.fault({ type: "error", code: "lease-lost", remedy: "", ref: waiting.announced.ref });
  await waiting.settled();
  assert.equal(conversation.thread.messages.at(-1)?.text, "not-let-in");
});

test("one who is revoked while being let in gets nothing", async () => {
  const { staff } = trust;
  trust.staff = async (...given) => {
    const verified = await staff.apply(trust, given);
    await waiting.trusts(organisation.rosters[0] as SignedBytes, [amina]);
    return verified;
  };
  await waiting.offers(amina);
  assert.deepEqual([link.appended, alarms], [[], [{ code: "unverified", step: "K4" }]]);
});

test("one who is revoked before the announcement is stored is sealed nothing more", async () => {
  await waiting.offers(amina);
  const admitting = waiting.announced;
  await waiting.trusts(organisation.rosters[0] as SignedBytes, [amina]);
  admission.refreshed();
  conversation.write("Not for Amina.");
  await waiting.settled();
  link.sent.length = 0;
  await waiting.acknowledges(admitting);
  assert.deepEqual(
    link.appended.map(({ entry }) => entry.kind),
    ["announcement"],
  );
});

test("a service that keeps a revoked member in ends the conversation on this page", async () => {
  await waiting.letsIn(amina);
  await waiting.trusts(organisation.rosters[0] as SignedBytes, [amina]);
  admission.refreshed();
  await waiting.settled();
  conversation.fault({ type: "error", code: "full", remedy: "", ref: waiting.announced.ref });
  await waiting.settled();
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
  await waiting.says("leased");
  assert.deepEqual([log.index, log.secrets.size, thread.messages], [2, 0, []]);
});

test("an announcement that this page did not make ends everything at once", async () => {
  await waiting.offers(amina);
  const { entry } = waiting.announced;
  conversation.fault({ type: "error", code: "lease-lost", remedy: "", ref: waiting.announced.ref });
  await waiting.settled();
  await waiting.stores(entry);
  assert.equal(conversation.refused, true);
  assert.deepEqual(conversation.alarm, { code: "unverified", step: "E1" });
});

test("an alarm stands through a repeat of the newest announcement and through the next", async () => {
  await waiting.letsIn(amina);
  conversation.alarm = { code: "unverified", step: "E5" };
  await waiting.stores(waiting.log[2] as AnyEntry);
  assert.deepEqual([conversation.log.index, conversation.alarm?.step], [4, "E5"]);
  await waiting.trusts(organisation.rosters[0] as SignedBytes, [amina]);
  admission.refreshed();
  await waiting.settled();
  await waiting.acknowledges(waiting.announced);
  assert.deepEqual([conversation.members, conversation.alarm], [[], { code: "unverified", step: "E5" }]);
});

test("words that the service never says are refused, and nothing is sent after that", async () => {
  await waiting.says("trust me");
  assert.deepEqual(conversation.alarm, { code: "unverified", step: "F6" });
  assert.throws(() => conversation.write("Hello?"));
  assert.deepEqual(link.sent, []);
});

test("an entry that is no entry is refused", async () => {
  await waiting.stores({ kind: "frame", header: "%", ciphertext: "", sig: "" });
  assert.equal(conversation.refused, true);
});

test("a hole in the log is asked for again and refuses nothing", async () => {
  await waiting.gets(says("leased"), 3);
  assert.deepEqual([link.brokenOff, conversation.refused, conversation.log.index], [1, false, 1]);
});

test("an entry that was held and comes back changed is lost: nothing more is taken, and it is no alarm", async () => {
  await waiting.says("leased");
  await waiting.gets(says("leased", NOW + 1), 2);
  await waiting.gets(says("leased", NOW + 2), 3);
  assert.deepEqual([waiting.losses, conversation.lost, conversation.alarm], [[2], true, null]);
  assert.equal(conversation.log.index, 2);
});

test("an answer that puts this page's own words where something else is held says that the store lost that", async () => {
  conversation.write("Hello");
  await waiting.settled();
  const [first] = link.appended as [Append];
  await waiting.says("leased");
  conversation.acked({ type: "ack", ref: first.ref, sid: first.sid, index: 2, at: NOW });
  await waiting.settled();
  assert.deepEqual([waiting.losses, conversation.alarm], [[2], null]);
});

for (const [code, lost] of [
  ["lost-entries", true],
  ["gap", true],
  ["busy", false],
] as const) {
  test(`the first words of all refused as ${code}: ${lost ? "the store has lost something" : "sent again"}`, async () => {
    conversation.write("Hello");
    await waiting.settled();
    const [first] = link.appended as [Append];
    conversation.fault({ type: "error", code, remedy: "", ref: first.ref });
    await waiting.settled();
    assert.deepEqual([conversation.lost, conversation.alarm], [lost, null]);
  });
}

test("what was under way as it ended waits for the word of how it ended, and is no alarm", async () => {
  conversation.write("Hello");
  await waiting.settled();
  const [first] = link.appended as [Append];
  conversation.fault({ type: "error", code: "unknown-conversation", remedy: "", ref: first.ref });
  await waiting.settled();
  assert.deepEqual([conversation.alarm, link.appended.length], [null, 1]);
  conversation.relinked();
  await waiting.settled();
  assert.deepEqual(link.appended[1]?.entry, first.entry);
});

test("a busy service gets the same bytes again, and an answer to the first request still counts", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  conversation.write("Hello");
  await waiting.settled();
  const [first] = link.appended as [Append];
  conversation.fault({ type: "error", code: "busy", remedy: "", ref: first.ref, retry_after: 1 });
  await waiting.settled();
  t.mock.timers.tick(1_000);
  await waiting.settled();
  const [, second] = link.appended as [Append, Append];
  assert.deepEqual(second.entry, first.entry);
  await waiting.acknowledges(second);
  assert.equal(conversation.thread.messages[0]?.state, "sent");
});

test("the counts come before the end, and the end is asked for once it is stored", async () => {
  conversation.write("Goodbye");
  conversation.end();
  await waiting.settled();
  assert.ok(!link.sent.some((message) => message.type === "close"));
  for (const append of link.appended) await waiting.acknowledges(append);
  assert.deepEqual(
    link.sent.filter((message) => message.type === "close").map((message) => message.type),
    ["close"],
  );
  conversation.over("closed");
  await waiting.settled();
});
