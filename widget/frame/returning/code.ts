/**
 * PURE. The words of a return code (R1): how one is drawn, and how what a person types is read. The first four letters of a
 * word are enough, å, ä and ö may be a and o, and digits may be those of any script.
 */

/** A list of 2,048 words, unique in their first four letters, also where å, ä and ö are a and o. */
export interface List {
  /** Part of every code (R1): the same words of another list are another code. */
  readonly version: string;
  readonly words: readonly string[];
}

export interface Code {
  readonly version: string;
  readonly words: readonly string[];
}

export const WORDS = 8;
export const DIGITS = 27;
const GROUP = 3;
const FIRST = 4;
export const DIGIT_LIST = "digits-1";
/** The first digits of the scripts that our languages write numbers in. */
const ZEROS = [0x30, 0x660, 0x6f0];

/** What was typed is no code. `kind`: `returning.fault.<kind>` has the words; `values` go into them. */
export class CodeFault extends Error {
  constructor(
    readonly kind: "empty" | "few" | "many" | "unknown" | "digitsFew" | "digitsMany" | "mixed",
    readonly values: Readonly<Record<string, string | number>> = {},
  ) {
    super(kind);
  }
}

/** 11 bits a word. `random`: so many random bytes. */
export function drawWords({ version, words }: List, random: (size: number) => Uint8Array): Code {
  const drawn = Array.from({ length: WORDS }, () => {
    const [high = 0, low = 0] = random(2);
    return words[(high * 256 + low) % words.length] ?? "";
  });
  return { version, words: drawn };
}

/** Nine groups of three digits, each as likely as any other. */
export function drawDigits(random: (size: number) => Uint8Array): Code {
  const words = Array.from({ length: DIGITS / GROUP }, () => {
    for (;;) {
      const [high = 0, low = 0] = random(2);
      const number = high * 256 + low;
      // What is above the last whole thousand would make some groups likelier.
      if (number < 65_000) return String(number % 1_000).padStart(GROUP, "0");
    }
  });
  return { version: DIGIT_LIST, words };
}

/** What was typed, as far as it is something: so many words, or so many digits. */
export function counted(typed: string): { readonly words: number; readonly digits: number } {
  return { words: tokens(typed).length, digits: digits(typed).length };
}

/** Whether a list is needed to read it. */
export function isOfWords(typed: string): boolean {
  return tokens(typed).length > 0;
}

/** `CodeFault`. Of several lists the one that has the most of these words, and of equals the first. */
export function readCode(typed: string, lists: readonly List[]): Code {
  const [written, numbers] = [tokens(typed), digits(typed)];
  if (written.length && numbers.length) throw new CodeFault("mixed");
  if (!written.length) return readDigits(numbers);
  const readings = lists.map((list) => ({ version: list.version, words: written.map(finder(list)) }));
  const missing = ({ words }: { words: readonly (string | null)[] }) => words.filter((word) => !word).length;
  const [best] = readings.sort((a, b) => missing(a) - missing(b));
  const at = best?.words.indexOf(null) ?? 0;
  if (!best || at >= 0) throw new CodeFault("unknown", { n: at + 1, word: written[at] ?? "" });
  const n = written.length;
  if (n !== WORDS) throw new CodeFault(n < WORDS ? "few" : "many", { n });
  return best as Code;
}

function readDigits(numbers: string): Code {
  const n = numbers.length;
  if (!n) throw new CodeFault("empty");
  if (n !== DIGITS) throw new CodeFault(n < DIGITS ? "digitsFew" : "digitsMany", { n });
  return { version: DIGIT_LIST, words: numbers.match(/.{3}/g) ?? [] };
}

function tokens(typed: string): string[] {
  return (
    typed
      .normalize("NFC")
      .toLowerCase()
      .match(/[\p{L}\p{M}]+/gu) ?? []
  );
}

function digits(typed: string): string {
  const found = typed.match(/\p{Nd}/gu) ?? [];
  return found.map((digit) => ofDigit(digit.codePointAt(0) as number)).join("");
}

function ofDigit(point: number): string {
  const zero = ZEROS.find((first) => point >= first && point < first + 10);
  return zero === undefined ? "" : String(point - zero);
}

function finder({ words }: List): (typed: string) => string | null {
  const known = new Map(words.map((word) => [first(word), word]));
  return (typed) => known.get(first(typed)) ?? null;
}

/** Its first four letters without marks. */
function first(word: string): string {
  return word.normalize("NFD").replace(/\p{M}/gu, "").slice(0, FIRST);
}
