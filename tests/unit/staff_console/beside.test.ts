import assert from "node:assert/strict";
import { test } from "node:test";
import { firstShown, layout } from "../../../staff_console/src/views/beside.ts";

const REM = 16;

test("three_conversations_stand_beside_the_queue_at_1280_px", () => {
  assert.deepEqual(layout(1280 / REM), { queueBeside: true, columns: 3 });
});

test("on_a_phone_the_queue_and_one_conversation_take_turns", () => {
  for (const width of [320, 360, 600])
    assert.deepEqual(layout(width / REM), { queueBeside: false, columns: 1 });
});

test("a_larger_text_size_leaves_fewer_columns_and_never_none", () => {
  assert.deepEqual(layout(1280 / (2 * REM)), { queueBeside: true, columns: 1 });
  assert.deepEqual(layout(0), { queueBeside: false, columns: 1 });
});

test("the_conversation_in_front_is_always_among_those_shown", () => {
  for (let count = 1; count <= 6; count++)
    for (let columns = 1; columns <= 4; columns++)
      for (let before = 0; before < count; before++)
        for (let current = 0; current < count; current++) {
          const first = firstShown(before, current, columns, count);
          assert.ok(first >= 0 && first <= Math.max(0, count - columns), "no empty column");
          assert.ok(first <= current && current < first + columns, "the one in front is shown");
        }
});

test("going_to_a_conversation_that_is_shown_moves_nothing", () => {
  assert.equal(firstShown(1, 1, 3, 5), 1);
  assert.equal(firstShown(1, 3, 3, 5), 1);
  assert.equal(firstShown(1, 4, 3, 5), 2);
});
