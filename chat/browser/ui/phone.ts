/**
 * Numbers that can be called (Call 1): a small set of rules for Swedish and foreign ones, as people write them. It refuses what would be
 * dangerous or dear to call, and says which; nothing of it leaves the page.
 */

/** `callback.number.fault.<name>` has the words. */
export type NumberFault = "wrong" | "long" | "emergency" | "premium";

export type NumberRead = { readonly number: string } | { readonly fault: NumberFault };

const SIGNS = /[\s\-–—./()\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const SWEDEN = "46";
/** Numbers that help, and switchboards without an area: nobody can be called back there. */
const EMERGENCY = /^(?:112|911|999|000|11\d{2,3}|11\d{4}|1\d{2})$/;
/** After 46: numbers that cost more, and machines. */
const SWEDISH_PREMIUM = /^(?:900|939|944|99|649|71|74)/;
/** Satellites and international premium numbers; then, country by country, what costs more there. `phonenumbers` is the oracle of the tests. */
const FOREIGN_PREMIUM = beginningWith(
  "979 808 87 881 882 883 1900 1976 2090 2128 2138 21688 2218 2270 2303 231332 2368 2409 2428 2488 2509 2549 2559 2569 " +
    "2628 26487 2679 2689 2698 2786 29790 29890 3090 3190 3290 338 3480 3517 352900 35315\\d{8}$ 3549 3559 3565 35790 " +
    "35860 358600 358700 35990 3690 3709 3719 3729 3739 37490 3759 3769 3787 38090 3819 3829 3839 3856 3869 3879 3895 " +
    "398 409 4190 4209 421900 4239 439 449 4487 4590 47820 47829 4870 49137 49900 5021 5039 5069 50786 508810 5180 5290 " +
    "5460 5550 571 589 59081 5929 59489 59681 5979 59890 60160 6119 6280 6490 651 661900 6709 68736 780 81990 8260 8419 " +
    "852900 8551900 86168 88620 909 911861 9290 9609001 961901 9629 9669 968900 97190 97219 9739 99490",
);
const MOBILE = /^7[023689]\d{7}$/;
/** Area codes have 1–3 digits, and 7–9 digits with what follows. */
const LANDLINE = /^[1-689]\d{6,8}$/;
const COUNTRY = /^(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;
/** Where a 0 after the country's code belongs to the number; elsewhere people write it from habit. */
const ZERO_BELONGS = /^(?:39|22[5679]|24[12]|378|992)$/;
const SHORTEST = 7;
const LONGEST = 15;

/** As one that can be dialled from anywhere, + and digits; or why it cannot. */
export function readNumber(written: string): NumberRead {
  const plain = latin(written).replace(/\(0\)/g, "").replace(SIGNS, "");
  if (!/^\+?\d+$/.test(plain)) return { fault: "wrong" };
  if (EMERGENCY.test(plain)) return { fault: "emergency" };
  const digits = plain.replace(/^(?:\+|00)/, "");
  const foreign = digits !== plain;
  if (foreign && !digits.startsWith(SWEDEN)) return readForeign(digits);
  if (!foreign && !plain.startsWith("0")) return { fault: "wrong" };
  return readSwedish(foreign ? digits.slice(SWEDEN.length).replace(/^0/, "") : plain.slice(1));
}

function readSwedish(national: string): NumberRead {
  if (EMERGENCY.test(national)) return { fault: "emergency" };
  if (national.length < SHORTEST) return { fault: "wrong" };
  if (SWEDISH_PREMIUM.test(national)) return { fault: "premium" };
  if (national.length > 9) return { fault: "long" };
  if (!MOBILE.test(national) && !LANDLINE.test(national)) return { fault: "wrong" };
  return { number: `+${SWEDEN}${national}` };
}

function readForeign(written: string): NumberRead {
  const digits = withoutHabit(written);
  if (digits.length < SHORTEST) return { fault: "wrong" };
  if (digits.length > LONGEST) return { fault: "long" };
  if (digits.startsWith("0")) return { fault: "wrong" };
  if (FOREIGN_PREMIUM.test(digits)) return { fault: "premium" };
  return { number: `+${digits}` };
}

function withoutHabit(digits: string): string {
  const [country = ""] = digits.match(COUNTRY) ?? [];
  const rest = digits.slice(country.length);
  return ZERO_BELONGS.test(country) ? digits : country + rest.replace(/^0/, "");
}

function beginningWith(prefixes: string): RegExp {
  return new RegExp(`^(?:${prefixes.replaceAll(" ", "|")})`);
}

/** The digits of Arabic and Persian keyboards. */
function latin(written: string): string {
  return written.replace(/[٠-٩۰-۹]/g, (digit) => `${digit.charCodeAt(0) & 15}`);
}

/** "+46701234567" → "+46 70 123 45 67", easier to read aloud. */
export function spaced(number: string): string {
  const swedish = number.match(/^\+46(7\d)(\d{3})(\d{2})(\d{2})$/);
  if (swedish) return `+46 ${swedish.slice(1).join(" ")}`;
  return number.replace(/(?<=\d{2})(\d{3})(?=\d)/g, " $1");
}
