/** What the visitor is asked about before sending (Talk 3), measured on texts that people labelled. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import Personnummer from "personnummer";
import { findSlips, type Kind } from "../../../widget/frame/slips.ts";

interface Labelled {
  readonly text: string;
  readonly kinds: readonly Kind[];
}

const LABELLED: Labelled[] = JSON.parse(readFileSync("tests/unit/widget/slips.json", "utf8"));

function kinds(text: string, strict = false): Kind[] {
  return [...new Set(findSlips(text, strict).map(({ kind }) => kind))].sort();
}

/** A number whose last digit checks,. */
function identity(date: string, serial: string): string {
  const digits = [...`${date.slice(-6)}${serial}`].map(Number);
  const sum = digits.reduce((all, d, i) => all + (i % 2 ? d : d * 2 - (d > 4 ? 9 : 0)), 0);
  return `${date}${serial}${(10 - (sum % 10)) % 10}`;
}

for (const [kind, hits, alarms] of [
  ["phone", 0.9, 0.03],
  ["email", 1, 0],
  ["address", 0.9, 0.01],
  ["school", 0.9, 0.01],
  ["class", 0.9, 0.01],
] as const) {
  test(`of the labelled texts enough are asked about and few others: ${kind}`, (t) => {
    const found = LABELLED.map(({ text }) => kinds(text).includes(kind));
    const meant = LABELLED.map((one) => one.kinds.includes(kind));
    const missed = LABELLED.filter((_, i) => meant[i] && !found[i]);
    const false_ = LABELLED.filter((_, i) => !meant[i] && found[i]);
    const all = meant.filter(Boolean).length;
    const others = LABELLED.length - all;
    t.diagnostic(
      `${kind}: ${all - missed.length} of ${all} found, ${false_.length} false alarms in ${others} others`,
    );
    for (const { text } of missed) t.diagnostic(`missed: ${text}`);
    for (const { text } of false_) t.diagnostic(`false alarm: ${text}`);
    assert.ok((all - missed.length) / all >= hits);
    assert.ok(false_.length / others <= alarms);
  });
}

test("an identity number is found inside running text, however it is written", () => {
  const number = identity("19850709", "980");
  const [date, last] = [number.slice(0, 8), number.slice(8)];
  const written = [
    number,
    `${date}-${last}`,
    `${date} ${last}`,
    `${date}–${last}`,
    `${date.slice(2)}-${last}`,
    `${date.slice(2)}${last}`,
    `${date.slice(2)}+${last}`,
    `1985-07-09-${last}`,
    `85 07 09 ${last}`,
    [...`${date}-${last}`].map((c) => (c === "-" ? c : String.fromCharCode(0x660 + Number(c)))).join(""),
  ];
  for (const form of written) {
    const found = findSlips(`Jag heter inget, men ${form}, det är jag.`, false);
    assert.deepEqual(
      found.map(({ kind }) => kind),
      ["identity"],
      form,
    );
  }
});

test("a coordination number is one too, and a number whose digit or date is wrong only where it is strict", () => {
  assert.deepEqual(kinds(`samordningsnummer ${identity("19850769", "980")}`), ["identity"]);
  const good = identity("850709", "980");
  const wrong = `${good.slice(0, 6)}-${good.slice(6, 9)}${(Number(good[9]) + 1) % 10}`;
  assert.deepEqual(kinds(wrong), []);
  assert.deepEqual(kinds(wrong, true), ["identity"]);
  assert.deepEqual(kinds(identity("851341", "980")), []);
});

test("an identity number is not asked about twice, as a phone number too", () => {
  const found = findSlips(`${identity("070115", "238")} och 070-174 06 05`, false);
  assert.deepEqual(
    found.map(({ kind }) => kind),
    ["identity", "phone"],
  );
});

test("what was found is shown as it was written", () => {
  assert.deepEqual(findSlips("Ring 070–174 06 05. Sol@Example.se!", false), [
    { kind: "email", match: "Sol@Example.se" },
    { kind: "phone", match: "070–174 06 05" },
  ]);
});

test("a childs name is asked about where professionals write, and only there", () => {
  for (const text of [
    "Eleven heter Sol",
    "flickan Sol Blomma",
    "the girl is named Sol",
    "det gäller Sol Blomma",
  ]) {
    assert.deepEqual(kinds(text, true), ["name"], text);
    assert.deepEqual(kinds(text), [], text);
  }
  assert.deepEqual(kinds("Jag är lärare och orolig för en elev.", true), []);
});

test("no text is too long or too odd to be looked at", () => {
  for (const text of [
    "a".repeat(200_000),
    "1 ".repeat(50_000),
    "a.".repeat(50_000),
    "@".repeat(50_000),
    "Åa ".repeat(50_000),
    "0".repeat(100_000),
  ])
    assert.ok(Array.isArray(findSlips(text, true)));
});

test("what npm's personnummer calls a number is asked about, and what it does not is not", () => {
  for (let at = 0; at < 4_000; at++) {
    const day = new Date(Date.UTC(1930, 0, at * 9)).toISOString().slice(2, 10).replaceAll("-", "");
    const number = `${day}-${String(1 + ((at * 7) % 999)).padStart(3, "0")}${at % 10}`;
    assert.equal(kinds(`Det är ${number}.`).includes("identity"), Personnummer.valid(number), number);
  }
});
