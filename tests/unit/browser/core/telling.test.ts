/** A visitor's page that tells something else than at the start, whose service the test is (Before 7, 8). */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { ServerMessage, Told } from "../../../../chat/browser/core/messages.ts";
import { Visitor } from "../../../../chat/browser/core/visitor.ts";
import { NOW, random, Waiting } from "./waiting.ts";

const DANGER: Told = { triage: ["danger"] };

let waiting: Waiting;
let visitor: Visitor;
let inside: { received(message: ServerMessage): void; resume(): void; startMessage: object };

beforeEach(async () => {
  waiting = await Waiting.begins();
  visitor = new Visitor({
    origin: "https://chat.example",
    root: "",
    language: "sv",
    onChange() {},
    clock: () => NOW,
    random,
  });
  const { conversation, link } = waiting;
  const startMessage = { type: "start", ref: 1 };
  const keys = { sid: conversation.name, capability: "c" };
  Object.assign(visitor, { conversation, link, keys, startMessage, phase: "open", started: true });
  inside = visitor as unknown as typeof inside;
});

function told() {
  return waiting.link.sent.flatMap((message) => (message.type === "tell" ? [message] : []));
}

test("what is told while waiting is sent, and again on every connection, since an answer may have been lost", () => {
  inside.resume();
  assert.deepEqual(told(), [], "nothing was told anew");
  visitor.tell(DANGER);
  inside.resume();
  assert.deepEqual(
    told().map(({ sid, told }) => [sid, told]),
    Array(2).fill([waiting.conversation.name, DANGER]),
  );
  assert.deepEqual(
    inside.startMessage,
    { type: "start", ref: 1, told: DANGER },
    "what continues this one says it too",
  );
});

test("what is told before the start has come is sent with it, and once it has", () => {
  Object.assign(visitor, { started: false });
  visitor.tell(DANGER);
  assert.deepEqual(told(), []);
  Object.assign(visitor, { started: true });
  inside.resume();
  assert.equal(told().length, 1);
});

test("a service that is busy is told again", ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  visitor.tell(DANGER);
  const ref = told()[0]?.ref ?? 0;
  inside.received({ type: "error", code: "busy", remedy: "", ref });
  mock.timers.tick(1_000);
  assert.equal(told().length, 2);
});

test("once somebody is in nothing more is told", async () => {
  await waiting.letsIn(waiting.amina);
  visitor.tell(DANGER);
  assert.deepEqual(told(), []);
});
