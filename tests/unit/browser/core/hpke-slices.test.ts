/** Sealing for a slow phone (Leave 3): the same HPKE, with a turn for others before each of its long steps. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openPart, sealRequest } from "../../../../chat/browser/core/callback-parts.ts";
import { text } from "../../../../chat/browser/core/encoding.ts";
import { makeHpkePair, open, seal } from "../../../../chat/browser/core/hpke.ts";
import { suiteInSlices } from "../../../../chat/browser/core/hpke-slices.ts";

const STEPS = 3;

test("before each step others have their turn, and what comes out opens like any other", async () => {
  const { privateKey, publicKey } = await makeHpkePair();
  let turns = 0;
  const suite = suiteInSlices(async () => {
    turns += 1;
  });
  const sealed = await seal(publicKey, text("info"), text("070"), suite);
  assert.equal(turns, STEPS);
  assert.deepEqual(await open("C2", privateKey, text("info"), sealed), text("070"));
});

test("a request to be called is sealed so", async () => {
  const { privateKey, publicKey } = await makeHpkePair();
  let turns = 0;
  const whose = { realm: "varsam", id: new Uint8Array(32), version: 1, team: new Uint8Array(32) } as const;
  const plain = { card: text("card"), number: text("number") };
  const random = (size: number) => crypto.getRandomValues(new Uint8Array(size));
  const { sealed, number } = await sealRequest(whose, publicKey, plain, random, async () => {
    turns += 1;
  });
  assert.equal(turns, 2 * STEPS);
  assert.deepEqual(await openPart(whose, "number", privateKey, sealed, number), plain.number);
});
