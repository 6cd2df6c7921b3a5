/** When may be called: half hours inside the times when somebody works (Call 1). */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  daysOf,
  endsAfter,
  faultOf,
  nowForAnHour,
  type Window,
} from "../../../widget/frame/callback/windows.ts";

const HOUR_S = 3_600;
const DAY_S = 24 * HOUR_S;
/** Midnight, UTC. */
const MIDNIGHT = 1_800_000_000 - (1_800_000_000 % DAY_S);
const hours = (from: number, to: number, day = 0): Window => ({
  start: MIDNIGHT + day * DAY_S + from * HOUR_S,
  end: MIDNIGHT + day * DAY_S + to * HOUR_S,
});
const utcDay = (at: number) => new Date(at * 1000).toISOString().slice(0, 10);
const zone = (name: string) => (at: number) =>
  new Intl.DateTimeFormat("sv-SE", { timeZone: name, dateStyle: "short" }).format(at * 1000);

test("a day has the half hours in which somebody works and that are not over", () => {
  const now = MIDNIGHT + 10 * HOUR_S + 60;
  const [today, next, ...more] = daysOf([hours(8, 12), hours(9, 10, 1)], now, utcDay);
  assert.deepEqual(
    today?.starts.map((at) => (at - MIDNIGHT) / HOUR_S),
    [10, 10.5, 11, 11.5],
  );
  assert.equal(next?.starts.length, 2);
  assert.deepEqual(more, []);
});

test("a time past midnight belongs to the next day, and a window may go on into it", () => {
  const night = hours(22, 26);
  const days = daysOf([night], MIDNIGHT, utcDay);
  assert.deepEqual(
    days.map(({ starts }) => starts.length),
    [4, 4],
  );
  assert.equal(endsAfter(night.start, [night]).at(-1), night.end);
});

test("the hour that summer time takes is not offered, and the one that it gives is there twice", () => {
  // In Stockholm 2027-03-28 has 23 hours and 2027-10-31 has 25.
  for (const [date, expected] of [
    ["2027-03-28", 46],
    ["2027-10-31", 50],
  ] as const) {
    const noon = Date.parse(`${date}T12:00:00Z`) / 1000;
    const spans = [{ start: noon - 2 * DAY_S, end: noon + 2 * DAY_S }];
    const days = daysOf(spans, noon - 2 * DAY_S, zone("Europe/Stockholm"));
    assert.equal(days.find(({ key }) => key === date)?.starts.length, expected);
  }
});

test("nothing is offered beyond two weeks", () => {
  const days = daysOf([hours(0, 24 * 30)], MIDNIGHT, utcDay);
  assert.equal(days.length, 14);
});

test("now is this half hour and the next hour, as far as somebody works", () => {
  const now = MIDNIGHT + 10 * HOUR_S + 600;
  assert.deepEqual(nowForAnHour([hours(8, 20)], now), hours(10, 11.5));
  assert.deepEqual(nowForAnHour([hours(8, 11)], now), hours(10, 11));
  assert.equal(nowForAnHour([hours(12, 20)], now), null);
  assert.equal(nowForAnHour([], now), null);
});

test("a span that begins now counts from its half hour on, and a window has half an hour left of it", () => {
  const now = MIDNIGHT + 10 * HOUR_S + 1_200;
  const spans = [{ start: now, end: MIDNIGHT + 12 * HOUR_S }];
  assert.equal(daysOf(spans, now, utcDay)[0]?.starts[0], MIDNIGHT + 10 * HOUR_S);
  assert.equal(endsAfter(MIDNIGHT + 10 * HOUR_S, spans, now)[0], MIDNIGHT + 11 * HOUR_S);
  assert.deepEqual(nowForAnHour(spans, now), hours(10, 11.5));
});

test("what is wrong with times is said as the service would say it", () => {
  const now = MIDNIGHT + 10 * HOUR_S;
  assert.equal(faultOf([], now), "no-window");
  assert.equal(faultOf([hours(12, 12)], now), "no-window");
  assert.equal(faultOf([hours(8, 9)], now), "window-past");
  assert.equal(faultOf([hours(12, 13, 15)], now), "window-far");
  assert.equal(faultOf([hours(12, 14), hours(13, 15)], now), "windows-overlap");
  assert.equal(faultOf([hours(13, 15), hours(12, 13)], now), null);
});
