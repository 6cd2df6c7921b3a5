/** Who comes into a conversation that has a member: nobody without the visitor's word, and only as it was given (E6, E7, E8). */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Asking, type Page } from "../../../../chat/browser/core/asking.ts";
import { dec, unb64 } from "../../../../chat/browser/core/encoding.ts";
import { parseAnnouncement } from "../../../../chat/browser/core/epochs.ts";
import type { Append } from "../../../../chat/browser/core/messages.ts";
import type { Organisation, Person } from "./organisation.ts";
import { NOW, Waiting } from "./waiting.ts";

let waiting: Waiting;
let organisation: Organisation;
let amina: Person;
let bjorn: Person;
let siv: Person;
let page: Page;
let asking: Asking;
let now: number;

beforeEach(async () => {
  waiting = await Waiting.begins();
  ({ organisation, amina } = waiting);
  bjorn = await organisation.hires("Björn", "counsellor");
  siv = await organisation.hires("Siv", "supervisor");
  await waiting.trusts(await organisation.lists([waiting.cleo, amina, bjorn, siv], [waiting.cleo]));
  await waiting.letsIn(amina);
  now = NOW;
  page = { inside: { ...waiting.inside, now: () => now }, onFault: undefined, presence: {} };
  asking = new Asking(page, () => {});
});

const names = () => waiting.conversation.members.map(({ pseudonym }) => pseudonym);
const asked = () => asking.view.questions.map(({ pseudonym, purpose }) => `${pseudonym}: ${purpose}`);

async function says(answer: "all" | "from-now" | "no"): Promise<void> {
  const [question] = asking.view.questions;
  assert.ok(question, "nobody asks");
  asking.answer(question.id, answer);
  await waiting.settled();
}

async function announced() {
  const { entry } = waiting.announced;
  assert.ok(entry.kind === "announcement");
  return parseAnnouncement("varsam", unb64(entry.doc));
}

test("who takes over is asked about, and comes in the counsellor's place with all that was said", async () => {
  await waiting.offers(bjorn, { purpose: "handover" });
  assert.deepEqual([asked(), waiting.link.appended], [["Björn: handover"], []]);
  await says("all");
  const { members } = await announced();
  assert.deepEqual(
    members.map(({ pseudonym, historyFrom }) => [pseudonym, historyFrom]),
    [["Björn", 0]],
  );
  assert.deepEqual(names(), ["Amina"], "until it stands, the counsellor before stays listed");
  await waiting.acknowledges(waiting.announced);
  assert.deepEqual([names(), asked()], [["Björn"], []]);
});

test("a yes without what was said before begins with the next epoch, and who was there stays", async () => {
  await waiting.offers(siv, { purpose: "supervise" });
  await says("from-now");
  const { epoch, members } = await announced();
  assert.deepEqual(
    members.map(({ pseudonym, historyFrom }) => [pseudonym, historyFrom]),
    [
      ["Amina", 0],
      ["Siv", epoch],
    ],
  );
});

test("a no stands in the log, signed, and lets nobody in", async () => {
  await waiting.offers(siv, { purpose: "supervise" });
  await says("no");
  const [refusal] = waiting.link.appended as [Append];
  assert.ok(refusal.entry.kind === "refuse");
  assert.equal(dec("varsam", "refuse", unb64(refusal.entry.doc), 1).length, 1);
  assert.deepEqual(asked(), [], "nothing can be answered while an answer is under way");
  await waiting.acknowledges(refusal);
  assert.deepEqual([names(), asked()], [["Amina"], []]);
  const { messages } = waiting.conversation.thread;
  assert.equal(messages.at(-1)?.text, "refused");
});

test("of two who ask at once one is answered, and the other asks again over what stands then", async () => {
  await waiting.offers(siv, { purpose: "supervise" });
  await waiting.offers(bjorn, { purpose: "handover" });
  assert.deepEqual(asked(), ["Siv: supervise", "Björn: handover"]);
  await says("all");
  await waiting.acknowledges(waiting.announced);
  assert.deepEqual([names(), asked()], [["Amina", "Siv"], []]);
  await waiting.offers(bjorn, { purpose: "handover" });
  assert.deepEqual(asked(), ["Björn: handover"]);
});

test("the same question asked again takes the place of the one before", async () => {
  await waiting.offers(siv, { purpose: "supervise", expiry: NOW + 20 });
  const [before] = asking.view.questions;
  await waiting.offers(siv, { purpose: "supervise", expiry: NOW + 110 });
  const [after, ...others] = asking.view.questions;
  assert.deepEqual([after?.id, after?.until, others], [before?.id, NOW + 110, []]);
});

test("a question that has expired cannot be answered any more, and it is said", async () => {
  await waiting.offers(siv, { purpose: "supervise", expiry: NOW + 20 });
  const [question] = asking.view.questions;
  now = NOW + 20;
  assert.deepEqual(asked(), []);
  asking.answer(question?.id ?? "", "all");
  await waiting.settled();
  assert.deepEqual([waiting.link.appended, asking.view.late], [[], true]);
});

test("a refusal that comes too late is said, and the question is gone", async () => {
  await waiting.offers(siv, { purpose: "supervise" });
  await says("no");
  const [{ ref }] = waiting.link.appended as [Append];
  waiting.conversation.fault({ type: "error", code: "stale-offer", remedy: "", ref });
  await waiting.settled();
  assert.equal(asking.view.late, true);
});

test("a supervisor cannot take over, and nobody asks in an expired word", async () => {
  await waiting.offers(siv, { purpose: "handover" });
  await waiting.offers(siv, { purpose: "supervise", expiry: NOW - 4_000 });
  assert.deepEqual([asked(), waiting.link.appended], [[], []]);
  assert.deepEqual(waiting.alarms, [
    { code: "unverified", step: "E5" },
    { code: "unverified", step: "E5" },
  ]);
});

test("who says that they leave is left out by the next epoch", async () => {
  await waiting.offers(siv, { purpose: "supervise" });
  await says("all");
  const { announced: first } = waiting;
  await waiting.acknowledges(first);
  waiting.link.sent.length = 0;
  await waiting.writes(siv, "leave");
  const { members } = await announced();
  assert.deepEqual(
    members.map(({ pseudonym }) => pseudonym),
    ["Amina"],
  );
  await waiting.acknowledges(waiting.announced);
  assert.deepEqual(names(), ["Amina"]);
});

test("somebody else is asked for once, and a refusal of that is said", async () => {
  asking.callAnother();
  asking.callAnother();
  const calls = waiting.link.sent.filter(({ type }) => type === "ask");
  assert.equal(calls.length, 1);
  assert.equal(asking.view.calling, true);
  const [call] = calls;
  const ref = call && "ref" in call ? call.ref : 0;
  page.onFault?.({ type: "error", ref, code: "wrong-moment", remedy: "" });
  assert.deepEqual([asking.view.calling, waiting.alarms], [false, [{ code: "wrong-moment" }]]);
});
