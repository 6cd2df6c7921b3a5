/** What runs out is told in time, and what is not there yet is not told at all (K4). */

import assert from "node:assert/strict";
import { test } from "node:test";
import { runsOut } from "../../../staff_console/src/office/runs-out.ts";

const NOW = 1_000_000;
const [HOUR, DAY] = [3600, 24 * 3600];
const FAR = { freshUntil: NOW + DAY, rosterUntil: NOW + 45 * DAY, certificateUntil: NOW + 300 * DAY };

function told(changed: Partial<typeof FAR>): string[] {
  return runsOut({ ...FAR, ...changed }, NOW).map(({ what, over }) => (over ? `${what} is over` : what));
}

test("freshness twelve hours before, roster and certificate fourteen days before", () => {
  assert.deepEqual(told({}), []);
  assert.deepEqual(told({ freshUntil: NOW + 12 * HOUR }), []);
  assert.deepEqual(told({ freshUntil: NOW + 12 * HOUR - 1 }), ["fresh"]);
  assert.deepEqual(told({ rosterUntil: NOW + 14 * DAY }), []);
  assert.deepEqual(told({ rosterUntil: NOW + 14 * DAY - 1 }), ["roster"]);
  assert.deepEqual(told({ certificateUntil: NOW + 14 * DAY - 1 }), ["certificate"]);
});

test("what is over is said to be over", () => {
  const over = { freshUntil: NOW, rosterUntil: NOW - DAY, certificateUntil: NOW - 1 };
  assert.deepEqual(told(over), ["fresh is over", "roster is over", "certificate is over"]);
});

test("what there is none of yet does not end", () => {
  assert.deepEqual(told({ freshUntil: 0, rosterUntil: 0, certificateUntil: 0 }), []);
});
