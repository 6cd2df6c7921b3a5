/** Every deed of the audit has words in both of staff's languages, and can be found by them. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { speak } from "../../../chat/browser/ui/catalogue.ts";
import { deed, matches } from "../../../staff_console/src/office/deeds.ts";

// A page of which only the language is ever touched.
Object.assign(globalThis, { document: { documentElement: {} } });

const DEEDS = [
  "invited",
  "added a passkey",
  "signed in",
  "signed out everywhere",
  "asked for a machine",
  "compared the words of a machine of",
  "certified a machine of",
  "wrote down what can be answered by",
  "revoked a machine of",
  "revoked",
  "signed roster 7",
  "took",
  "asked for the number of",
  "called (reached)",
  "is done with",
  "made a team key",
];

for (const tag of ["en", "sv"]) {
  test(`every deed has words (${tag})`, () => {
    speak(JSON.parse(readFileSync(`chat/locales/${tag}.json`, "utf8")));
    const words = DEEDS.map(deed);
    for (const [at, said] of words.entries()) {
      assert.ok(!said.includes("staff.audit"), said);
      if (tag === "sv") assert.notEqual(said, DEEDS[at]);
    }
    assert.equal(new Set(words).size, DEEDS.length, "no two deeds have one name");
    assert.ok(words.some((said) => said.endsWith(" 7")));
  });
}

test("a deed that has no words yet is shown as it stands", () => {
  assert.equal(deed("did something new to"), "did something new to");
});

test("every word that is sought must stand in the entry", () => {
  speak(JSON.parse(readFileSync("chat/locales/en.json", "utf8")));
  const entry = { n: 1, time: 0, who: "Cleo", what: "revoked a machine of", about: "Amina" };
  for (const sought of ["", "cleo", "AMINA machine", " revoked  amina "])
    assert.ok(matches(entry, sought), sought);
  for (const sought of ["nils", "cleo passkey"]) assert.ok(!matches(entry, sought), sought);
});
