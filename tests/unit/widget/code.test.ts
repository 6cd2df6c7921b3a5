/** The words of a return code (R1): the lists, how a code is drawn, and how what a person types is read. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { wordlist as english } from "@scure/bip39/wordlists/english.js";
import {
  CodeFault,
  counted,
  drawDigits,
  drawWords,
  isOfWords,
  type List,
  readCode,
} from "../../../widget/frame/returning/code.ts";

const swedish = readFileSync("widget/lists/sv-1.txt", "utf8").trim().split("\n");
const SV: List = { version: "sv-1", words: swedish };
const EN: List = { version: "en-1", words: english };
const LISTS = [SV, EN];
const random = (size: number) => crypto.getRandomValues(new Uint8Array(size));
const marksOff = (word: string) => word.normalize("NFD").replace(/\p{M}/gu, "");

/** Why it is none, and with what. */
function faultOf(typed: string, lists: readonly List[] = LISTS): [string, Readonly<Record<string, unknown>>] {
  try {
    readCode(typed, lists);
  } catch (error) {
    assert.ok(error instanceof CodeFault);
    return [error.kind, error.values];
  }
  return assert.fail("it was read");
}

test("a list has 2,048 words that differ in their first four letters, also without marks", () => {
  for (const { words } of LISTS) {
    assert.equal(words.length, 2048);
    assert.equal(new Set(words.map((word) => marksOff(word).slice(0, 4))).size, 2048);
    for (const word of words) assert.match(word, /^[a-zåäöé]{3,10}$/);
    for (const word of words) assert.equal(word, word.normalize("NFC").toLowerCase());
  }
  for (const word of swedish) assert.ok(word.length >= 4, word);
});

test("every word is known by its first four letters", () => {
  for (const list of LISTS) {
    for (let at = 0; at < 2048; at += 64) {
      const words = list.words.slice(at, at + 8);
      const typed = words.map((word) => marksOff(word).slice(0, 4)).join(" ");
      assert.deepEqual(readCode(typed, [list]), { version: list.version, words });
    }
  }
});

test("a code that was drawn is read as it is, however it is written", () => {
  for (const list of LISTS) {
    const code = drawWords(list, random);
    assert.equal(code.words.length, 8);
    assert.deepEqual(readCode(code.words.join(" "), LISTS), code);
    assert.deepEqual(readCode(code.words.map((w) => w.toUpperCase()).join(" –,\n 	"), LISTS), code);
    assert.deepEqual(readCode(code.words.join(".").normalize("NFD"), LISTS), code);
  }
});

test("digits are drawn evenly and read in any script and grouping", () => {
  const code = drawDigits(random);
  const digits = code.words.join("");
  assert.match(digits, /^\d{27}$/);
  assert.deepEqual(readCode(digits, []), code);
  assert.deepEqual(readCode(code.words.join(" – "), []), code);
  for (const zero of [0x660, 0x6f0]) {
    const foreign = [...digits].map((d) => String.fromCodePoint(zero + Number(d))).join("");
    assert.deepEqual(readCode(foreign, []), code);
  }
  const high = [0xff, 0xff, 0xfd, 0xe8, 0xfd, 0xe7];
  const drawn = drawDigits((size) => Uint8Array.from({ length: size }, () => high.shift() ?? 0));
  // 65,535 and 65,000 are thrown away, 64,999 is the last that counts.
  assert.deepEqual(drawn.words.slice(0, 2), ["999", "000"]);
});

test("what is wrong is told apart, with what mends it", () => {
  const words = swedish.slice(0, 8);
  assert.deepEqual(faultOf(" \n"), ["empty", {}]);
  assert.deepEqual(faultOf("!?"), ["empty", {}]);
  assert.deepEqual(faultOf(words.slice(1).join(" ")), ["few", { n: 7 }]);
  assert.deepEqual(faultOf([...words, "zebra"].join(" ")), ["many", { n: 9 }]);
  assert.deepEqual(faultOf([...words.slice(0, 2), "xqzw", ...words.slice(3)].join(" ")), [
    "unknown",
    { n: 3, word: "xqzw" },
  ]);
  assert.deepEqual(faultOf(["abb", ...words.slice(1)].join(" ")), ["unknown", { n: 1, word: "abb" }]);
  assert.deepEqual(faultOf("12345"), ["digitsFew", { n: 5 }]);
  assert.deepEqual(faultOf("1".repeat(28)), ["digitsMany", { n: 28 }]);
  assert.deepEqual(faultOf(`${words.join(" ")} 7`), ["mixed", {}]);
});

test("of words that stand in no one list the faults are of the list that has the most of them", () => {
  const typed = [...english.slice(0, 7), "zebrafinch"].join(" ");
  const [kind, values] = faultOf(typed.replace("zebrafinch", "xqzw"));
  assert.deepEqual([kind, values.n], ["unknown", 8]);
});

test("whether lists are needed, and how far one has come, is known before", () => {
  assert.deepEqual([isOfWords("123 456"), isOfWords("abborre")], [false, true]);
  assert.deepEqual(counted("abborre  ack, 12 ٣"), { words: 2, digits: 3 });
});
