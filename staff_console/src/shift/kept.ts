/** PURE. What a tab remembers of a shift when it is loaded again, as text: a stranger's word when it is read. */

import type { DutyState, Shift } from "../../../chat/browser/core/view.ts";

const STATES: readonly DutyState[] = ["available", "finishing", "break"];

export function writeShift(shift: Shift): string {
  return JSON.stringify(shift);
}

/** Null: it was not on duty, or nobody knows. */
export function readShift(text: string | null): Shift | null {
  const { state, crises, recognised, links } = parsed(text);
  const known = STATES.find((one) => one === state);
  if (!known) return null;
  return { state: known, crises: names(crises), recognised: names(recognised), links: names(links) };
}

function parsed(text: string | null): Record<string, unknown> {
  try {
    return Object(JSON.parse(text ?? "null"));
  } catch {
    return {};
  }
}

function names(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
