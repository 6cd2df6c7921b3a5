/**
 * What in a text may say who somebody is (Talk 3): numbers, addresses, school and class, as people write them in Swedish and
 * English. It only looks; what it finds is shown, and kept nowhere. It asks rather once too often for a number, and never
 * for one of the help lines.
 */

import Personnummer from "personnummer";

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
  /^(?:för|(?:anpassade )?grund|gymnasie|special|sär|(?:folk)?hög|musik|sim|sommar|fri|(?:låg|mellan|hög)stadie|kör|bil|kvälls|koran|kultur|hem|språk|yrkes|dans|folk)s?(?:skola|gymnasi)/i;
const NOT_A_NAME =
  /^(?:min|mitt|mina|vår|vårt|din|ditt|er|ert|en|ett|den|denna|det|hans|hennes|deras|sin|vilken|ingen|annan|ny|samma|på|i|till|från|hela|varje|my|our|your|her|his|their|the|this|that|a|at|in|to|from|after|high|primary|which|new|same|no)$/iu;

/** In this order: what one rule took is no longer there for the next. */
const RULES: readonly Rule[] = [
  [
    "email",
    /[\p{L}\d._%+-]{1,64}\s?(?:@|[([]at[)\]]|\bsnabel-?a\b)\s?[\p{L}\d-]+(?:\.[\p{L}\d-]+)*\.\p{L}{2,}/giu,
  ],
  [
    "identity",
    /(?<![\d+])(?:\d{6}|(?:18|19|20)\d{6}|(?:(?:18|19|20)\d\d|\d\d)[-./ ]\d\d[-./ ]\d\d)\s?[-–+]?\s?\d{4}(?!\d)/g,
    isIdentity,
  ],
  ["phone", /(?<![\d,.])(?:\+|00|\(?0)\s?[1-9](?:[\s\-–/().]{0,3}\d){6,13}(?!\d)/g, isPhone],
  ["phone", /(?<![\d+,.])7[02369](?:[\s-]{0,2}\d){7}(?!\d)/g],
  [
    "phone",
    /(?<=(?<!\p{L})(?:telefon|tele?|tfn|nummer|numret|mobil|ring|call|phone|number)\p{L}*[^\p{L}\d\n]{0,3}(?:\p{L}{1,6} ){0,3}[^\p{L}\d\n]{0,3})[1-9](?:[\s-]{0,2}\d){4,8}(?!\d)/giu,
    isPhone,
  ],
  [
    "address",
    /(?<!\p{L})(?:\p{Lu}\p{L}+ )?\p{L}{2,}(?:gata|gatan|väg|vägen|gränd|gränden|torg|torget|allé|allén|stig|stigen|backe|backen|plats|platsen|gården|liden|höjden|kajen|leden|ringen|vallen|slingan|stråket)\s(?:nr\.?\s?|nummer\s)?\d{1,3}(?:\s?[a-h](?!\p{L}))?(?!\d|[.:,]\d)/giu,
  ],
  [
    "address",
    /(?<!\p{L})\p{Lu}\p{L}+ (?:[Gg]ata|[Gg]atan|[Vv]äg|[Vv]ägen|[Gg]ränd|[Tt]org|[Tt]orget|[Aa]llé)\s(?:nr\.?\s?)?\d{1,3}(?:\s?[A-Ha-h](?!\p{L}))?(?!\d)|(?<!\d)\d{1,4} (?:\p{Lu}\p{L}+ ){1,2}(?:Street|Road|Avenue|Lane|Square)(?!\p{L})/gu,
    hasName,
  ],
  [
    "school",
    /(?<!\p{L})\p{L}{2,}(?:skolans?|gymnasiets?|gymnasium|skola)(?!\p{L})/giu,
    (match) => !ANY_SCHOOL.test(match),
  ],
  [
    "school",
    /(?<!\p{L})\p{Lu}\p{L}+ (?:(?:[Ff]ör|[Gg]rund)?[Ss]kola(?:n)?|[Gg]ymnasium|(?:[Hh]igh |[Pp]rimary )?[Ss]chool)(?!\p{L})/gu,
    hasName,
  ],
  ["class", /(?<!\p{L})(?:klass|åk|årskurs|grade|in year)\.?\s?\d\s?(?:[a-h](?!\p{L}))?/giu],
  [
    "class",
    /(?<![\p{L}\d.,:])(?:[1-9][A-H]|(?:NA|SA|TE|EK|ES|HU|BA|BF|EE|FT|FS|HA|VO|RL|IM)\d{1,2}[A-Fa-f]?)(?![\p{L}\d])/gu,
  ],
  [
    "class",
    /(?<=(?<!\p{L})(?:går|gick|börjar|pluggar|elev|eleven|am|is|was|are) (?:i|in) )[1-9]\s?[a-h](?!\p{L})/giu,
  ],
];

/** Where professionals write, also what may be a child's name. */
const NAMES: readonly Rule[] = [
  [
    "name",
    /(?<=(?<!\p{L})(?:[Hh]eter|[Kk]allas|[Nn]amn(?:et)?(?: är)?:?|[Nn]amed|[Cc]alled|[Nn]ame is|[Ee]lev(?:en)?|[Ff]licka(?:n)?|[Pp]ojke(?:n)?|[Tt]jej(?:en)?|[Kk]ille(?:n)?|[Bb]arnet|[Dd]otter(?:n)?|[Ss]on(?:en)?|[Ss]yster|[Bb]ror|[Gg]irl|[Bb]oy|[Cc]hild|[Pp]upil|[Ss]tudent|[Dd]aughter|[Ss]ister|[Bb]rother),? )\p{Lu}\p{L}+(?:[ -]\p{Lu}\p{L}+){0,2}/gu,
  ],
  ["name", /(?<=[\p{Ll},] )\p{Lu}\p{Ll}+(?: \p{Lu}\p{Ll}+){1,2}/gu],
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

/** By its date and check digit; `strict`: also with a digit that is wrong. */
function isIdentity(match: string, strict: boolean): boolean {
  const digits = match.replace(/\D/g, "");
  const number = `${digits.slice(0, -4)}${match.includes("+") ? "+" : "-"}${digits.slice(-4)}`;
  return Personnummer.valid(number) || (strict && /(?:0[1-9]|1[0-2])[0-36-9]\d-/.test(number));
}

/** "Ekängens skola", and not "Min skola". */
function hasName(match: string): boolean {
  return !NOT_A_NAME.test(match.split(" ")[0] ?? "");
}

function isPhone(match: string): boolean {
  if (DATE_OR_HOURS.test(match)) return false;
  const number = match.replace(AREA, "0").replace(/(?!^\+)\D/g, "");
  return !PUBLIC.test(number);
}
