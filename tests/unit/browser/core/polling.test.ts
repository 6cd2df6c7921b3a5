/** Long polling is a way like any other: in order, with nothing lost, and over when the service is silent (S7, S3). */

import assert from "node:assert/strict";
import { afterEach, beforeEach, type TestContext, test } from "node:test";
import type { ServerMessage } from "../../../../chat/browser/core/messages.ts";
import { byPolling } from "../../../../chat/browser/core/polling.ts";
import { type ClientMessage, later, type Way } from "../../../../chat/browser/core/way.ts";

const URL = "https://chat.example/v1/visitor/poll";
const WELCOME = { type: "welcome", now: 1, realm: "varsam", root: "r" };
const FOLLOW = { type: "follow", ref: 1, sid: "s", after: 4, capability: "c" } as const;

/** A request that waits for the test's answer. */
interface Asked {
  readonly body: {
    id: string;
    known: object;
    follow: { after: number; capability: string; sid: string } | null;
    messages: ClientMessage[];
  };
  readonly options: RequestInit;
  readonly aborted: () => boolean;
  answers(messages: object[], more?: object): Promise<void>;
  fails(status?: number): Promise<void>;
}

let asked: Asked[];
let heard: (ServerMessage | null)[];
let closed: number[];
let way: Way;

beforeEach((context) => {
  const t = context as TestContext;
  [asked, heard, closed] = [[], [], []];
  t.mock.method(globalThis, "fetch", (url: string, options: RequestInit) => {
    assert.equal(url, URL);
    return new Promise((resolve, reject) => {
      options.signal?.addEventListener("abort", () => reject(options.signal?.reason));
      asked.push({
        body: JSON.parse(String(options.body)),
        options,
        aborted: () => options.signal?.aborted === true,
        async answers(messages, more = {}) {
          resolve(new Response(JSON.stringify({ messages, known: { queue: "q" }, ...more })));
          await settles();
        },
        async fails(status) {
          if (status) resolve(new Response("busy", { status }));
          else reject(new TypeError("network"));
          await settles();
        },
      });
    });
  });
  way = opens();
});

afterEach(() => way.close());

function opens(): Way {
  const hearing = {
    came: (message: ServerMessage | null) => heard.push(message),
    closed: (code: number) => closed.push(code),
  };
  return byPolling(URL)(hearing) as Way;
}

