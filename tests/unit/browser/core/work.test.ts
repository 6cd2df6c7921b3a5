/** Work in slices (W1): it comes to a number that holds, leaves room for the way out, and can be stopped. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bytes } from "../../../../chat/browser/core/encoding.ts";
import { digest, text } from "../../../../chat/browser/core/encoding.ts";
import { VerificationError } from "../../../../chat/browser/core/errors.ts";
import { verifyWork, work } from "../../../../chat/browser/core/work.ts";

/** Hit once in 2^bits tries. */
function targetOf(bits: number): Bytes {
  const target = new Uint8Array(32).fill(255);
  for (let bit = 0; bit < bits; bit += 1) target[bit >> 3] = (target[bit >> 3] ?? 0) & ~(128 >> (bit & 7));
  return target;
}

const task = (bits: number) => ({
  purpose: "callback",
  challenge: text("challenge"),
  body: text("a version"),
  target: targetOf(bits),
});

test("the number holds, and for no other body", async () => {
  const given = task(10);
  const n = (await work("varsam", given, () => false)) ?? assert.fail("stopped");
  const body = await digest(given.body);
  await verifyWork("varsam", { ...given, body }, n);
  const other = { ...given, body: await digest(text("another")), target: targetOf(30) };
  await assert.rejects(verifyWork("varsam", other, n), VerificationError);
});

test("between two slices others have their turn, and it can be stopped", async () => {
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  const n = await work("varsam", task(80), () => turns >= 3);
  clearInterval(timer);
  assert.equal(n, null);
});
