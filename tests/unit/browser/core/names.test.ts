import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { nameHash, said } from "../../../../chat/browser/core/names.ts";

const { root, names } = JSON.parse(readFileSync("tests/vectors/names.json", "utf8"));

test("both_ends_name_somebody_by_the_same_hash", async () => {
  for (const { name, said: expected, hash } of names) {
    assert.equal(said(name), expected, name);
    assert.equal(await nameHash(root, name), hash, name);
  }
});
