import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { EndReason, LinkState, WaitingView } from "../../../chat/browser/core/view.ts";
import type { Hindrance } from "../../../staff_console/src/views/take.ts";

type Words = string | { readonly [key: string]: Words };

const [en, sv] = ["en", "sv"].map((tag) =>
  flat(JSON.parse(readFileSync(`chat/locales/${tag}.json`, "utf8")).staff),
);

/** "a.b.c" → words. */
function flat(words: Words, path = ""): ReadonlyMap<string, string> {
  if (typeof words === "string") return new Map([[path, words]]);
  const below = Object.entries(words).map(([key, value]) => flat(value, path ? `${path}.${key}` : key));
  return new Map(below.flatMap((map) => [...map]));
}

function placeholders(words: string): string[] {
  return (words.match(/\{\w+\}/g) ?? []).sort();
}

test("swedish_and_english_say_the_same_things_at_the_desk", () => {
  assert.ok(en && sv);
  assert.deepEqual([...sv.keys()].sort(), [...en.keys()].sort());
  for (const [key, words] of en) assert.deepEqual(placeholders(sv.get(key) ?? ""), placeholders(words), key);
});

test("whatever_the_core_tells_has_words_at_the_desk", () => {
  const hindrances: Record<Hindrance, 1> = {
    moved: 1,
    offline: 1,
    offDuty: 1,
    full: 1,
    empty: 1,
    unavailable: 1,
    otherRole: 1,
    unmet: 1,
    crisis: 1,
    finishing: 1,
    break: 1,
  };
  const reasons: Record<EndReason | "refused" | "stopped", 1> = {
    closed: 1,
    "left-quickly": 1,
    time: 1,
    continued: 1,
    returned: 1,
    unknown: 1,
    refused: 1,
    stopped: 1,
  };
  const links: Record<LinkState, 1> = { connecting: 1, online: 1, offline: 1 };
  const entrances: Record<NonNullable<WaitingView["entrance"]>, 1> = { self: 1, other: 1, work: 1 };
  const service = { leased: 1, returned: 1, "left-quickly": 1, closed: 1, time: 1, restored: 1 };
  const sections = { take: hindrances, over: reasons, link: links, entrance: entrances, service };
  for (const [section, codes] of Object.entries(sections))
    for (const code of Object.keys(codes)) assert.ok(en?.has(`${section}.${code}`), `${section}.${code}`);
});
