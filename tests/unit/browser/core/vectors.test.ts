/** Both implementations accept and refuse the same set, for the same step (tests/vectors/README.md). */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Case, type Json, verdict } from "./checker.ts";

interface VectorFile {
  readonly format: number;
  readonly bytes: Readonly<Record<string, string>>;
  readonly cases: readonly Case[];
}

for (const by of [
  "python",
  "typescript",
  "hostile",
  "guest",
  "withdrawal",
  "callback",
  "callback-typescript",
]) {
  const file = JSON.parse(readFileSync(`tests/vectors/${by}.json`, "utf8")) as VectorFile;
  assert.equal(file.format, 1);
  for (const vector of file.cases) {
    const resolved = resolve(vector as unknown as Json, file.bytes) as unknown as Case;
    test(`${by}: ${vector.name}`, async () => {
      const { out, refused } = resolved;
      assert.deepEqual(await verdict(resolved), refused === undefined ? { out } : { refused });
    });
  }
}

/** Put the file's byte strings where their names stand. */
function resolve(value: Json, bytes: Readonly<Record<string, string>>): Json {
  if (typeof value === "string") return value.startsWith("@") ? (bytes[value.slice(1)] as string) : value;
  if (Array.isArray(value)) return value.map((item: Json) => resolve(item, bytes));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item as Json, bytes)]));
}
