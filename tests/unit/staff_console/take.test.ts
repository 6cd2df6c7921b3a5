import assert from "node:assert/strict";
import { test } from "node:test";
import { hindrance, openConversations } from "../../../staff_console/src/views/take.ts";
import { aConversation, aDesk, someoneWaiting } from "./desks.ts";

const three = [1, 2, 3].map((number) => aConversation(number));

test("a_counsellor_on_duty_takes_one_who_waits", () => {
  assert.equal(hindrance(aDesk()), null);
});

test("a_counsellor_off_duty_takes_nobody", () => {
  assert.equal(hindrance(aDesk({ onDuty: false })), "offDuty");
});

test("nobody_is_taken_while_the_connection_is_down", () => {
  assert.equal(hindrance(aDesk({ link: "offline" })), "offline");
  assert.equal(hindrance(aDesk({ link: "connecting" })), "offline");
});

test("a_counsellor_at_capacity_takes_no_more", () => {
  assert.equal(hindrance(aDesk({ conversations: three })), "full");
  assert.equal(hindrance(aDesk({ conversations: three, capacity: 4 })), null);
});

test("a_conversation_that_is_over_leaves_room_for_the_next", () => {
  for (const phase of ["ended", "refused"] as const) {
    const conversations = [aConversation(1, { phase }), ...three.slice(1)];
    assert.equal(hindrance(aDesk({ conversations })), null);
    assert.deepEqual(
      openConversations(aDesk({ conversations })).map(({ number }) => number),
      [2, 3],
    );
  }
});

test("an_empty_queue_and_one_in_which_nobody_is_free_are_told_apart", () => {
  assert.equal(hindrance(aDesk({ waiting: [] })), "empty");
  const waiting = [someoneWaiting({ leased: true }), someoneWaiting({ away: true })];
  assert.equal(hindrance(aDesk({ waiting })), "unavailable");
});

test("those_beyond_the_list_may_be_free", () => {
  assert.equal(hindrance(aDesk({ waiting: [someoneWaiting({ leased: true })], waitingLength: 201 })), null);
});

test("a_counsellor_who_is_finishing_or_on_a_break_takes_nobody", () => {
  assert.equal(hindrance(aDesk({ state: "finishing" })), "finishing");
  assert.equal(hindrance(aDesk({ state: "break" })), "break");
});

test("a_crisis_leaves_room_for_no_other_until_it_is_over", () => {
  assert.equal(hindrance(aDesk({ conversations: [aConversation(1, { crisis: true })] })), "crisis");
  const over = aConversation(1, { crisis: true, phase: "ended" });
  assert.equal(hindrance(aDesk({ conversations: [over] })), null);
});

test("those_who_wait_for_a_colleague_are_told_apart_from_those_who_are_away", () => {
  const other = someoneWaiting({ other: true });
  assert.equal(hindrance(aDesk({ waiting: [other, someoneWaiting({ away: true })] })), "unmet");
  assert.equal(hindrance(aDesk({ waiting: [other, someoneWaiting()] })), null);
});
