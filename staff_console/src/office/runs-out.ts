/** What runs out, and from when on it is told: freshness 12 hours before, roster and certificate 14 days before (K3, K4). */

import type { OfficeView } from "../../../chat/browser/core/view.ts";

const FRESH_S = 12 * 3600;
const ROSTER_S = 14 * 24 * 3600;

type Ends = Pick<OfficeView, "freshUntil" | "rosterUntil" | "certificateUntil">;

export interface RunsOut {
  readonly what: "fresh" | "roster" | "certificate";
  /** Unix seconds. */
  readonly until: number;
  readonly over: boolean;
}

/** `now`: Unix seconds. What there is none of yet does not end. */
export function runsOut({ freshUntil, rosterUntil, certificateUntil }: Ends, now: number): RunsOut[] {
  const ends = [
    ["fresh", freshUntil, FRESH_S],
    ["roster", rosterUntil, ROSTER_S],
    ["certificate", certificateUntil, ROSTER_S],
  ] as const;
  return ends
    .filter(([, until, warned]) => until > 0 && until - now < warned)
    .map(([what, until]) => ({ what, until, over: until <= now }));
}
