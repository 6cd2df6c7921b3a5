/**
 * What in a text may say who somebody is (Talk 3): numbers, addresses, school and class, as people write them in Swedish and
 * English. It only looks; what it finds is shown, and kept nowhere. It asks rather once too often for a number, and never
 * for one of the help lines.
 */

import luhn from "fast-luhn";

export type Kind = "identity" | "email" | "phone" | "address" | "school" | "class" | "name";

export interface Slip {
  readonly kind: Kind;
  /** As it was written. */
  readonly match: string;
}

type Rule = readonly [kind: Kind, pattern: RegExp, counts?: (match: string, strict: boolean) => boolean];

const AREA = /^(?:(?:\+|00)46(?:\(?0\)?)?|0)/;
/** Numbers that anybody may know: help lines and switchboards. */
const PUBLIC = /^(?:11\d{1,4}|0(?:20|77)\d*)$/;
const DATE_OR_HOURS = /^\d\d?([-./ ])\d\d?\1(?:19|20)\d\d$|^\d\d[.:]\d\d\s?[-–]\s?\d\d[.:]\d\d$/;
const ANY_SCHOOL =
  /^(?:för|grund|gymnasie|special|sär|(?:folk)?hög|musik|sim|sommar|fri|(?:låg|mellan|hög)stadie|kör|koran)s?(?:skol|gymn)/i;
const NOT_A_NAME =
  /^(?:min|vår|din|en|den|hans|hennes|deras|på|i|från|hela|my|our|your|her|his|the|a|at|in|after)$/i;

/** In this order: what one rule took is no longer there for the next. */
const RULES: readonly Rule[] = [
  ["email", /[\p{L}\d._%+-]{1,64}\s?(?:@|[([]at[)\]])\s?[\p{L}\d-]+(?:\.[\p{L}\d-]+)*\.\p{L}{2,}/giu],
  [
    "identity",
    /(?<![\d+])(?:(?:18|19|20)?\d{6}|(?:18|19|20)?\d\d([-./ ])\d\d\1\d\d)\s?[-–+]?\s?\d{4}(?!\d)/g,
    isIdentity,
  ],
  ["phone", /(?<![\d,.])(?:\+|00|\(?0)\s?[1-9](?:[\s\-–/().]{0,3}\d){6,13}(?!\d)/g, isPhone],
  ["phone", /(?<![\d+,.])7[02369](?:[\s-]{0,2}\d){7}(?!\d)/g],
  [
    "phone",
    /(?<=(?<!\p{L})(?:tel|tfn|num(?:me|re)|mobil|ring|call|phone)\p{L}*[^\p{L}\d\n]{0,3}(?:\p{L}{1,6} ){0,3}[^\p{L}\d\n]{0,3})[1-9](?:[\s-]{0,2}\d){4,8}(?!\d)/giu,
    isPhone,
  ],
  [
    "address",
    /(?<!\p{L})(?:\p{L}{2,}|\p{L}+ )(?:gat|väg|gränd|torg|allé|stig|back|plats|gård|lid|höjd|kaj|led|ring|vall|sling)(?:an?|e[nt]?|n)?\s(?:nr\.?\s?|nummer\s)?\d{1,3}(?:\s?[a-h](?!\p{L}))?(?!\d|[.:,]\d)/giu,
    (match) => !/^\p{L}+ (?:gat|väg|gränd|torg|allé)/iu.test(match) || hasName(match),
  ],
  [
    "school",
    /(?<!\p{L})(?:\p{L}{2,}|\p{L}+ (?:för|grund|high |primary )?)(?:skolan?s?|gymnasi(?:et|um)s?|school)(?!\p{L})/giu,
    (match) => (match.includes(" ") ? hasName(match) : !ANY_SCHOOL.test(match)),
  ],
  [
    "class",
    /(?<!\p{L})(?:klass|åk|årskurs|grade|in year)\.?\s?\d(?:\s?[a-h](?!\p{L}))?|(?<=(?<!\p{L})(?:går|gick|börjar|eleven?|am|is|was|are) (?:i|in) )[1-9]\s?[a-h](?!\p{L})/giu,
  ],
  ["class", /(?<![\p{L}\d.,:])(?:[1-9][A-H]|(?:NA|SA|TE|EK|ES)\d{1,2}[A-Fa-f]?)(?![\p{L}\d])/gu],
];

/** Where professionals write, also what may be a child's name. */
const NAMES: readonly Rule[] = [
  ["name", /(?<=[\p{Ll},] )\p{Lu}\p{Ll}+(?: \p{Lu}\p{Ll}+){1,2}/gu],
  [
    "name",
    /(?<=(?<!\p{L})(?:heter|kallas|namn(?:et)?(?: är)?:?|named|called|name is|elev(?:en)?|flickan?|pojken?|barnet|girl|boy|child|pupil),? )\p{L}+/giu,
    hasName,
  ],
];

/** In the order of the rules, each as it was written. `strict`: also what only looks like it. */
export function findSlips(text: string, strict: boolean): Slip[] {
  const slips: Slip[] = [];
  let left = text.normalize("NFC").replace(/[٠-٩۰-۹]/g, (digit) => `${digit.charCodeAt(0) & 15}`);
  for (const [kind, pattern, counts] of strict ? [...RULES, ...NAMES] : RULES) {
    left = left.replace(pattern, (match) => {
      if (counts && !counts(match, strict)) return match;
      slips.push({ kind, match: match.trim() });
      return "\n".repeat(match.length);
    });
  }
  return slips;
}

/** By its check digit and date, of which a coordination number's day is 60 more; `strict`: also with a digit that is wrong. */
function isIdentity(match: string, strict: boolean): boolean {
  const digits = match.replace(/\D/g, "").slice(-10);
  const [year = 0, month = 0, day = 0] = (digits.match(/../g) ?? []).map(Number);
  const date = new Date(Date.UTC(2000 + year, month - 1, day % 60));
  return (strict || luhn(digits)) && day < 92 && date.getUTCMonth() === month - 1;
}

/** "Ekängens skola", and not "Min skola". */
function hasName(match: string): boolean {
  return /^\p{Lu}/u.test(match) && !NOT_A_NAME.test(match.split(" ")[0] ?? "");
}

function isPhone(match: string): boolean {
  if (DATE_OR_HOURS.test(match)) return false;
  const number = match.replace(AREA, "0").replace(/(?!^\+)\D/g, "");
  return !PUBLIC.test(number);
}
