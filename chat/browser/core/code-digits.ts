/** A code as nine groups of three digits (R1), about 89 bits, for every language and every keyboard. */

import type { Bytes } from "./encoding.ts";

export const DIGITS_VERSION = "digits-1";

const GROUPS = 9;
const GROUP = 1_000;
/** The greatest multiple of a group's values below 2^16: what is drawn above is drawn again, so that each is as likely. */
const FAIR = 65_000;

export function makeDigits(random: (size: number) => Bytes): string[] {
  const groups: string[] = [];
  while (groups.length < GROUPS) {
    const [high = 0, low = 0] = random(2);
    const drawn = high * 256 + low;
    if (drawn < FAIR) groups.push(String(drawn % GROUP).padStart(3, "0"));
  }
  return groups;
}

/** As somebody writes them, with whatever between; null: these are not nine groups. */
export function readDigits(written: string): string[] | null {
  const latin = written.replace(/[٠-٩۰-۹]/g, (digit) => `${digit.charCodeAt(0) & 15}`);
  const digits = latin.replace(/\D/g, "");
  return digits.length === GROUPS * 3 ? (digits.match(/.{3}/g) ?? null) : null;
}
