import assert from "node:assert/strict";
import { test } from "node:test";
import { forWhom, readNumbers } from "../../../widget/frame/numbers.ts";

const SAID = [
  { name: "Polisen", number: "114 14", words: "police" },
  { name: "Bris", number: "116 111", audience: "young" },
  { name: "SOS", number: "112", audience: "danger" },
  { name: "Stöd", number: "010-223 57 60", audience: "work", note: { sv: "Ring gärna" } },
];
const listed = (entrance: "self" | "other" | "work" | null) =>
  forWhom(readNumbers(SAID), entrance).map(({ number }) => number);

test("112_is_first_and_once_whatever_comes", () => {
  for (const said of [SAID, [], null, "x", [{ number: "112" }]])
    assert.deepEqual(
      forWhom(readNumbers(said), null)
        .map(({ number }) => number)
        .filter((number, place) => number === "112" || place === 0),
      ["112"],
    );
});

test("numbers_are_shown_to_those_they_are_for", () => {
  assert.deepEqual(listed(null), ["112", "114 14", "116 111", "010-223 57 60"]);
  assert.deepEqual(listed("self"), ["112", "114 14", "116 111"]);
  assert.deepEqual(listed("other"), ["112", "114 14", "116 111"]);
  assert.deepEqual(listed("work"), ["112", "010-223 57 60", "114 14"]);
});

test("what_is_no_number_is_dropped", () => {
  const hostile = [
    { name: "x", number: "javascript:alert(1)" },
    { name: "x", number: "1" },
    { name: "x", number: "112;ext=1" },
    { name: "x".repeat(81), number: "114 14" },
    { name: 7, number: "114 14" },
    { name: "x", number: "114 14", audience: "everybody" },
    { name: "x", number: "+46 77 114 14 00 and more and more" },
    null,
    7,
    [],
  ];
  assert.deepEqual(readNumbers(hostile), []);
  const [odd] = readNumbers([{ name: "x", number: "114 14", words: "../x", note: "no record" }]);
  assert.equal(odd?.words, "");
  assert.equal(readNumbers(Array(1_000).fill(SAID[0])).length, 30);
});
