/** Long texts are whole again, and no state is claimed that nobody has shown (Talk 4). */

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Bytes, u64, untext } from "../../../../chat/browser/core/encoding.ts";
import { type Plain, pad, plainBytes } from "../../../../chat/browser/core/frames.ts";
import type { Said } from "../../../../chat/browser/core/log.ts";
import { Thread, toParts } from "../../../../chat/browser/core/thread.ts";

const random = (size: number): Bytes => crypto.getRandomValues(new Uint8Array(size));
const SID = random(32);
const SOMEBODY = random(32);
const HEAD = random(32);

/** A frame at an index, by one who had seen the log up to `seen`. */
function said(plain: Plain | null, index: number, seen = index - 1, repeated = false): Said {
  const header = { sid: SID, epoch: 1, sender: SOMEBODY, seq: 0, prev: HEAD, index: seen, head: HEAD };
  return { index, at: 1_800_000_000 + index, by: null, header, plain, repeated };
}

function seen(): Plain {
  return { kind: "seen", id: random(16), part: 0, parts: 1, body: new Uint8Array(0) };
}

function readUpTo(index: number): Plain {
  return { ...seen(), kind: "read", body: u64(index) };
}

function writes(thread: Thread, words: string): Plain[] {
  const id = random(16);
  const plains = toParts(words, id);
  thread.write(words, id, plains.length);
  return plains;
}

function states(thread: Thread): (string | null)[] {
  return thread.messages.map((message) => message.state);
}

test("a long text goes in parts that fit, and comes out whole", () => {
  const words = "Jag vill berätta allt: 👩‍👩‍👧 åäö العربية e\u0301. ".repeat(300);
  const plains = writes(new Thread(), words);
  assert.ok(plains.length > 3);
  const other = new Thread();
  for (const [i, plain] of plains.entries()) {
    assert.equal(pad(plainBytes("varsam-demo", plain)).length <= 4096, true);
    assert.equal(untext(plain.body).length > 0, true);
    other.take(said(plain, i + 1), "other", "visitor");
  }
  assert.deepEqual(
    other.messages.map((message) => message.text),
    [words.normalize("NFC")],
  );
});

test("a text of which a part is missing is not shown", () => {
  const [first, ...rest] = writes(new Thread(), "å".repeat(6_000));
  const other = new Thread();
  assert.ok(first);
  for (const [i, plain] of rest.entries()) other.take(said(plain, i + 1), "other", "visitor");
  assert.deepEqual(other.messages, []);
  other.take(said(first, 9), "other", "visitor");
  assert.equal(other.messages.length, 1);
});

test("a message that was known before is shown once", () => {
  const [plain] = writes(new Thread(), "Hej");
  const other = new Thread();
  assert.ok(plain);
  other.take(said(plain, 1), "other", "visitor");
  other.take(said(plain, 2, 1, true), "other", "visitor");
  assert.equal(other.messages.length, 1);
});

test("nothing but spaces is no message", () => {
  assert.deepEqual(toParts(" \n ", random(16)), []);
});

test("a text that is too long to be kept is refused before it is taken", () => {
  assert.throws(() => toParts("å".repeat(200_000), random(16)), { code: "oversize" });
});

test("a message is sent when all of it is stored, delivered when the other page holds it, read when a person saw it", () => {
  const thread = new Thread();
  const plains = writes(thread, "å".repeat(6_000));
  assert.deepEqual(states(thread), ["waiting"]);
  for (const [i, plain] of plains.slice(1).entries()) thread.take(said(plain, i + 2), "me", "me");
  assert.deepEqual(states(thread), ["waiting"]);
  thread.take(said(plains[0] as Plain, 9), "me", "me");
  assert.deepEqual(states(thread), ["sent"]);
  thread.take(said(seen(), 10, 8), "other", "Amina");
  assert.deepEqual(states(thread), ["sent"]);
  thread.take(said(seen(), 11, 9), "other", "Amina");
  assert.deepEqual(states(thread), ["delivered"]);
  thread.take(said(readUpTo(8), 12, 11), "other", "Amina");
  assert.deepEqual(states(thread), ["delivered"]);
  thread.take(said(readUpTo(9), 13, 12), "other", "Amina");
  assert.deepEqual(states(thread), ["read"]);
});

