/** A counsellor's page whose service the test is: one duty key never gets a second pen (F2), and what goes on is not lost (E9). */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Asking } from "../../../../chat/browser/core/asking.ts";
import type { Case } from "../../../../chat/browser/core/case.ts";
import { byHash, type Certificate } from "../../../../chat/browser/core/chain.ts";
import { Desk } from "../../../../chat/browser/core/desk.ts";
import { b64 } from "../../../../chat/browser/core/encoding.ts";
import { writeSigned } from "../../../../chat/browser/core/entry.ts";
import type { Append, ServerMessage, SetState } from "../../../../chat/browser/core/messages.ts";
import type { Serial } from "../../../../chat/browser/core/serial.ts";
import { Standing } from "../../../../chat/browser/core/standing.ts";
import type { Readiness } from "../../../../chat/browser/core/told.ts";
import type { DeskView } from "../../../../chat/browser/core/view.ts";
import { LEASE, LooseEnd, NOW, random, settled, Waiting } from "./waiting.ts";

interface Inside {
  conversation: { serial: Serial };
  follow(): void;
}

/** The desk as a signed-in page on duty has it. */
interface OnDuty {
  standing: Standing;
  certificate: Certificate;
  duty: Waiting["amina"]["duty"];
  link: LooseEnd;
  cases: { all: Inside[] };
  serial: Serial;
  readiness: Readiness;
  received(message: ServerMessage): void;
}

let waiting: Waiting;
let desk: Desk;
let inside: OnDuty;
let link: LooseEnd;

beforeEach(async () => {
  waiting = await Waiting.begins();
  const { organisation, trust, amina } = waiting;
  const onChange = (_: DeskView) => {};
  desk = new Desk({ origin: "https://staff.example", root: "", onChange, clock: () => NOW, random });
  link = new LooseEnd();
  const standing = new Standing(trust, "https://staff.example", () => NOW);
  await standing.learn(organisation.papers(amina));
  const certificate = await trust.certificate(amina.hash, await byHash(organisation.papers(amina)), NOW);
  inside = Object.assign(desk as unknown as OnDuty, {
    standing,
    certificate,
    duty: amina.duty,
    link,
    linkState: "online" as const,
  });
});

async function isLeased(): Promise<void> {
  const { name: sid } = waiting.conversation;
  inside.received({ type: "leased", ref: 1, sid, lease: LEASE, deadline: NOW + 30 });
  await settled(inside.serial);
}

/** Nothing is being carried out in any conversation. */
async function idle(): Promise<void> {
  for (const { conversation } of inside.cases.all) await settled(conversation.serial);
}

/** Everything that stands in the log from this index on. */
async function follows(from: number): Promise<void> {
  const { name: sid } = waiting.conversation;
  for (const [at, entry] of waiting.log.entries()) {
    if (at >= from) inside.received({ type: "entry", sid, index: at + 1, at: NOW, entry });
  }
  await settled(inside.serial);
  await idle();
}

async function isLetIn(): Promise<void> {
  await isLeased();
  await waiting.says("leased");
  await follows(0);
  const [offer] = link.appended as [Append];
  await waiting.stores({ ...offer.entry, lease: LEASE } as Append["entry"]);
  await waiting.acknowledges(waiting.announced);
  await follows(2);
  assert.equal(desk.view.conversations[0]?.phase, "talking");
  link.sent.length = 0;
}

test("a visitor whom this page talks with is not taken a second time", async () => {
  await isLetIn();
  const [held] = inside.cases.all;
  await isLeased();
  assert.deepEqual(desk.view.alarm, { code: "unverified", step: "F2" });
  assert.deepEqual([inside.cases.all.length, inside.cases.all[0] === held, link.sent], [1, true, []]);
});

test("a visitor whom this page talked with is not taken again after the conversation was put away", async () => {
  await isLetIn();
  desk.dismiss(waiting.conversation.name);
  link.sent.length = 0;
  await isLeased();
  assert.deepEqual(desk.view.alarm, { code: "unverified", step: "F2" });
  assert.deepEqual([desk.view.conversations, link.sent], [[], []]);
});

