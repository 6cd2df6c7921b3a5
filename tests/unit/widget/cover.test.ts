/** The cover comes off by the chosen order alone; three wrong ones or ten minutes by the clock wipe (Leave 9). */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Cover } from "../../../widget/frame/cover.ts";

const MINUTE_MS = 60_000;
let happened: string[];
let cover: Cover;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setInterval", "Date"], now: 1_800_000_000_000 });
  happened = [];
  cover = new Cover({
    cover: () => happened.push("cover"),
    uncover: () => happened.push("uncover"),
    wipe: () => happened.push("wipe"),
  });
});

function presses(order: string): void {
  for (const quarter of order) cover.press(Number(quarter));
}

test("it comes off by the order that everybody has until they choose one", () => {
  cover.begin();
  presses("4321");
  assert.deepEqual([happened, cover.on.value], [["cover", "uncover"], false]);
});

test("a press too many before the order does no harm", () => {
  cover.begin();
  presses("144321");
  assert.deepEqual(happened, ["cover", "uncover"]);
});

test("only the chosen order counts, and one quarter alone is no order", () => {
  assert.equal(cover.choose([1, 1, 1, 1]), false);
  assert.equal(cover.choose([1, 2, 3]), false);
  assert.deepEqual(cover.way.value, [4, 3, 2, 1]);
  assert.equal(cover.choose([2, 4, 2, 4]), true);
  cover.begin();
  presses("4321");
  assert.equal(cover.on.value, true);
  presses("2424");
  assert.deepEqual(happened, ["cover", "uncover"]);
});

test("three wrong orders wipe, and it stays covered meanwhile", () => {
  cover.begin();
  presses("12341234123");
  assert.deepEqual(happened, ["cover"]);
  presses("4");
  assert.deepEqual([happened, cover.on.value], [["cover", "wipe"], true]);
});

test("wrong presses of an earlier time are not counted", () => {
  cover.begin();
  presses("11114321");
  cover.begin();
  presses("111111114321");
  assert.deepEqual(happened, ["cover", "uncover", "cover", "uncover"]);
});

test("after ten minutes it wipes by itself", () => {
  cover.begin();
  mock.timers.tick(9.9 * MINUTE_MS);
  assert.deepEqual(happened, ["cover"]);
  mock.timers.tick(0.2 * MINUTE_MS);
  assert.deepEqual(happened, ["cover", "wipe"]);
});

test("where the timers slept, the first look or press after ten minutes wipes, whichever way the clock was set", () => {
  for (const minutes of [10.1, -10.1]) {
    for (const wakes of [() => cover.look(), () => presses("4321")]) {
      happened.length = 0;
      cover = new Cover({
        cover() {},
        uncover: () => happened.push("uncover"),
        wipe: () => happened.push("wipe"),
      });
      cover.begin();
      const now = Date.now();
      mock.timers.setTime(now + minutes * MINUTE_MS);
      wakes();
      assert.equal(happened[0], "wipe");
      assert.ok(!happened.includes("uncover"));
      mock.timers.setTime(now);
    }
  }
});
