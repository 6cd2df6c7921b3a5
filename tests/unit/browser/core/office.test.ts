/** An organisation's page whose service the test is: it is covered when the service says so, and opened by a passkey (K3). */

import assert from "node:assert/strict";
import { beforeEach, type TestContext, test } from "node:test";
import { b64 } from "../../../../chat/browser/core/encoding.ts";
import { Office } from "../../../../chat/browser/core/office.ts";

const ROOT = b64(new Uint8Array(32));
const STANDING = { fresh_until: 0, roster_until: 0, certificate_until: 0 };
const ME = { pseudonym: "Amina", role: "counsellor", passkeys: 1, machine: "waiting", standing: STANDING };

const PERSON = { id: "a", pseudonym: "Amina", role: "counsellor", state: "active", passkeys: 1 };
const PEOPLE = {
  people: [{ ...PERSON, invited_until: 0, machines: [] }],
  roster_until: 0,
  changed: false,
};
/** A passkey without a PRF. */
const GIVEN = { credential: {}, prf: null, hasPrf: false };

let asked: string[];
let unlocked: number;
let signedOut: number;
let me: object;
/** What the desk for callbacks says. */
let calls: object;
/** The page has asked before, and nothing has changed. */
let known: boolean;
let office: Office;
/** What the service answers next to an address; without it all is well. */
let refusals: Map<string, string>;

beforeEach((context) => {
  const t = context as TestContext;
  t.mock.timers.enable({ apis: ["setInterval"] });
  asked = [];
  unlocked = 0;
  signedOut = 0;
  me = ME;
  calls = { alarm: false, lines: [], more: 0 };
  known = false;
  refusals = new Map();
  t.mock.method(globalThis, "fetch", async (url: string) => {
    const path = new URL(url).pathname;
    asked.push(path);
    const refusal = refusals.get(path);
    if (refusal) return new Response(`${refusal}\nwords\n`, { status: 401 });
    if (path === "/staff/people") {
      if (known) return new Response(null, { status: 304 });
      return new Response(JSON.stringify(PEOPLE), { headers: { etag: '"1"' } });
    }
    return new Response(JSON.stringify(path === "/staff/callbacks" ? calls : me));
  });
  office = new Office({
    origin: "https://staff.example",
    root: ROOT,
    realm: "varsam",
    invitation: null,
    passkeys: { create: async () => GIVEN, get: async () => GIVEN },
    onChange: () => {},
    onListed: () => {},
    onSignedOut: () => {
      signedOut += 1;
    },
    onUnlocked: () => {
      unlocked += 1;
    },
  });
});

async function settles(): Promise<void> {
  const { serial } = office as unknown as { serial: { waiting: number } };
  while (serial.waiting > 0) await new Promise((resolve) => setImmediate(resolve));
}

async function comesIn(): Promise<void> {
  office.start();
  await settles();
  assert.equal(office.view.phase, "in");
  assert.equal(office.view.sealed, "passkey", "keys are made with a passkey, and never beside it");
  office.signIn();
  await settles();
  assert.equal(office.view.sealed, null);
  assert.equal(office.view.keptBy, "page");
  unlocked = 0;
}

test("the service's word covers the page, and nothing more is asked of it until the passkey is given", async (t) => {
  await comesIn();
  office.isLocked();
  assert.equal(office.view.locked, true);
  const before = asked.length;
  t.mock.timers.tick(60_000);
  await settles();
  assert.deepEqual(asked.slice(before), []);
  office.signIn();
  await settles();
  assert.equal(office.view.locked, false);
  assert.equal(unlocked, 1);
});

test("a page that is refused as locked is covered, and stays signed in", async (t) => {
  await comesIn();
  refusals.set("/staff/machine", "locked");
  t.mock.timers.tick(5_000);
  await settles();
  assert.equal(office.view.locked, true);
  assert.equal(office.view.phase, "in");
  assert.equal(office.view.alarm, null);
});

test("a page that is not signed in is not locked by anybody's word", async () => {
  refusals.set("/staff/me", "signed-out");
  office.start();
  await settles();
  office.isLocked();
  assert.equal(office.view.locked, false);
  assert.equal(office.view.phase, "signed-out");
});

test("a desk that is turned away looks whether the machine was renewed, and goes on", async () => {
  await comesIn();
  const before = asked.length;
  office.signedOut();
  await settles();
  assert.deepEqual(asked.slice(before), ["/staff/me", "/staff/machine"]);
  assert.equal(office.view.phase, "in");
  assert.equal(signedOut, 0);
});

test("a desk that is turned away because the session is over begins anew", async () => {
  await comesIn();
  refusals.set("/staff/me", "signed-out");
  office.signedOut();
  await settles();
  assert.equal(office.view.phase, "signed-out");
  assert.equal(signedOut, 1);
});

test("a coordinator's machine that counts is told that too few can open what waits, and that they can again (C4)", async (t) => {
  me = { ...ME, role: "coordinator" };
  await comesIn();
  assert.equal(asked.includes("/staff/callbacks"), false, "no machine of its own yet");
  const listed = office as unknown as { machine: string; lookedAt: number; seeCalls(): Promise<void> };
  listed.machine = "listed";
  const lines = [{ state: "cancelled" }, { state: "waiting" }];
  for (const [alarm, waits, endangered] of [
    [true, lines, true],
    [false, lines, false],
    [true, lines.slice(0, 1), false],
  ] as const) {
    calls = { alarm, lines: waits, more: 0 };
    await listed.seeCalls();
    assert.equal(office.view.callsEndangered, endangered);
  }
  calls = { alarm: true, lines, more: 0 };
  await listed.seeCalls();
  refusals.set("/staff/callbacks", "wrong-role");
  await listed.seeCalls();
  assert.equal(
    office.view.callsEndangered,
    false,
    "a roster that is over: the page has words of its own for that",
  );
  t.mock.timers.reset();
});

test("a page that knows an answer is told that nothing has changed, and keeps what it shows", async (t) => {
  me = { ...ME, role: "coordinator" };
  await comesIn();
  assert.deepEqual(
    office.view.people?.map(({ pseudonym }) => pseudonym),
    ["Amina"],
  );
  known = true;
  t.mock.timers.tick(5_000);
  await settles();
  assert.equal(asked.at(-1), "/staff/people");
  assert.equal(office.view.people?.length, 1);
});
