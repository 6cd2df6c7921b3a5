import assert from "node:assert/strict";
import { test } from "node:test";
import { readAbout, readTold, readWaiting } from "../../../../chat/browser/core/told.ts";

test("what_stands_in_no_list_is_not_shown", () => {
  const told = readTold({
    age: "41",
    municipality: "<b>",
    gender: "cat",
    languages: ["sv", 7, "x y"],
    triage: ["danger", "fire", null],
    without: ["a"],
  });
  assert.deepEqual(told, {
    age: null,
    municipality: null,
    gender: null,
    languages: ["sv"],
    triage: ["danger"],
  });
  for (const value of [undefined, null, 0, ""]) assert.equal(readTold(value), null);
  assert.deepEqual(readTold({ languages: "sv", triage: {} })?.languages, []);
});

test("whom_a_conversation_is_with_needs_a_language", () => {
  assert.equal(readAbout(undefined), null);
  assert.equal(readAbout({ language: 7 }), null);
  assert.deepEqual(readAbout({ language: "ar", entrance: "door" }), {
    language: "ar",
    entrance: null,
    told: null,
  });
});

test("a_place_of_an_older_service_has_nothing_told", () => {
  const place = readWaiting({ since: 5, language: "sv" });
  assert.deepEqual([place.told, place.unmet, place.other, place.number], [null, [], false, 0]);
  assert.deepEqual(readWaiting({ since: 5, language: "sv", unmet: ["gender", "cat"] as never }).unmet, [
    "gender",
  ]);
});