test("a visitor who was given back before coming in may be taken again", async () => {
  await isLeased();
  desk.dismiss(waiting.conversation.name);
  await isLeased();
  assert.deepEqual([desk.view.alarm, desk.view.conversations.length], [null, 1]);
});

// Where the store has lost a part (E9)

const NEWS: ServerMessage = { type: "desk", waiting: [], length: 0, on_duty: ["Amina"] };

/** The visitor's page goes on under a new id, which this page is told. */
async function isContinued(): Promise<void> {
  await isLetIn();
  const { name: sid } = waiting.conversation;
  const continuation = writeSigned(await waiting.goesOn());
  inside.received({ type: "ended", sid, reason: "continued", continuation });
  await settled(inside.serial);
}

async function isLeasedAs(lease: string): Promise<void> {
  const { name: sid } = waiting.conversation;
  await waiting.says("leased");
  inside.received({ type: "leased", ref: 1, sid, lease, deadline: NOW + 30 });
  await settled(inside.serial);
}

function refuses(type: string, code: string): void {
  const [last] = asked(type).slice(-1);
  assert.ok(last, `no ${type} was asked for`);
  const { name: sid } = waiting.conversation;
  inside.received({ type: "error", ref: last.ref, sid, code, remedy: "" });
}

const asked = (type: string) => link.sent.filter((message) => message.type === type);
const SECOND = b64(new Uint8Array(32).fill(8));

test("what goes on is asked for again with all news of the queue, until it is here", async () => {
  await isContinued();
  const { name: sid } = waiting.conversation;
  for (let times = 1; times <= 3; times += 1) {
    assert.deepEqual(
      asked("take").map((message) => "sid" in message && message.sid),
      Array(times).fill(sid),
    );
    refuses("take", "queue-empty");
    inside.received(NEWS);
  }
  await isLeasedAs(LEASE);
  link.sent.length = 0;
  inside.received(NEWS);
  assert.deepEqual(asked("take"), []);
  assert.equal(desk.view.conversations[0]?.phase, "restoring");
});

test("what goes on is taken once more when the connection was lost for longer than the lease", async () => {
  await isContinued();
  await isLeasedAs(LEASE);
  await follows(0);
  refuses("follow", "not-a-member");
  await settled(inside.serial);
  assert.deepEqual(
    [desk.view.conversations[0]?.phase, desk.view.conversations[0]?.alarm],
    ["restoring", null],
  );
  inside.received(NEWS);
  assert.equal(asked("take").length, 2);
  link.sent.length = 0;
  await waiting.says("returned");
  await isLeasedAs(SECOND);
  await settled((inside.cases.all[0] as Inside).conversation.serial);
  assert.deepEqual(
    link.appended.slice(-1).map(({ entry }) => entry.kind === "offer" && entry.lease),
    [SECOND],
  );
});

test("a lease that is named twice is one", async () => {
  await isContinued();
  await isLeasedAs(LEASE);
  const [held] = inside.cases.all;
  await isLeased();
  assert.deepEqual([inside.cases.all.length, inside.cases.all[0] === held], [1, true]);
});

test("a page that cannot follow for now connects again", async () => {
  await isLetIn();
  inside.cases.all[0]?.follow();
  refuses("follow", "busy");
  assert.deepEqual([link.brokenOff, desk.view.conversations[0]?.phase], [1, "talking"]);
});

test("a page that knows of a loss says so again with all news of the queue", async () => {
  await isLetIn();
  const { name: sid } = waiting.conversation;
  inside.received({ type: "error", sid, code: "lost-entries", remedy: "" });
  for (let times = 1; times <= 3; times += 1) {
    assert.equal(asked("lost").length, times);
    refuses("lost", "busy");
    inside.received(NEWS);
  }
});

test("who waits for what is gone hears how it ended", async () => {
  await isContinued();
  inside.received({ type: "ended", sid: waiting.conversation.name, reason: "left-quickly" });
  await settled(inside.serial);
  await settled((inside.cases.all[0] as Inside).conversation.serial);
  assert.equal(desk.view.conversations[0]?.ended, "left-quickly");
  link.sent.length = 0;
  inside.received(NEWS);
  assert.deepEqual(link.sent, []);
});

