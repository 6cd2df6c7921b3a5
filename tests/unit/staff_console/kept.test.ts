import assert from "node:assert/strict";
import { test } from "node:test";
import { readShift, writeShift } from "../../../staff_console/src/shift/kept.ts";

test("a tab that is loaded again knows the state and the marks of its shift", () => {
  const shift = { state: "break", crises: ["a"], recognised: ["b", "c"], links: ["d"] } as const;
  assert.deepEqual(readShift(writeShift(shift)), shift);
});

test("what is no shift is none, and what is odd in one is left out", () => {
  for (const text of [null, "", "available", "{", "[]", "7", '{"state":"gone"}', '{"crises":["a"]}'])
    assert.equal(readShift(text), null, text ?? "nothing");
  assert.deepEqual(readShift('{"state":"available","crises":[7,"a"],"recognised":"b"}'), {
    state: "available",
    crises: ["a"],
    recognised: [],
    links: [],
  });
});
