import assert from "node:assert/strict";
import { test } from "node:test";
import type { DeskView } from "../../../chat/browser/core/view.ts";
import { AGAIN_MS, Ladder, NOTICE_MS, SOUND_MS } from "../../../staff_console/src/alerts/ladder.ts";
import { callsWait, whatWaits } from "../../../staff_console/src/alerts/waits.ts";
import { aConversation, aDesk, someoneWaiting } from "./desks.ts";

/** What a ladder gives, second by second, while so much waits. */
function heard(counts: (second: number) => number, seconds: number, every = 1): readonly string[] {
  const ladder = new Ladder();
  const found: string[] = [];
  for (let second = 0; second <= seconds; second += every)
    for (const rung of ladder.climb(counts(second), second * 1_000)) found.push(`${second} ${rung}`);
  return found;
}

test("first_a_sound_then_a_notice_and_both_again_until_it_is_taken", () => {
  const [sound, notice, again] = [SOUND_MS, NOTICE_MS, AGAIN_MS].map((ms) => ms / 1_000) as [
    number,
    number,
    number,
  ];
  const taken = notice + again + 5;
  assert.deepEqual(
    heard((second) => (second < taken ? 1 : 0), taken + 60),
    [`${sound} sound`, `${notice} notice`, `${sound + again} sound`, `${notice + again} notice`],
  );
});

test("what_is_taken_at_once_is_said_by_the_title_alone", () => {
  assert.deepEqual(
    heard((second) => (second < SOUND_MS / 1_000 ? 1 : 0), 60),
    [],
  );
});

test("more_that_comes_is_said_at_once_and_many_at_once_are_no_clatter", () => {
  const some = heard((second) => (second < 15 ? 1 : 2), 16).filter((said) => said.endsWith("sound"));
  assert.deepEqual(some, ["2 sound", "15 sound"]);
  const many = heard((second) => second + 1, 30).filter((said) => said.endsWith("sound"));
  assert.ok(many.length <= 6, many.join());
});

test("for_an_hour_in_the_background_looked_at_every_five_seconds_it_goes_on", () => {
  const sounds = heard(() => 1, 3_600, 5).filter((said) => said.endsWith("sound"));
  assert.ok(sounds.length >= 3_600 / 35, String(sounds.length));
});

test("alerts_are_for_what_this_counsellor_can_do_something_about", () => {
  assert.equal(whatWaits(aDesk()), 1);
  assert.equal(whatWaits(aDesk({ onDuty: false })), 0);
  assert.equal(
    whatWaits(aDesk({ waiting: [someoneWaiting({ leased: true }), someoneWaiting({ away: true })] })),
    0,
  );
  const asked = { sid: "s", purpose: "handover", by: "Björn", coming: false } as const;
  assert.equal(whatWaits(aDesk({ waiting: [], asked: [asked, { ...asked, coming: true }] })), 1);
  const full = [1, 2, 3].map((number) => aConversation(number));
  assert.equal(whatWaits(aDesk({ conversations: full })), 0);
  assert.equal(whatWaits(aDesk({ conversations: [aConversation(1, { unread: 2 })], waiting: [] })), 2);
  assert.equal(
    whatWaits(aDesk({ conversations: [aConversation(1, { unread: 2, phase: "ended" })], waiting: [] })),
    0,
  );
});

test("a_call_that_is_due_is_for_whoever_is_free_and_has_none_in_hand", () => {
  const line = {
    id: "a",
    version: 1,
    state: "waiting",
    due: "now",
    windows: [],
    language: "sv",
    attempts: 0,
    notBefore: 0,
    queue: "",
    holder: null,
    until: 0,
    mine: false,
    outcome: null,
  } as const;
  const lines = [
    line,
    { ...line, due: "later" },
    { ...line, holder: "Björn" },
    { ...line, notBefore: 200 },
  ] as const;
  const desk = { takes: "yes", lines, more: 0, overdue: 0, endangered: false, open: null } as const;
  const calls = { ...desk, shiftNotes: [], busy: false, alarm: null };
  const at = (view: Partial<DeskView>) => callsWait(aDesk({ waiting: [], ...view }), calls, 100);
  assert.equal(at({}), 1);
  assert.equal(at({ onDuty: false }), 0);
  assert.equal(at({ state: "break" }), 0);
  assert.equal(at({ conversations: [aConversation(1)] }), 0);
  assert.equal(callsWait(aDesk(), null, 100), 0);
  assert.equal(callsWait(aDesk(), { ...calls, takes: "no" }, 100), 0);
});
