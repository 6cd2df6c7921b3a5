/**
 * When may be called (Call 1): half hours inside the times when somebody works, as days and clock times where the visitor is. All of it is
 * counted in Unix seconds, so that summer time and midnight need no rule of their own.
 */

export interface Window {
  readonly start: number;
  readonly end: number;
}

/** A day of the visitor's with half hours in it; `key` such as "2026-12-01". */
export interface Day {
  readonly key: string;
  readonly starts: readonly number[];
}

export const STEP_S = 1_800;
const HOUR_S = 3_600;
const DAYS = 14;
const MOST_S = 12 * HOUR_S;
/** As many as a request may have. */
export const MOST = 42;

/** The days with times that are not over, in order; the half hour that has begun is one. `keyOf`: the visitor's day of a time. */
export function daysOf(
  spans: readonly Window[],
  now: number,
  keyOf: (at: number) => string = localDay,
): Day[] {
  const days = new Map<string, number[]>();
  for (const { start, end } of spans) {
    const first = Math.max(down(start), down(now));
    for (let at = first; at + STEP_S <= end && at < now + DAYS * 24 * HOUR_S; at += STEP_S) {
      const starts = days.get(keyOf(at)) ?? [];
      if (!starts.includes(at)) starts.push(at);
      days.set(keyOf(at), starts);
    }
  }
  return [...days].map(([key, starts]) => ({ key, starts: starts.sort((a, b) => a - b) }));
}

/** When one that begins then may end: as long as somebody works, past midnight too, and with half an hour left of it. */
export function endsAfter(start: number, spans: readonly Window[], now = start): number[] {
  const ends: number[] = [];
  for (let at = start; works(at, spans) && at < start + MOST_S; at += STEP_S) ends.push(at + STEP_S);
  return ends.filter((end) => end >= now + STEP_S);
}

/** *Now, for one hour*; null: nobody works now. */
export function nowForAnHour(spans: readonly Window[], now: number): Window | null {
  const start = down(now);
  const ends = endsAfter(start, spans, now).filter((end) => end <= up(now + HOUR_S));
  const end = ends.at(-1);
  return end === undefined ? null : { start, end };
}

/** What is wrong with these, as the service would say it; null: nothing. */
export function faultOf(windows: readonly Window[], now: number): string | null {
  const sorted = inOrder(windows);
  if (sorted.length === 0) return "no-window";
  if (sorted.some(({ start, end }) => end <= start)) return "no-window";
  if (sorted.some(({ end }) => end <= now)) return "window-past";
  if (sorted.some(({ end }) => end > now + DAYS * 24 * HOUR_S)) return "window-far";
  const overlap = sorted.some(({ start }, at) => at > 0 && start < (sorted[at - 1]?.end ?? 0));
  return overlap ? "windows-overlap" : null;
}

export function inOrder(windows: readonly Window[]): Window[] {
  return [...windows].sort((a, b) => a.start - b.start);
}

function works(at: number, spans: readonly Window[]): boolean {
  // The first one begins now, in the middle of a half hour.
  return spans.some(({ start, end }) => down(start) <= at && at + STEP_S <= end);
}

const down = (at: number) => Math.floor(at / STEP_S) * STEP_S;
const up = (at: number) => Math.ceil(at / STEP_S) * STEP_S;

/** Where this device is. */
export function localDay(at: number): string {
  const date = new Date(at * 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
