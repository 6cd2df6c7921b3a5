/** The link comes back by itself, without all coming back at once, and a dead one is found in time (S2, Talk 4). */

import assert from "node:assert/strict";
import { beforeEach, type TestContext, test } from "node:test";
import {
  begins,
  LooseSocket,
  link,
  messages,
  newest,
  passes,
  refusals,
  states,
  WELCOME,
  waitsForTheNext,
  wakes,
} from "./linking.ts";

const FOUND_WITHIN_MS = 25_000;

beforeEach((context) => begins(context as TestContext));

test("a lost link comes back with growing, random pauses between 0.3 s and 10 s", (t) => {
  for (const [chance, expected] of [
    [0, [300, 300, 300, 300, 300, 300, 300, 300]],
    [0.999999, [600, 1_200, 2_400, 4_800, 9_600, 10_000, 10_000, 10_000]],
  ] as const) {
    t.mock.method(Math, "random", () => chance);
    newest().hears(WELCOME);
    t.mock.timers.tick(6_000);
    const pauses = expected.map(() => {
      newest().dies();
      return waitsForTheNext(t);
    });
    assert.deepEqual(pauses, expected);
  }
});

test("what was welcomed and dies at once does not come back any faster", (t) => {
  t.mock.method(Math, "random", () => 0.999999);
  const pauses = [0, 1, 2].map(() => {
    newest().hears(WELCOME);
    newest().dies();
    return waitsForTheNext(t);
  });
  assert.deepEqual(pauses, [600, 1_200, 2_400]);
});

test("waking, a network, and coming back to the screen try at once", (t) => {
  t.mock.method(Math, "random", () => 0.999999);
  for (let death = 0; death < 6; death += 1) {
    newest().dies();
    waitsForTheNext(t);
  }
  newest().dies();
  const count = LooseSocket.made.length;
  t.mock.timers.tick(1_000);
  wakes();
  assert.equal(LooseSocket.made.length, count + 1);
  newest().dies();
  assert.equal(waitsForTheNext(t), 600, "and the pauses begin anew");
});

test("one waking that is told three times is one attempt", (t) => {
  newest().dies();
  t.mock.timers.tick(100);
  for (let event = 0; event < 3; event += 1) {
    wakes();
    newest().dies();
  }
  assert.equal(LooseSocket.made.length, 2);
});

test("on waking a link that seems open is asked whether it is", (t) => {
  newest().hears(WELCOME);
  t.mock.timers.tick(5_000);
  assert.equal(newest().pings, 0);
  wakes();
  assert.equal(newest().pings, 1);
  const asleep = newest();
  t.mock.timers.tick(8_000);
  assert.equal(asleep.closed, true);
  assert.equal(states.at(-1), "offline");
});

test("a half-open socket is found within 25 seconds", (t) => {
  newest().hears(WELCOME);
  const halfOpen = newest();
  passes(t, 19_990);
  assert.deepEqual([halfOpen.closed, states.at(-1)], [false, "online"]);
  passes(t, FOUND_WITHIN_MS - 19_990);
  assert.deepEqual([halfOpen.closed, halfOpen.pings, states.includes("offline")], [true, 1, true]);
});

test("as long as anything comes, nothing is asked", (t) => {
  newest().hears(WELCOME);
  for (let second = 0; second < 60; second += 10) {
    t.mock.timers.tick(10_000);
    newest().hears({ type: "presence", sid: "s", visitor: true, counsellors: 1 });
  }
  assert.equal(newest().pings, 0);
});

test("an answered ping keeps the link, and is no message", (t) => {
  newest().hears(WELCOME);
  for (let minute = 0; minute < 5; minute += 1) {
    t.mock.timers.tick(12_000);
    newest().hears({ type: "pong", ref: minute });
  }
  assert.equal(newest().pings, 5);
  assert.deepEqual([states, messages.length], [["online"], 1]);
});

test("a socket that opens and is never welcomed is given up", (t) => {
  t.mock.timers.tick(9_999);
  assert.equal(newest().closed, false);
  t.mock.timers.tick(1);
  assert.equal(newest().closed, true);
});

test("what a socket says after it was given up is not heard", (t) => {
  newest().hears(WELCOME);
  const old = newest();
  link.again();
  waitsForTheNext(t);
  old.hears({ type: "ended", sid: "s", reason: "closed" });
  old.dies(4401);
  assert.deepEqual([messages.length, refusals], [1, 0]);
});

test("what is no message gives the socket up", (t) => {
  for (const data of [
    "{",
    "[]",
    '"text"',
    new ArrayBuffer(4),
    JSON.stringify({ type: "x".repeat(70_000) }),
  ]) {
    const socket = newest();
    socket.onmessage?.({ data });
    assert.equal(socket.closed, true);
    waitsForTheNext(t);
  }
});

test("where the service does not want this page no other attempt is made", (t) => {
  newest().hears(WELCOME);
  newest().dies(4401);
  assert.equal(refusals, 1);
  wakes();
  assert.ok(Number.isNaN(waitsForTheNext(t)));
});

test("a link that was closed stays closed", (t) => {
  newest().hears(WELCOME);
  link.close();
  assert.equal(newest().closed, true);
  wakes();
  link.open();
  assert.ok(Number.isNaN(waitsForTheNext(t)));
});

test("without a link nothing is kept, and that is said", () => {
  const ping = { type: "ping", ref: 1 } as const;
  assert.equal(link.send(ping), false);
  newest().hears(WELCOME);
  assert.equal(link.send(ping), true);
  newest().dies();
  assert.equal(link.send(ping), false);
});
