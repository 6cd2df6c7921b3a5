/** The link comes back by itself, without all coming back at once, and a dead one is found in time (S2, Talk 4). */

import assert from "node:assert/strict";
import { beforeEach, type TestContext, test } from "node:test";
import { Link } from "../../../../chat/browser/core/link.ts";
import type { ServerMessage } from "../../../../chat/browser/core/messages.ts";

const WELCOME = { type: "welcome", now: 1, realm: "varsam", root: "r" };
const FOUND_WITHIN_MS = 25_000;

/** The browser's WebSocket, whose other end the test is. */
class LooseSocket {
  static readonly OPEN = 1;
  static made: LooseSocket[] = [];
  readyState = 0;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: string[] = [];
  closed = false;

  constructor(
    readonly url: string,
    readonly protocol: string,
  ) {
    LooseSocket.made.push(this);
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.closed = true;
  }

  hears(message: object): void {
    this.readyState = LooseSocket.OPEN;
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  dies(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  get pings(): number {
    return this.sent.filter((text) => JSON.parse(text).type === "ping").length;
  }
}

let states: string[];
let messages: ServerMessage[];
let refusals: number;
let wakes: () => void;
let link: Link;
let connects: (poll?: string) => void;

beforeEach((context) => {
  const t = context as TestContext;
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_800_000_000_000 });
  t.mock.property(globalThis, "WebSocket", LooseSocket as unknown as typeof WebSocket);
  LooseSocket.made = [];
  [states, messages, refusals] = [[], [], 0];
  const events = {
    message: (message: ServerMessage) => messages.push(message),
    state: (state: string) => states.push(state),
    refused: () => {
      refusals += 1;
    },
  };
  wakes = () => assert.fail("nobody listens for waking");
  connects = (poll = "") => {
    LooseSocket.made = [];
    const onWake = (awake: () => void) => {
      wakes = awake;
      return () => {
        wakes = () => {};
      };
    };
    link = new Link("wss://chat.example/v1/visitor", events, onWake, poll);
    link.open();
  };
  connects();
});

/** Instead of the link that has begun. */
function connectsAnew(poll = ""): void {
  link.close();
  connects(poll);
}

function newest(): LooseSocket {
  return LooseSocket.made.at(-1) as LooseSocket;
}

/** In small steps: what a timer sets counts from its own time. */
function passes(t: TestContext, ms: number): void {
  for (let passed = 0; passed < ms; passed += 10) t.mock.timers.tick(10);
}

/** How long it takes until the next attempt; NaN: none in a minute. */
function waitsForTheNext(t: TestContext): number {
  const count = LooseSocket.made.length;
  for (let waited = 0; waited < 60_000; waited += 10) {
    if (LooseSocket.made.length > count) return waited;
    t.mock.timers.tick(10);
  }
  return Number.NaN;
}

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

// The other way

/** Every request that polls, and the answer it gets: "welcome", or none. */
function polls(t: TestContext, works: boolean): { count: number } {
  const asked = { count: 0 };
  t.mock.method(globalThis, "fetch", async (_: string, { signal }: RequestInit) => {
    asked.count += 1;
    if (!works) throw new TypeError("network");
    if (asked.count === 1) return new Response(JSON.stringify({ messages: [WELCOME], known: {} }));
    return new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
  });
  return asked;
}

async function settles(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
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
    passes(t, 600);
    await settles();
    assert.equal(asked.count, round);
    waitsForTheNext(t);
  }
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
