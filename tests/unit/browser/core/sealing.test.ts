/** The seal over a machine's keys (K3): every passkey that was given opens it, no other does, and a changed byte opens nothing. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Bytes } from "../../../../chat/browser/core/encoding.ts";
import { addWrap, makeSeal, openSeal, type Prf, prfInput } from "../../../../chat/browser/core/sealing.ts";

const KEYS = new TextEncoder().encode("both private halves") as Bytes;

function passkey(name: string): Prf {
  return { passkey: name, output: crypto.getRandomValues(new Uint8Array(32)) };
}

test("the passkey that sealed it opens it, and one that came later", async () => {
  const [first, second] = [passkey("a"), passkey("b")];
  const seal = await makeSeal(first, KEYS);
  await addWrap(seal, second);
  await addWrap(seal, second);
  assert.equal(seal.wraps.length, 2);
  for (const prf of [first, second]) {
    const opened = await openSeal(seal.wraps, seal.keys, prf);
    assert.deepEqual(opened?.keys, KEYS);
  }
});

test("a passkey that was never given does not, nor one that only has the name", async () => {
  const first = passkey("a");
  const seal = await makeSeal(first, KEYS);
  assert.equal(await openSeal(seal.wraps, seal.keys, passkey("b")), null);
  await assert.rejects(openSeal(seal.wraps, seal.keys, passkey("a")));
});

test("what was changed on the disk does not open", async () => {
  const first = passkey("a");
  const seal = await makeSeal(first, KEYS);
  const keys = seal.keys.slice();
  keys[20] = (keys[20] ?? 0) ^ 1;
  await assert.rejects(openSeal(seal.wraps, keys, first));
  const [wrap] = seal.wraps;
  assert.ok(wrap);
  const wrapped = wrap.wrapped.slice();
  wrapped[20] = (wrapped[20] ?? 0) ^ 1;
  await assert.rejects(openSeal([{ ...wrap, wrapped }], seal.keys, first));
});

test("every organisation asks a passkey about something else", async () => {
  const [one, other] = [new Uint8Array(32), new Uint8Array(32).fill(1)];
  assert.notDeepEqual(await prfInput("varsam", one), await prfInput("varsam", other));
  assert.notDeepEqual(await prfInput("varsam", one), await prfInput("varsam-demo", one));
  assert.equal((await prfInput("varsam", one)).length, 32);
});