async function settles(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Until the next request that listens, which keeps its distance. */
async function listens(): Promise<Asked> {
  await new Promise((resolve) => setTimeout(resolve, 150));
  return newest();
}

function newest(): Asked {
  return asked.at(-1) as Asked;
}

function append(ref: number): ClientMessage {
  return { type: "append", ref, sid: "s", entry: { kind: "offer", doc: "", sig: "" } };
}

const ack = (ref: number, index: number) => ({ type: "ack", ref, sid: "s", index, at: 1 });
const entry = (index: number) => ({
  type: "entry",
  sid: "s",
  index,
  at: 1,
  entry: { kind: "service", doc: "" },
});

async function welcomed(): Promise<void> {
  await newest().answers([WELCOME]);
  way.send(FOLLOW);
  await listens();
}

test("it is open when it was welcomed, and asks the browser for nothing", async () => {
  assert.equal(way.send(append(1)), false);
  await newest().answers([WELCOME]);
  assert.equal(way.send(append(1)), true);
  const { headers, credentials, method } = asked[0]?.options ?? {};
  assert.deepEqual([headers, credentials, method], [undefined, "omit", "POST"]);
});

test("every request says where the log is held, and gives back what it was told of", async () => {
  await welcomed();
  await newest().answers([entry(4), entry(5), entry(6)]);
  const { follow, known } = (await listens()).body;
  assert.deepEqual([follow?.after, follow?.capability, known], [6, "c", { queue: "q" }]);
  await newest().answers([{ ...entry(9), sid: "other" }]);
  assert.equal((await listens()).body.follow?.after, 6);
});

test("what is to be said does not wait for what is to be heard", async () => {
  await welcomed();
  const listening = newest();
  way.send(append(7));
  await settles();
  assert.equal(listening.aborted(), true);
  assert.deepEqual(
    newest().body.messages.map(({ ref }) => ref),
    [7],
  );
  assert.deepEqual(closed, []);
});

test("one request at a time: what is said meanwhile goes with the next, in order", async () => {
  await welcomed();
  way.send(append(7));
  await settles();
  const first = newest();
  way.send(append(8));
  way.send(append(9));
  await settles();
  assert.equal(newest(), first);
  assert.equal(first.aborted(), false);
  await first.answers([ack(7, 5)]);
  assert.deepEqual(
    newest().body.messages.map(({ ref }) => ref),
    [8, 9],
  );
});

test("what was not answered is said again, before what came later", async () => {
  await welcomed();
  way.send(append(7));
  way.send(append(8));
  await settles();
  await newest().answers([ack(7, 5)]);
  way.send(append(9));
  await settles();
  const said = newest().body.messages.map(({ ref }) => ref);
  assert.equal(said[0], 8);
});

test("what is never answered ends the way, so that everything begins anew", async () => {
  await welcomed();
  way.send(append(7));
  await settles();
  for (let tries = 0; tries < 3; tries += 1) await newest().answers([entry(4)]);
  assert.deepEqual(closed, [0]);
});

test("a start that was stored is followed from there on", async () => {
  await newest().answers([WELCOME]);
  const start = { type: "start", ref: 3, sid: "s", capability: "c", language: "sv" } as never;
  way.send(start);
  await listens();
  assert.equal(newest().body.follow, null);
  await newest().answers([ack(3, 1)]);
  assert.deepEqual((await listens()).body.follow, {
    type: "follow",
    ref: 0,
    sid: "s",
    capability: "c",
    after: 1,
  });
});

test("a request that fails, or is refused, ends the way", async () => {
  await newest().fails();
  assert.deepEqual(closed, [0]);
  way = opens();
  await newest().fails(503);
  assert.deepEqual(closed, [0, 0]);
});

test("an answer that is none ends the way", async () => {
  await newest().answers(null as never);
  assert.deepEqual(closed, [0]);
});

test("the service's close code is told once, after the words", async () => {
  await newest().answers([{ type: "error", code: "foreign-capability", remedy: "" }], { closed: 4401 });
  assert.deepEqual([heard.length, closed], [1, [4401]]);
  assert.equal(way.send(append(1)), false);
});

test("an answer without news is a sign of life", async () => {
  await welcomed();
  heard = [];
  await newest().answers([]);
  assert.deepEqual(heard, [null]);
});

test("messages go in requests of a bounded size", async () => {
  await welcomed();
  for (let ref = 10; ref < 40; ref += 1) way.send(append(ref));
  await settles();
  const { messages } = newest().body;
  assert.deepEqual(
    messages.map(({ ref }) => ref),
    [10, 11, 12, 13, 14, 15, 16, 17],
  );
  const long = {
    type: "append",
    ref: 50,
    sid: "s",
    entry: { kind: "offer", doc: "A".repeat(15_000), sig: "" },
  };
  way.close();
  way = opens();
  await newest().answers([WELCOME]);
  for (let ref = 50; ref < 55; ref += 1) way.send({ ...long, ref } as ClientMessage);
  await listens();
  assert.equal(newest().body.messages.length, 2);
});

test("leaving goes out though the way is closed, and what else waits does not", async () => {
  await welcomed();
  way.send(append(7));
  way.send({ type: "leave", ref: 8, sid: "s", token: "t" });
  way.close();
  const { body, options } = newest();
  assert.deepEqual([body.messages.map(({ type }) => type), options.keepalive], [["leave"], true]);
});

test("a page is one page to the service, however often it begins anew", async () => {
  const open = byPolling(URL);
  const hearing = { came: () => {}, closed: () => {} };
  const ids = [open(hearing), open(hearing)].map((one) => {
    one?.close();
    return newest().body.id;
  });
  assert.equal(new Set(ids).size, 1);
  assert.notEqual(asked[0]?.body.id, ids[0]);
  assert.match(ids[0] ?? "", /^[\w-]{43}$/);
});

test("an answer that is none, or too large, ends the way and is not heard", async () => {
  for (const more of [
    { messages: [{ type: "entry", sid: 1 }] },
    { messages: [null] },
    { known: 7 },
    { closed: "x" },
    { pad: "x".repeat(600_000) },
  ]) {
    way.close();
    [heard, closed] = [[], []];
    way = opens();
    await newest().answers([WELCOME], more);
    assert.deepEqual(
      [heard, closed, way.send(append(1))],
      [[], [0], false],
      JSON.stringify(more).slice(0, 80),
    );
  }
});

test("its code comes when it is first tried, and until then nothing can be said", async () => {
  let comes: () => void = () => {};
  const opened = later(
    () =>
      new Promise((resolve) => {
        comes = () => resolve(byPolling(URL));
      }),
  )({ came: (message) => heard.push(message), closed: (code) => closed.push(code) }) as Way;
  const before = asked.length;
  assert.equal(opened.send(FOLLOW), false);
  comes();
  await settles();
  assert.equal(asked.length, before + 1);
  await asked.at(-1)?.answers([WELCOME]);
  assert.equal(opened.send(FOLLOW), true);
  opened.close();
});

test("code that does not come is an attempt that failed, and after a close nothing is opened", async () => {
  const hearing = { came: () => assert.fail("nothing came"), closed: (code: number) => closed.push(code) };
  later(() => Promise.reject(new Error("it did not load")))(hearing);
  await settles();
  assert.deepEqual(closed, [0]);
  const before = asked.length;
  later(async () => byPolling(URL))(hearing)?.close();
  await settles();
  assert.equal(asked.length, before);
});
