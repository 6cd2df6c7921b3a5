// The words of every language, as they go into bundles: what a language lacks is filled in, and what safety rests on has its Swedish beside it.

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { paths } from "./files.mjs";

/** The words that stand before the frame can say any. */
export const early = ({ leave, frame, opening, failed }) => ({ leave, frame, opening, failed });
/** The languages in the order in which they are offered (domain.md, Languages). */
const ORDER = "sv sv-x-latt en ar so fa-AF fa ckb kmr ti tr sq bs uk ru pl fi ps ur".split(" ");
/** Written by us; every other language is a translation of these. */
const OURS = ["sv", "sv-x-latt", "en"];

/** What `catalogue` lacks is taken from `whole`: a word in another language is better than none. */
function completed(catalogue, whole) {
  if (typeof whole !== "object") return catalogue ?? whole;
  const keys = Object.keys({ ...whole, ...catalogue });
  return Object.fromEntries(
    keys.map((key) => [key, completed(catalogue?.[key], whole[key] ?? catalogue[key])]),
  );
}

export function readCatalogues() {
  const read = (path) => [basename(path, ".json"), JSON.parse(readFileSync(path, "utf8"))];
  const found = Object.fromEntries(paths(["chat/locales/*.json"]).map(read));
  const { sv, en } = found;
  if (!sv || !en)
    throw new Error("sv.json or en.json is missing in chat/locales: the others fall back on them.");
  const tags = ORDER.filter((tag) => found[tag]);
  const fallen = (tag) =>
    tag.startsWith("sv")
      ? completed(completed(found[tag], sv), en)
      : completed(completed(found[tag], en), sv);
  return Object.fromEntries(tags.map((tag) => [tag, withSwedish(tag, fallen(tag), sv)]));
}

/** A translation that nobody has approved carries the Swedish of the words on which safety rests. */
function withSwedish(tag, words, sv) {
  if (OURS.includes(tag) || words.language.review === "approved") return words;
  const safety = readFileSync("chat/locales/safety.txt", "utf8").split("\n");
  return { ...words, swedish: picked(sv, safety) };
}

/** Only what stands at these keys, or below them. */
function picked(words, keys, path = "") {
  const kept = Object.entries(words).flatMap(([key, value]) => {
    const at = path + key;
    if (keys.includes(at)) return [[key, value]];
    if (!keys.some((wanted) => wanted.startsWith(`${at}.`))) return [];
    return [[key, picked(value, keys, `${at}.`)]];
  });
  return Object.fromEntries(kept);
}

/** What the frame says of the loader's words; the loader has the others itself. */
const later = ({ leave, progress, hint, tab }) => ({ leave, progress, hint, tab });

/** These sections, and of the Swedish beside them only theirs. */
export const carried = ({ swedish, loader, ...words }, sections) => {
  const all = { ...words, loader: later(loader), swedish: swedish && only(swedish, sections) };
  return Object.fromEntries(sections.map((name) => [name, all[name]]));
};

const only = (words, sections) =>
  Object.fromEntries(Object.entries(words).filter(([section]) => sections.includes(section)));
