/** A counsellor's page whose service the test is: one duty key never gets a second pen (F2). */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { byHash, type Certificate } from "../../../../chat/browser/core/chain.ts";
import { Desk } from "../../../../chat/browser/core/desk.ts";
import type { Append, ServerMessage } from "../../../../chat/browser/core/messages.ts";
import type { Serial } from "../../../../chat/browser/core/serial.ts";
import { Standing } from "../../../../chat/browser/core/standing.ts";
import type { DeskView } from "../../../../chat/browser/core/view.ts";
import { LEASE, LooseEnd, NOW, random, settled, Waiting } from "./waiting.ts";

/** The desk as a signed-in page on duty has it. */
interface OnDuty {
  standing: Standing;
  certificate: Certificate;
  duty: Waiting["amina"]["duty"];
  link: LooseEnd;
  cases: { conversation: { serial: Serial } }[];
  serial: Serial;
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
  inside = Object.assign(desk as unknown as OnDuty, { standing, certificate, duty: amina.duty, link });
});

async function isLeased(): Promise<void> {
  const { name: sid } = waiting.conversation;
  inside.received({ type: "leased", ref: 1, sid, lease: LEASE, deadline: NOW + 30 });
  await settled(inside.serial);
}

/** Everything that stands in the log from this index on. */
async function follows(from: number): Promise<void> {
  const { name: sid } = waiting.conversation;
  for (const [at, entry] of waiting.log.entries()) {
    if (at >= from) inside.received({ type: "entry", sid, index: at + 1, at: NOW, entry });
  }
  await settled(inside.serial);
  for (const { conversation } of inside.cases) await settled(conversation.serial);
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
  const [held] = inside.cases;
  await isLeased();
  assert.deepEqual(desk.view.alarm, { code: "unverified", step: "F2" });
  assert.deepEqual([inside.cases.length, inside.cases[0] === held, link.sent], [1, true, []]);
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
