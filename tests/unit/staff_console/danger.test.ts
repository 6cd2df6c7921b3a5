import assert from "node:assert/strict";
import { test } from "node:test";
import type { CallbacksView, CallLineView } from "../../../chat/browser/core/callback-view.ts";
import { danger } from "../../../staff_console/src/callbacks/danger.ts";

function desk(endangered: boolean, states: readonly CallLineView["state"][], more = 0): CallbacksView {
  return { endangered, more, lines: states.map((state) => ({ state })) } as unknown as CallbacksView;
}

test("one machine alone is an alarm only where somebody waits for a call", () => {
  assert.equal(danger(desk(false, ["waiting"])), null);
  assert.equal(danger(desk(true, ["cancelled", "waiting"])), "endangered");
  assert.equal(danger(desk(true, [], 3)), "endangered");
  assert.equal(danger(desk(true, ["cancelled", "over"])), "alone");
  assert.equal(danger(desk(true, [])), "alone");
});