test("what is continued a second time before this page was in goes on with it", async () => {
  await isContinued();
  await isLeasedAs(LEASE);
  await follows(0);
  const { name: second } = waiting.conversation;
  const continuation = writeSigned(await waiting.goesOn());
  inside.received({ type: "ended", sid: second, reason: "continued", continuation });
  await settled(inside.serial);
  const [newest] = asked("take").slice(-1);
  assert.equal(newest && "sid" in newest && newest.sid, waiting.conversation.name);
  await isLeasedAs(SECOND);
  await follows(0);
  assert.deepEqual([desk.view.conversations.length, desk.view.conversations[0]?.phase], [1, "restoring"]);
});

// Coming into a conversation of somebody else's (E6)

const SID = b64(new Uint8Array(32).fill(3));

test("who comes is told when somebody else was quicker, and nothing opens", () => {
  inside.received({ type: "asks", asks: [{ sid: SID, purpose: "handover", by: "Björn" }], colleagues: [] });
  desk.come(SID, "handover");
  assert.equal(desk.view.asked[0]?.coming, true);
  const [{ ref }] = asked("join") as unknown as [{ ref: number }];
  inside.received({ type: "error", ref, code: "wrong-moment", remedy: "" });
  assert.deepEqual([desk.view.alarm, desk.view.conversations], [{ code: "came-late" }, []]);
  assert.equal(desk.view.asked[0]?.coming, false);
});

test("an invitation that this page did not ask for opens nothing", async () => {
  inside.received({ type: "invited", ref: 9, sid: SID, index: 1 });
  await settled(inside.serial);
  assert.deepEqual([desk.view.conversations, link.sent], [[], []]);
});

test("who was in by this duty key does not read its own log anew by it", async () => {
  await isLetIn();
  desk.come(waiting.conversation.name, "handover");
  assert.deepEqual([desk.view.alarm, asked("join")], [{ code: "been-in" }, []]);
});

/** Björn has come, and offers to take over; Amina's page holds the log. */
async function comesToTakeOver() {
  const { organisation, cleo, amina } = waiting;
  const bjorn = await organisation.hires("Björn", "counsellor");
  const roster = await organisation.lists([cleo, amina, bjorn], [cleo]);
  await waiting.trusts(roster);
  await inside.standing.learn(organisation.papers(bjorn));
  const held = waiting.log.length;
  await waiting.offers(bjorn, { purpose: "handover" });
  await follows(held);
  return {
    held: waiting.log.length,
    asking: new Asking({ inside: waiting.inside, onFault: undefined, presence: {} }, () => {}),
  };
}

test("what was asked for is shown until somebody is in, and who handed over is told and closes nothing", async () => {
  await isLetIn();
  const { name: sid } = waiting.conversation;
  desk.call(sid, "handover", "Björn");
  const [{ ref }] = asked("ask") as unknown as [{ ref: number }];
  inside.received({ type: "done", ref });
  const calls = () => desk.view.conversations[0]?.calls;
  assert.deepEqual(calls(), [{ purpose: "handover", to: "Björn", came: false }]);
  const { held, asking } = await comesToTakeOver();
  assert.deepEqual(calls(), [{ purpose: "handover", to: "Björn", came: true }]);
  waiting.link.sent.length = 0;
  asking.answer(asking.view.questions[0]?.id ?? "", "all");
  await waiting.settled();
  await waiting.acknowledges(waiting.announced);
  await follows(held);
  const [over] = desk.view.conversations;
  assert.deepEqual([over?.phase, over?.alarm, over?.calls], ["refused", { code: "handed-over" }, []]);
  link.sent.length = 0;
  desk.dismiss(sid);
  assert.deepEqual(asked("close"), [], "it goes on without this page");
});

test("a no takes back what was asked for, and the counsellor stays", async () => {
  await isLetIn();
  const { name: sid } = waiting.conversation;
  desk.call(sid, "handover", null);
  const [{ ref }] = asked("ask") as unknown as [{ ref: number }];
  inside.received({ type: "done", ref });
  const { held, asking } = await comesToTakeOver();
  waiting.link.sent.length = 0;
  asking.answer(asking.view.questions[0]?.id ?? "", "no");
  await waiting.settled();
  await waiting.acknowledges(waiting.link.appended[0] as Append);
  await follows(held);
  const [open] = desk.view.conversations;
  assert.deepEqual([open?.phase, open?.calls], ["talking", []]);
  assert.equal(open?.messages.at(-1)?.text, "refused");
});

