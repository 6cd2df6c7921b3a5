/** A visitor's page with a return code, whose service the test is: when it is over, what it says, and what it keeps (R2, Trace 6). */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { b64 } from "../../../../chat/browser/core/encoding.ts";
import type { ServerMessage } from "../../../../chat/browser/core/messages.ts";
import type { Serial } from "../../../../chat/browser/core/serial.ts";
import { Visitor } from "../../../../chat/browser/core/visitor.ts";
import { NOW, random, settled, Waiting } from "./waiting.ts";

const WORD = { doc: "", sig: "" };

let waiting: Waiting;
let visitor: Visitor;
let inside: { received(message: ServerMessage): void; serial: Serial };
let beacons: string[];

beforeEach(async () => {
  waiting = await Waiting.begins();
  await waiting.letsIn(waiting.amina);
  beacons = [];
  visitor = new Visitor({
    origin: "https://chat.example",
    root: "",
    language: "sv",
    onChange() {},
    beacon: (url) => beacons.push(url) > 0,
    clock: () => NOW,
    random,
  });
  const { conversation, link } = waiting;
  const keys = { sid: conversation.name, leaveToken: b64(random(32)) };
  Object.assign(visitor, { conversation, link, keys, phase: "open", started: true });
  inside = visitor as unknown as typeof inside;
});

/** Whether the word that comes is known as that of who came back. */
function hasACode(knows: boolean): void {
  visitor.returns = { knows: async () => knows };
}

async function isEnded(reason: string): Promise<void> {
  const { name: sid } = waiting.conversation;
  inside.received({ type: "ended", sid, reason, continuation: WORD } as ServerMessage);
  await settled(inside.serial);
}

/** Nothing of the conversation can be read here any more. */
function isWiped(): void {
  const { log, thread } = waiting.conversation;
  assert.deepEqual(
    [visitor.conversation, visitor.keys, log.secrets.size, thread.messages],
    [null, null, 0, []],
  );
}

test("out of sight for too long, keys are gone, the service is told, and the code counts", () => {
  hasACode(true);
  visitor.expire();
  isWiped();
  assert.equal(visitor.view.ended, "kept");
  assert.deepEqual(beacons, ["https://chat.example/v1/leave"]);
});

test("without a code the same is the end", () => {
  visitor.expire();
  assert.equal(visitor.view.ended, "unseen");
});

test("where somebody came back by the code, this page says so and keeps nothing", async () => {
  hasACode(true);
  await isEnded("continued");
  assert.equal(visitor.view.ended, "elsewhere");
  isWiped();
});

test("a word that is not known says nothing about anybody, and this page keeps nothing all the same", async () => {
  hasACode(false);
  await isEnded("continued");
  assert.equal(visitor.view.ended, "unknown");
  isWiped();
});

test("a page that made no code and is continued does not say that anybody came back", async () => {
  await isEnded("continued");
  assert.equal(visitor.view.ended, "unknown");
});

test("a page whose time is over says that the code counts, where there is one", async () => {
  hasACode(true);
  await isEnded("time");
  assert.equal(visitor.view.ended, "kept");
});

test("what was ended by somebody is over, code or not", async () => {
  hasACode(true);
  await isEnded("closed");
  assert.equal(visitor.view.ended, "closed");
});
