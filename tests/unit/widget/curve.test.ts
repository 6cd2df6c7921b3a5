/** X25519 by the browser itself gives what the package's own code gives, and is never missing (docs/adr/0031). */

import assert from "node:assert/strict";
import { test } from "node:test";
import { HkdfSha256, X25519 } from "../../../widget/frame/curve.ts";
import { derive } from "../../../widget/frame/parts/curve.ts";

const curve = new X25519();
const BASE = Uint8Array.from({ length: 32 }, (_, i) => (i ? 0 : 9));

function bytes(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function random(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(32));
}

test("the vectors of RFC 7748 hold, also with bits that must be ignored", async () => {
  for (const [scalar, point, shared] of [
    [
      "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
      "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
      "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
    ],
    [
      "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
      "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
      "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
    ],
  ] as const) {
    assert.deepEqual(await curve.derive(bytes(scalar), bytes(point)), bytes(shared));
    assert.deepEqual(await derive(bytes(scalar), bytes(point)), bytes(shared));
  }
});

test("both give the same, for whatever secret and point", async () => {
  for (let round = 0; round < 20; round++) {
    const [secret, point] = [random(), round ? random() : BASE];
    assert.deepEqual(await curve.derive(secret, point), await derive(secret, point));
  }
});

test("a point that gives nothing but zeros is refused by both", async () => {
  for (const first of [0, 1]) {
    const point = Uint8Array.from({ length: 32 }, (_, i) => (i ? 0 : first));
    await assert.rejects(curve.derive(random(), point));
    await assert.rejects(async () => derive(random(), point));
  }
  assert.ok(new HkdfSha256());
});

test("where the browser has none the part is asked for, and gives the same", async (t) => {
  const [secret, point] = [random(), random()];
  const shared = await curve.derive(secret, point);
  const asked: string[] = [];
  Object.assign(globalThis, { varsam: { ask: async (name: string) => asked.push(name) && { derive } } });
  t.mock.method(crypto.subtle, "importKey", () => Promise.reject(new DOMException("", "NotSupportedError")));
  assert.deepEqual(await curve.derive(secret, point), shared);
  assert.deepEqual(asked, ["curve"]);
});

test("a part that does not come is an error, and nothing is sealed", async (t) => {
  Object.assign(globalThis, { varsam: { ask: () => Promise.reject(new Error("it did not load")) } });
  t.mock.method(crypto.subtle, "importKey", () => Promise.reject(new DOMException("", "NotSupportedError")));
  await assert.rejects(curve.derive(random(), BASE), /did not load/);
});