// Where the visitor has a return code (R1, R2)

test("whoever came back by a code is taken by itself as one of their own, and nothing of before goes along", async () => {
  await isLetIn();
  const key = await waiting.makesACode();
  await follows(0);
  assert.equal(desk.view.conversations[0]?.hasCode, true);
  const { name: sid } = waiting.conversation;
  const continuation = writeSigned(await waiting.comesBack(key));
  inside.received({ type: "ended", sid, reason: "continued", continuation });
  await settled(inside.serial);
  const { name: next } = waiting.conversation;
  assert.deepEqual(
    asked("take").map((message) => "sid" in message && message.sid),
    [next],
  );
  inside.received({ type: "leased", ref: 1, sid: next, lease: LEASE, deadline: NOW + 30, returned: true });
  await settled(inside.serial);
  const [old, back] = desk.view.conversations;
  assert.deepEqual([old?.ended, old?.cameBackTo], ["returned", null]);
  assert.deepEqual(
    [back?.cameBackTo, back?.recognised, back?.messages, back?.phase],
    [1, false, [], "opening"],
  );
  desk.recognise(next);
  assert.equal(desk.view.conversations[1]?.recognised, true);
  link.sent.length = 0;
  inside.received(NEWS);
  assert.deepEqual(asked("take"), []);
});

test("a word by another key than the code's brings nobody back, and is an alarm", async () => {
  await isLetIn();
  await waiting.makesACode();
  const later = await waiting.makesACode();
  await follows(0);
  const { name: sid } = waiting.conversation;
  const word = await waiting.comesBack(later);
  const continuation = writeSigned({ ...word, sig: new Uint8Array(64).fill(1) });
  inside.received({ type: "ended", sid, reason: "continued", continuation });
  await settled(inside.serial);
  assert.deepEqual(desk.view.conversations[0]?.alarm, { code: "unverified", step: "E9" });
  assert.deepEqual(asked("take"), []);
});

test("a page that is loaded again is told anew that nobody is recognised", async () => {
  const { name: sid } = waiting.conversation;
  inside.received({ type: "member", sid, index: 1, returned: true });
  await settled(inside.serial);
  const [open] = desk.view.conversations;
  assert.deepEqual([open?.phase, open?.cameBackTo, open?.recognised], ["rejoining", 0, false]);
});

test("what a person marked is known again when the page is loaded again, and the service is told of it", async () => {
  const { name: sid } = waiting.conversation;
  inside.readiness.takeUp({
    state: "finishing",
    crises: [sid, "of another"],
    recognised: [sid],
    links: [sid],
  });
  inside.received({ type: "member", sid, index: 1, returned: true });
  await settled(inside.serial);
  const [open] = desk.view.conversations;
  assert.deepEqual([open?.crisis, open?.recognised, desk.view.state], [true, true, "finishing"]);
  const said = open?.messages.map(({ text }) => text);
  assert.deepEqual(said, ["links-gone"], "nobody can vouch for them any more");
  const [told] = asked("state") as [SetState];
  assert.deepEqual([told.state, told.crises], ["finishing", [sid]]);
  const kept = inside.readiness.kept(inside.cases.all as unknown as readonly Case[]);
  assert.deepEqual(kept, {
    state: "finishing",
    crises: [sid, "of another"],
    recognised: [sid],
    links: [],
  });
  inside.received({ type: "ended", sid, reason: "closed" });
  await settled(inside.serial);
  const after = inside.readiness.kept(inside.cases.all as unknown as readonly Case[]);
  assert.deepEqual([after.crises, after.recognised], [["of another"], []]);
});

