import assert from "node:assert/strict";
import { test } from "node:test";
import { find, languagesOf } from "../../../staff_console/src/shift/finding.ts";
import type { Reply } from "../../../staff_console/src/shift/laid.ts";

const replies: readonly Reply[] = [
  { language: "sv", title: "Hälsa", text: "Hej, jag är här.", roles: [] },
  { language: "sv", title: "Fara", text: "Hej, ring 112 om du kan.", roles: ["counsellor"] },
  { language: "en", title: "Greet", text: "Hello, I am here.", roles: [] },
  { language: "ar", title: "ترجمة", text: "أنا أترجم", roles: ["interpreter"] },
];

const titles = (role: string, language: string, words = "") =>
  find(replies, { role, language, words }).map(({ title }) => title);

test("a_role_is_offered_its_own_replies_and_those_for_everybody", () => {
  assert.deepEqual(titles("counsellor", "sv"), ["Hälsa", "Fara"]);
  assert.deepEqual(titles("interpreter", "sv"), ["Hälsa"]);
  assert.deepEqual(languagesOf(replies, "counsellor"), ["sv", "en"]);
  assert.deepEqual(languagesOf(replies, "interpreter"), ["sv", "en", "ar"]);
});

test("every_word_must_be_there_in_any_order_without_capitals_or_marks", () => {
  assert.deepEqual(titles("counsellor", "sv", "KAN ring"), ["Fara"]);
  assert.deepEqual(titles("counsellor", "sv", "halsa"), ["Hälsa"]);
  assert.deepEqual(titles("counsellor", "sv", "hej bananer"), []);
});

test("what_the_title_says_comes_before_what_only_the_text_says", () => {
  const some = [
    { language: "sv", title: "Annat", text: "Ta din tid", roles: [] },
    { language: "sv", title: "Ta din tid", text: "Jag väntar.", roles: [] },
  ];
  const found = find(some, { role: "counsellor", language: "sv", words: "tid" });
  assert.deepEqual(
    found.map(({ title }) => title),
    ["Ta din tid", "Annat"],
  );
});
