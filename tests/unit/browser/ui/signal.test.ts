import assert from "node:assert/strict";
import { test } from "node:test";

import { follow, signal } from "../../../../chat/browser/ui/signal.ts";

const turn = () => new Promise((resolve) => setTimeout(resolve));

test("what_has_changed_in_one_turn_is_drawn_once", async () => {
  const [name, age] = [signal("Ada"), signal(36)];
  const drawn: string[] = [];
  const stop = follow(() => drawn.push(`${name.value} ${age.value}`));
  name.value = "Emmy";
  age.value = 53;
  assert.deepEqual(drawn, ["Ada 36"]);
  await turn();
  assert.deepEqual(drawn, ["Ada 36", "Emmy 53"]);
  stop();
});

test("a_value_that_stays_the_same_draws_nothing", async () => {
  const name = signal("Ada");
  let drawn = 0;
  const stop = follow(() => drawn++);
  name.value = "Ada";
  await turn();
  assert.equal(drawn, 1);
  stop();
});

test("a_change_while_it_is_drawn_is_drawn_after_that", async () => {
  const name = signal("Ada");
  const drawn: string[] = [];
  const stop = follow(() => {
    drawn.push(name.value);
    if (name.value === "Emmy") name.value = "Emmy Noether";
  });
  name.value = "Emmy";
  await turn();
  assert.deepEqual(drawn, ["Ada", "Emmy", "Emmy Noether"]);
  stop();
});

test("once_it_is_wiped_nothing_is_drawn_not_even_what_changed_just_before", async () => {
  const name = signal("Ada");
  let drawn = 0;
  const stop = follow(() => drawn++);
  name.value = "Emmy";
  stop();
  await turn();
  assert.equal(drawn, 1);
});
