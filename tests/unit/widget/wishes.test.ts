import assert from "node:assert/strict";
import { test } from "node:test";
import { readMunicipalities } from "../../../widget/frame/municipalities.ts";

test("municipalities_are_a_strangers_word_and_sorted_by_name", () => {
  const said = { municipalities: { "1491": "Ulricehamn", "1490": "Borås", x: "X", "12345": "Y", "1443": 7 } };
  assert.deepEqual(readMunicipalities(said, "sv"), [
    ["1490", "Borås"],
    ["1491", "Ulricehamn"],
  ]);
  for (const odd of [null, undefined, 7, "x", [], { municipalities: null }, { municipalities: "1490" }])
    assert.deepEqual(readMunicipalities(odd, "sv"), []);
});
