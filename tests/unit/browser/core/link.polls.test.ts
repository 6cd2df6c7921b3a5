/** Where sockets do not come through a page polls, and goes back to sockets when they do (S7). */

import assert from "node:assert/strict";
import { beforeEach, type TestContext, test } from "node:test";
import {
  begins,
  connectsAnew,
  LooseSocket,
  link,
  messages,
  newest,
  passes,
  states,
  WELCOME,
  waitsForTheNext,
  wakes,
} from "./linking.ts";

beforeEach((context) => begins(context as TestContext));

async function settles(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

/** Every request that polls, and the answer it gets: "welcome", or none. */
function polls(t: TestContext, works: boolean): { count: number } {
  const asked = { count: 0 };
  t.mock.method(globalThis, "fetch", async (_: string, { signal }: RequestInit) => {
    asked.count += 1;
    if (!works) throw new TypeError("network");
    const said = (...messages: object[]) => new Response(JSON.stringify({ messages, known: {} }));
    if (asked.count === 1) return said(WELCOME);
    return new Promise((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason));
      setTimeout(() => resolve(said()), 10_000);
    });
  });
  return asked;
}

test("where no socket ever came through polling is tried after the first", async (t) => {
  const asked = polls(t, true);
  connectsAnew("https://chat.example/v1/visitor/poll");
  newest().dies();
  passes(t, 600);
  await settles();
  assert.deepEqual([LooseSocket.made.length, asked.count, states.at(-1)], [1, 1, "online"]);
});

test("a socket that hangs and never came through is not waited for long", async (t) => {
  const asked = polls(t, true);
  connectsAnew("https://chat.example/v1/visitor/poll");
  passes(t, 5_600);
  await settles();
  assert.deepEqual([newest().closed, asked.count], [true, 1]);
});

test("sockets that came through once are given up when three in a row died young", async (t) => {
  const asked = polls(t, true);
  connectsAnew("https://chat.example/v1/visitor/poll");
  newest().hears(WELCOME);
  t.mock.timers.tick(31_000);
  newest().dies();
  for (let death = 0; death < 3; death += 1) {
    passes(t, 10_000);
    assert.deepEqual([LooseSocket.made.length, asked.count], [death + 2, 0]);
    newest().dies();
  }
  passes(t, 10_000);
  await settles();
  assert.deepEqual([LooseSocket.made.length, asked.count], [4, 1]);
});

test("where both ways fail they take turns", async (t) => {
  const asked = polls(t, false);
  connectsAnew("https://chat.example/v1/visitor/poll");
  for (let round = 1; round <= 3; round += 1) {
    assert.deepEqual([LooseSocket.made.length, asked.count], [round, round - 1]);
    newest().dies();
    passes(t, 10_000);
    await settles();
    assert.equal(asked.count, round);
    waitsForTheNext(t);
  }
});

/** A page that polls, after its one socket died. */
async function isPolling(t: TestContext): Promise<{ count: number }> {
  const asked = polls(t, true);
  connectsAnew("https://chat.example/v1/visitor/poll");
  newest().dies();
  passes(t, 600);
  await settles();
  states.length = 0;
  return asked;
}

test("a page that polls goes back to sockets when it wakes and one is welcomed", async (t) => {
  const asked = await isPolling(t);
  t.mock.timers.tick(2_000);
  wakes();
  assert.deepEqual([LooseSocket.made.length, messages.length], [2, 1]);
  assert.equal(link.send({ type: "ping", ref: 1 }), true, "polling goes on until then");
  await settles();
  const before = asked.count;
  newest().hears(WELCOME);
  assert.deepEqual([messages.map(({ type }) => type), states], [["welcome", "welcome"], ["online"]]);
  link.send({ type: "ping", ref: 2 });
  assert.equal(newest().pings, 1);
  passes(t, 3_000);
  await settles();
  assert.equal(asked.count, before, "nothing is polled any more");
});

test("a page that polls tries a socket every few minutes, and loses nothing where there is none", async (t) => {
  await isPolling(t);
  for (let trial = 2; trial <= 3; trial += 1) {
    assert.equal(LooseSocket.made.length, trial - 1);
    for (let second = 0; second < 310; second += 1) {
      t.mock.timers.tick(1_000);
      await settles();
    }
    assert.equal(LooseSocket.made.length, trial);
    assert.equal(newest().closed, true, "it was not welcomed in time");
  }
  assert.deepEqual(states, [], "polling has gone on");
});

test("a socket that came back and dies young is not waited for a second time", async (t) => {
  const asked = await isPolling(t);
  t.mock.timers.tick(2_000);
  wakes();
  newest().hears(WELCOME);
  const before = asked.count;
  newest().dies();
  passes(t, 10_000);
  await settles();
  assert.deepEqual([LooseSocket.made.length, asked.count > before], [2, true]);
});

test("a page that is closed tries no socket", async (t) => {
  await isPolling(t);
  t.mock.timers.tick(2_000);
  wakes();
  link.close();
  assert.equal(newest().closed, true);
  passes(t, 400_000);
  assert.equal(LooseSocket.made.length, 2);
});

test("a counsellor's page has no other way", async (t) => {
  const asked = polls(t, true);
  connectsAnew();
  for (let death = 0; death < 5; death += 1) {
    newest().dies();
    passes(t, 10_000);
    await settles();
  }
  assert.deepEqual([LooseSocket.made.length, asked.count], [6, 0]);
});