test("nobody can have read what their page did not hold", () => {
  const thread = new Thread();
  const [plain] = writes(thread, "Hej");
  thread.take(said(plain as Plain, 5), "me", "me");
  thread.take(said(readUpTo(2_000), 6, 4), "other", "Amina");
  assert.deepEqual(states(thread), ["sent"]);
});

test("a colleague's receipts say nothing about the visitor", () => {
  const thread = new Thread();
  const [plain] = writes(thread, "Hej");
  thread.take(said(plain as Plain, 1), "me", "me");
  thread.take(said(readUpTo(1), 2), "ours", "Björn");
  assert.deepEqual(states(thread), ["sent"]);
});

test("messages stand in the order of the log, and what is not stored stands last", () => {
  const thread = new Thread();
  const [early] = writes(thread, "first written");
  writes(thread, "not stored");
  const [theirs] = writes(new Thread(), "theirs");
  thread.take(said(theirs as Plain, 3), "other", "Amina");
  thread.take(said(early as Plain, 4), "me", "me");
  thread.say("leased", 2, 0);
  const texts = thread.messages.map((message) => message.text);
  assert.deepEqual(texts, ["leased", "theirs", "first written", "not stored"]);
});

test("a text is shown once, whatever its parts say of their number", () => {
  const whole = toParts("Hej.", random(16))[0] as Plain;
  const thread = new Thread();
  thread.take(said(whole, 1), "other", "visitor");
  for (const [part, parts] of [
    [1, 2],
    [2, 3],
    [63, 64],
    [1, 2 ** 40],
  ] as const) {
    thread.take(said({ ...whole, part, parts }, part + 2), "other", "visitor");
  }
  assert.deepEqual(
    thread.messages.map((message) => message.text),
    ["Hej."],
  );
});

test("where another log goes on, what was not seen is written again in its place, and nothing is shown twice", () => {
  const thread = new Thread();
  const [first] = writes(thread, "One") as [Plain];
  const [second] = writes(thread, "Two") as [Plain];
  const [answer] = toParts("Three", random(16)) as [Plain];
  thread.take(said(first, 2), "me", "me");
  thread.take(said(second, 3), "me", "me");
  thread.take(said(answer, 4, 2), "other", "Amina");
  writes(thread, "Four");
  const again = thread.goOn(4, 2);
  assert.deepEqual(again.map(({ id }) => id).slice(0, 1), [second.id]);
  assert.deepEqual(
    again.map(({ body }) => untext(body)),
    ["Two", "Four"],
  );
  const words = () => thread.messages.map(({ text }) => text);
  assert.deepEqual(words(), ["One", "Two", "Three", "Four"]);
  assert.deepEqual(states(thread), ["delivered", "waiting", null, "waiting"]);
  for (const [at, plain] of again.entries()) thread.take(said(plain, at + 1), "me", "me");
  thread.take(said(answer, 3, 0), "other", "Amina");
  assert.deepEqual(words(), ["One", "Two", "Three", "Four"]);
  assert.deepEqual(states(thread), ["delivered", "sent", null, "sent"]);
  thread.take(said(seen(), 4, 2), "other", "Amina");
  assert.deepEqual(states(thread), ["delivered", "delivered", null, "delivered"]);
});

test("wherever a text is parted, joined emoji, flags and marks come out as they went in", () => {
  const joined = "👩‍👩‍👧‍👦🏳️‍🌈👍🏽🇸🇪a\u0323\u0302نَعَمْ";
  for (let before = 3_840; before <= 3_900; before++) {
    const words = `${"x".repeat(before)}${joined}${"å".repeat(2_000)}${joined}`.normalize("NFC");
    const plains = toParts(words, random(16));
    assert.equal(plains.length, 3);
    const other = new Thread();
    for (const [i, plain] of [...plains].reverse().entries())
      other.take(said(plain, i + 1), "other", "visitor");
    assert.equal(other.messages[0]?.text, words);
  }
});
