import assert from "node:assert/strict";
import { test } from "node:test";

Object.assign(globalThis, {
  document: { documentElement: {} },
  __LANGUAGES__: {
    ti: { name: "ትግርኛ", review: "draft" },
    en: { name: "English", review: "reviewed" },
    "sv-x-latt": { name: "Lätt svenska", review: "reviewed" },
  },
});
const { speak } = await import("../../../chat/browser/ui/catalogue.ts");
const { isDraft, languageName } = await import("../../../staff_console/src/views/formats.ts");

test("a_language_is_named_in_the_readers_own_and_easy_swedish_by_its_own_name", () => {
  speak({ language: { tag: "sv", name: "Svenska", direction: "ltr", review: "reviewed" } });
  assert.equal(languageName("ti"), "Tigrinja");
  assert.equal(languageName("sv-x-latt"), "Lätt svenska");
  assert.equal(languageName("not a tag"), "not a tag");
});

test("a_visitor_who_reads_a_draft_is_marked_at_the_desk", () => {
  assert.equal(isDraft("ti"), true);
  assert.equal(isDraft("en"), false);
  assert.equal(isDraft("xx"), false);
});
