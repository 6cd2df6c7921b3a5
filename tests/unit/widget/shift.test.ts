import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { countShifts } from "../../../widget/shift.ts";

const { signal: forever } = new AbortController();

/** The window, as far as keys go: an event target of Node's. */
let keyboard = new EventTarget();
const listen: typeof addEventListener = (type: string, listener: unknown, options: unknown) =>
  keyboard.addEventListener(type, listener as EventListener, options as AddEventListenerOptions);
Object.assign(globalThis, { addEventListener: listen });

beforeEach(() => {
  keyboard = new EventTarget();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

function press(type: "keydown" | "keyup", key: string, more: object = {}): void {
  keyboard.dispatchEvent(Object.assign(new Event(type), { key, ...more }));
}

function pressesShift(times = 1, more: object = {}): void {
  for (let i = 0; i < times; i++) {
    press("keydown", "Shift", more);
    press("keyup", "Shift", more);
  }
}

function counted(): number[] {
  const counts: number[] = [];
  countShifts((n) => counts.push(n), forever);
  return counts;
}

test("three_presses_count_to_three", () => {
  const counts = counted();
  pressesShift(3);
  assert.deepEqual(counts, [1, 2, 3]);
});

test("each_press_has_five_seconds_after_the_one_before", () => {
  const counts = counted();
  pressesShift();
  mock.timers.tick(4_900);
  pressesShift();
  mock.timers.tick(4_900);
  pressesShift();
  assert.deepEqual(counts, [1, 2, 3]);
});

test("after_five_seconds_it_begins_anew_and_says_so", () => {
  const counts = counted();
  pressesShift(2);
  mock.timers.tick(5_001);
  pressesShift();
  assert.deepEqual(counts, [1, 2, 0, 1]);
});

test("a_shift_that_makes_a_capital_does_not_count", () => {
  const counts = counted();
  for (const letter of "ABC") {
    press("keydown", "Shift");
    press("keydown", letter);
    press("keyup", letter);
    press("keyup", "Shift");
  }
  assert.deepEqual(counts, []);
});

test("a_shift_of_a_shortcut_or_of_a_selection_does_not_count", () => {
  const counts = counted();
  for (const held of ["ctrlKey", "altKey", "metaKey"]) pressesShift(1, { [held]: true });
  press("keydown", "Shift");
  keyboard.dispatchEvent(new Event("pointerdown"));
  press("keyup", "Shift");
  assert.deepEqual(counts, []);
});

test("a_shift_held_down_counts_once", () => {
  const counts = counted();
  press("keydown", "Shift");
  for (let i = 0; i < 9; i++) press("keydown", "Shift", { repeat: true });
  press("keyup", "Shift");
  assert.deepEqual(counts, [1]);
});

test("what_the_other_side_heard_counts_too", () => {
  const counts: number[] = [];
  const heard = countShifts((n) => counts.push(n), forever);
  heard(2);
  pressesShift();
  assert.deepEqual(counts, [3]);
});

test("a_closed_panel_counts_no_more", () => {
  const counts: number[] = [];
  const closed = new AbortController();
  countShifts((n) => counts.push(n), closed.signal);
  pressesShift(2);
  closed.abort();
  pressesShift();
  mock.timers.tick(6_000);
  assert.deepEqual(counts, [1, 2]);
});
