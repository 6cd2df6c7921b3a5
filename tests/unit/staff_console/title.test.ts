import assert from "node:assert/strict";
import { test } from "node:test";
import { title } from "../../../staff_console/src/views/title.ts";
import { aConversation, aDesk, someoneWaiting } from "./desks.ts";

const message = { id: "m", from: "visitor", text: "I am afraid", state: null, at: 1 };

test("the_title_says_how_much_and_never_what", () => {
  const conversations = [aConversation(1, { unread: 2, messages: [message] })];
  const words = title(aDesk({ conversations, waiting: [someoneWaiting({ language: "ar" })] }));
  assert.match(words, /^\(3\) /);
  assert.doesNotMatch(words, /afraid|visitor|Arabic/);
});

test("the_title_of_a_counsellor_off_duty_counts_nobody_who_waits", () => {
  assert.doesNotMatch(title(aDesk({ onDuty: false })), /\d/);
});

test("the_title_counts_only_those_whom_this_counsellor_could_take", () => {
  const waiting = [someoneWaiting({ leased: true }), someoneWaiting({ away: true }), someoneWaiting()];
  assert.match(title(aDesk({ waiting })), /^\(1\) /);
});
