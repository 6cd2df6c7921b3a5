import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, day, filled, has, moment, speak, t } from "../../../../chat/browser/ui/catalogue.ts";

const page = { lang: "", dir: "", translate: true };
Object.assign(globalThis, { document: { documentElement: page } });

function speaks(tag: string, words: Record<string, string> = {}): void {
  speak({ language: { tag, name: tag, direction: tag === "ar" ? "rtl" : "ltr", review: "draft" }, words });
}

test("words_are_found_by_their_path_and_filled_in", () => {
  speaks("en", { place: "Before you: {n}", twice: "{a} and {a}" });
  assert.equal(t("words.place", { n: 3 }), "Before you: 3");
  assert.equal(t("words.twice", { a: "$&" }), "$& and $&");
});

test("a_missing_word_shows_as_its_key_and_never_as_nothing", () => {
  speaks("en", { there: "{name}" });
  for (const key of ["words.not", "words", "not.there", "words.constructor", "words.there.more"]) {
    assert.equal(t(key), key);
    assert.equal(has(key), false);
  }
  assert.equal(t("words.there"), "{name}");
});

test("the_page_is_in_the_language_that_is_spoken", () => {
  speaks("ar");
  assert.deepEqual(page, { lang: "ar", dir: "rtl", translate: false });
  speaks("sv-x-latt");
  assert.deepEqual(page, { lang: "sv", dir: "ltr", translate: false });
});

test("digits_stay_0_to_9_in_every_language", () => {
  for (const tag of ["sv", "en", "ar", "fa", "ckb"]) {
    speaks(tag);
    assert.match(clock(1_763_900_000), /^\d\d[:.]\d\d$/, tag);
    assert.match(moment(1_763_900_000), /\d\d[:.]\d\d/, tag);
  }
});

test("a_moment_says_its_year", () => {
  for (const tag of ["sv", "en", "ar", "fa"]) {
    speaks(tag);
    assert.match(moment(1_763_900_000), /2025/, tag);
  }
});

test("a_date_keeps_its_direction_and_is_swedish_where_a_browser_has_none_in_the_language", () => {
  for (const tag of ["ar", "zxx"]) {
    speaks(tag);
    for (const words of [day(1_763_900_000), moment(1_763_900_000)]) assert.match(words, /^\u2068.*\u2069$/);
  }
  assert.match(day(1_763_900_000), /söndag 23 november/);
});

test("a_latin_name_keeps_its_direction_where_one_writes_from_right_to_left_and_numbers_stay_as_they_are", () => {
  const said = () => [filled("{name}: {n}", { name: "Amina", n: 3 }), filled("{way}", { way: "4 3 2 1" })];
  speaks("ar");
  assert.deepEqual(said(), ["\u2068Amina\u2069: 3", "4 3 2 1"]);
  speaks("en");
  assert.deepEqual(said(), ["Amina: 3", "4 3 2 1"]);
});
