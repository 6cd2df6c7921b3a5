/** What nobody looks at is not kept as words, and comes back whole (Trace 6). */

import assert from "node:assert/strict";
import { test } from "node:test";
import { untext } from "../../../../chat/browser/core/encoding.ts";
import { Thread, toParts } from "../../../../chat/browser/core/thread.ts";
import { Veil } from "../../../../chat/browser/core/veil.ts";

const ID = new Uint8Array(16);

test("what is covered cannot be read, and is lifted as it was", async () => {
  const veil = new Veil();
  const words = { said: "Räcker det? سلام", count: 3, nothing: null };
  const covered = await veil.cover(words);
  assert.equal(Buffer.from(covered.sealed).includes("det?"), false);
  assert.deepEqual(await veil.lift(covered), words);
});

test("another page's veil lifts nothing, and what was changed is not lifted", async () => {
  const veil = new Veil();
  const covered = await veil.cover("words");
  await assert.rejects(new Veil().lift(covered));
  const sealed = covered.sealed.slice();
  sealed[0] = (sealed[0] ?? 0) ^ 1;
  await assert.rejects(veil.lift({ ...covered, sealed }));
});

test("the veil's key cannot be read out", async (t) => {
  const made = t.mock.method(crypto.subtle, "generateKey");
  await new Veil().cover("words");
  const key = (await made.mock.calls[0]?.result) as CryptoKey;
  assert.equal(key.extractable, false);
});

test("a thread without its words shows none, and with them again all, in order", async () => {
  const thread = new Thread();
  const veil = new Veil();
  thread.say("leased", 2, 5);
  thread.write("First", ID, 1);
  const covered = await veil.cover(thread.takeOut());
  assert.deepEqual(thread.messages, []);
  thread.say("returned", 3, 6);
  thread.putBack((await veil.lift(covered)) as ReturnType<Thread["takeOut"]>);
  assert.deepEqual(
    thread.messages.map(({ text, state }) => [text, state]),
    [
      ["leased", null],
      ["returned", null],
      ["First", "waiting"],
    ],
  );
});

test("a long text that was half there is whole when the rest has come", async () => {
  const thread = new Thread();
  const parts = toParts("å".repeat(4_000), ID);
  assert.equal(parts.length, 3);
  const header = { sender: ID, index: 1 } as never;
  const hears = (part: number) => {
    const plain = parts[part];
    if (plain)
      thread.take(
        { header, plain, index: part + 2, at: 1, repeated: false, by: null } as never,
        "other",
        "Amina",
      );
  };
  hears(0);
  const words = JSON.parse(JSON.stringify(thread.takeOut()));
  thread.putBack(words);
  hears(1);
  hears(1);
  assert.equal(thread.messages.length, 0);
  hears(2);
  assert.equal(thread.messages[0]?.text, parts.map(({ body }) => untext(body)).join(""));
});