test("what is set aside leaves the screen when it is done, and not before; nothing is ended by it", async () => {
  await isLetIn();
  const { name: sid } = waiting.conversation;
  desk.setAside(sid);
  refuses("set-aside", "wrong-moment");
  assert.deepEqual([desk.view.alarm?.code, desk.view.conversations.length], ["wrong-moment", 1]);
  desk.setAside(sid);
  const [last] = asked("set-aside").slice(-1);
  inside.received({ type: "done", ref: last?.ref ?? 0 });
  assert.deepEqual([desk.view.alarm, desk.view.conversations], [null, []]);
  assert.deepEqual(asked("close"), []);
});

/** Björn is in, and Amina comes when asked: her page has read the log, and the visitor has the question. */
async function comesWhenAsked(): Promise<Asking> {
  const { organisation, cleo, amina } = waiting;
  const bjorn = await organisation.hires("Björn", "counsellor");
  await waiting.trusts(await organisation.lists([cleo, amina, bjorn], [cleo]));
  await inside.standing.learn(organisation.papers(bjorn));
  await waiting.offers(bjorn);
  await waiting.acknowledges(waiting.announced);
  waiting.link.sent.length = 0;
  const { name: sid } = waiting.conversation;
  inside.received({ type: "asks", asks: [{ sid, purpose: "handover", by: "Björn" }], colleagues: [] });
  desk.come(sid, "handover");
  inside.received({ type: "invited", ref: 1, sid, index: waiting.log.length });
  await settled(inside.serial);
  await follows(0);
  assert.equal(desk.view.conversations[0]?.phase, "asking");
  const [offer] = link.appended as [Append];
  const held = waiting.log.length;
  await waiting.stores(offer.entry);
  await follows(held);
  link.sent.length = 0;
  return new Asking({ inside: waiting.inside, onFault: undefined, presence: {} }, () => {});
}

test("who came and does not want to any more is off the screen, and a yes that comes too late is answered by leaving", async () => {
  const asking = await comesWhenAsked();
  assert.deepEqual(
    asking.view.questions.map(({ pseudonym, purpose }) => [pseudonym, purpose]),
    [["Amina", "handover"]],
  );
  desk.leaveConversation(waiting.conversation.name);
  assert.deepEqual(desk.view.conversations, []);
  await idle();
  const [taken] = link.appended as [Append];
  const held = waiting.log.length;
  asking.answer(asking.view.questions[0]?.id ?? "", "all");
  await waiting.settled();
  await waiting.acknowledges(waiting.announced);
  waiting.link.sent.length = 0;
  link.sent.length = 0;
  await follows(held);
  inside.received({ type: "error", ref: taken.ref, code: "stale-offer", remedy: "" });
  await idle();
  const [leave] = link.appended as [Append];
  assert.equal(leave.entry.kind, "frame");
  await waiting.stores(leave.entry);
  const left = waiting.log.length;
  await waiting.acknowledges(waiting.announced);
  assert.deepEqual(waiting.conversation.members, []);
  await follows(left - 1);
  assert.deepEqual(inside.cases.all, []);
});

test("what is taken back goes from the visitor's screen at once, and others may come", async () => {
  const asking = await comesWhenAsked();
  const sid = waiting.conversation.name;
  desk.leaveConversation(sid);
  await idle();
  const [taken] = link.appended as [Append];
  assert.equal(taken.entry.kind, "refuse");
  const held = waiting.log.length;
  await waiting.stores(taken.entry);
  assert.deepEqual(asking.view.questions, []);
  assert.equal(waiting.conversation.thread.messages.at(-1)?.text, "withdrawn");
  await follows(held);
  assert.deepEqual(inside.cases.all, []);
  assert.equal(asked("unask").length, 1);
});

test("the visitor's no is told to who came, and nothing is ended by putting it away", async () => {
  const asking = await comesWhenAsked();
  const held = waiting.log.length;
  asking.answer(asking.view.questions[0]?.id ?? "", "no");
  await waiting.settled();
  await waiting.acknowledges(waiting.link.appended[0] as Append);
  await follows(held);
  const [open] = desk.view.conversations;
  assert.deepEqual([open?.phase, open?.alarm], ["refused", { code: "visitor-refused" }]);
  assert.deepEqual(
    asked("unask").map((message) => "purpose" in message && message.purpose),
    ["handover"],
  );
  desk.dismiss(waiting.conversation.name);
  assert.deepEqual(asked("close"), []);
});
