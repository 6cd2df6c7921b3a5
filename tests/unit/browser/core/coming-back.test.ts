/** The return code on a visitor's page whose service the test is: made, kept from nobody but its words, and come back by (R1, R2). */

import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { findTrail, goesOn, makeCode } from "../../../../chat/browser/core/coming-back.ts";
import { parseContinuation } from "../../../../chat/browser/core/continuation.ts";
import { b64, digest, unb64 } from "../../../../chat/browser/core/encoding.ts";
import { writeSigned } from "../../../../chat/browser/core/entry.ts";
import { Refused, Unreachable, VerificationError } from "../../../../chat/browser/core/errors.ts";
import type { Append, Code, Signed } from "../../../../chat/browser/core/messages.ts";
import { Restoring } from "../../../../chat/browser/core/restoring.ts";
import { codeSecrets, openBlob } from "../../../../chat/browser/core/returning.ts";
import type { SigningPair } from "../../../../chat/browser/core/signing.ts";
import type { Visitor } from "../../../../chat/browser/core/visitor.ts";
import { random, Waiting } from "./waiting.ts";

const WORDS = { version: "digits-1", words: Array.from({ length: 9 }, (_, at) => `00${at}`) };
const ORIGIN = "https://chat.example";
const fetched = globalThis.fetch;

let waiting: Waiting;
let page: Visitor;

beforeEach(async () => {
  waiting = await Waiting.begins();
  page = pageOf(waiting);
});

afterEach(() => {
  globalThis.fetch = fetched;
});

/** What of a visitor's page the return code knows. */
function pageOf({ conversation, ...rest }: Waiting): Visitor {
  const { pair } = rest as unknown as { pair: SigningPair };
  return { conversation, keys: { pair }, returns: {}, restoring: new Restoring() } as unknown as Visitor;
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

async function appended(): Promise<Append> {
  for (;;) {
    const found = waiting.link.appended.find(({ entry }) => entry.kind === "return-key");
    if (found) return found;
    await soon();
  }
}

/** Amina is in, and the code counts. */
async function hasACode(): Promise<Append> {
  await waiting.letsIn(waiting.amina);
  const made = makeCode(page, WORDS);
  const append = await appended();
  await waiting.acknowledges(append);
  await made;
  return append;
}

/** The service, with what lies under the code. */
function answers(
  code: Code,
  change: (path: string, answer: object) => object = (_, answer) => answer,
): string[] {
  const asked: string[] = [];
  const announcements = waiting.log.filter(({ kind }) => kind === "announcement") as (Signed & object)[];
  const key = waiting.log.filter(({ kind }) => kind === "return-key").at(-1) as Signed & object;
  const only = ({ doc, sig }: Signed) => ({ doc, sig });
  globalThis.fetch = async (url, options) => {
    const path = new URL(String(url)).pathname;
    asked.push(path);
    const said = JSON.parse(String(options?.body));
    if (path === "/v1/return/trail") {
      return Response.json(change(path, { announcements: announcements.map(only), key: only(key) }));
    }
    const known = b64(await digest(unb64(said.locator))) === code.code;
    return known
      ? Response.json(change(path, { blob: code.blob }))
      : new Response("code-unknown\n", { status: 404 });
  };
  return asked;
}

const asked = () => ({ origin: ORIGIN, root: b64(waiting.organisation.root) });

test("a code is kept beside the log, and only its words open what lies under it", async () => {
  const { code } = await hasACode();
  assert.ok(code);
  const { root } = waiting.organisation;
  const { locator, key } = await codeSecrets("varsam", root, WORDS.version, WORDS.words);
  assert.equal(code.code, b64(await digest(locator)));
  const blob = await openBlob("varsam", key, unb64(code.blob));
  assert.deepEqual(blob.sid, waiting.conversation.log.sid);
  assert.equal(code.reading, b64(await digest(blob.capability)));
  const other = await codeSecrets("varsam", root, "sv-1", WORDS.words);
  await assert.rejects(openBlob("varsam", other.key, unb64(code.blob)), VerificationError);
  assert.ok(page.returns.knows);
});

test("before somebody was let in there is no code", async () => {
  await assert.rejects(makeCode(page, WORDS), new Refused("wrong-moment"));
  assert.deepEqual(waiting.link.appended, []);
});

test("what the service refuses is no code, and the words are not shown", async () => {
  await waiting.letsIn(waiting.amina);
  const made = makeCode(page, WORDS);
  const { ref } = await appended();
  waiting.conversation.fault({ type: "error", ref, code: "full", remedy: "" });
  await assert.rejects(made, new Refused("full"));
  assert.equal(page.returns.knows, undefined);
});

test("whoever has the words finds who was in, and goes on to them alone", async () => {
  const { code } = await hasACode();
  const paths = answers(code as Code);
  const trail = await findTrail(asked(), WORDS, random(32));
  assert.deepEqual(paths, ["/v1/return", "/v1/return/trail"]);
  const again = pageOf(waiting);
  goesOn(again, trail);
  const { restoring } = again;
  assert.deepEqual(restoring.awaited, ["Amina"]);
  assert.deepEqual([...(restoring.expected ?? [])], [String(waiting.amina.hash)]);
  const next = random(32);
  const word = await again.returns.word?.(next);
  assert.ok(word);
  const read = parseContinuation("varsam", unb64(word.doc));
  assert.deepEqual([read.reason, read.new, read.old], ["returned", next, waiting.conversation.log.sid]);
  // The page that made the code knows it by that; another's word it does not.
  assert.equal(await page.returns.knows?.(word), true);
  assert.equal(await page.returns.knows?.({ ...word, sig: b64(random(64)) }), false);
  assert.equal(await page.returns.knows?.(writeSigned(await waiting.goesOn())), false);
});

test("other words find nothing, in either realm", async () => {
  const { code } = await hasACode();
  const paths = answers(code as Code);
  const wrong = { ...WORDS, words: [...WORDS.words].reverse() };
  await assert.rejects(findTrail(asked(), wrong, random(32)), new Refused("code-unknown"));
  assert.deepEqual(paths, ["/v1/return", "/v1/return"]);
});

test("what the service changes or makes up is refused", async () => {
  const { code } = await hasACode();
  const refused = async (change: (answer: Record<string, unknown>) => object, at: string, kind: object) => {
    answers(code as Code, (path, answer) => (path === at ? change({ ...answer }) : answer));
    await assert.rejects(findTrail(asked(), WORDS, random(32)), kind);
  };
  const trail = "/v1/return/trail";
  await refused((a) => ({ blob: `${String(a.blob).slice(0, -4)}AAAA` }), "/v1/return", VerificationError);
  await refused(() => ({ blob: 7 }), "/v1/return", Unreachable);
  await refused(() => [], "/v1/return", Unreachable);
  await refused((a) => ({ ...a, announcements: [] }), trail, VerificationError);
  await refused(
    (a) => ({ ...a, announcements: [(a.announcements as object[])[1]] }),
    trail,
    VerificationError,
  );
  await refused((a) => ({ ...a, announcements: "all" }), trail, Unreachable);
  await refused((a) => ({ ...a, key: null }), trail, Unreachable);
  await refused((a) => ({ ...a, key: (a.announcements as object[])[0] }), trail, VerificationError);
});

test("a service that does not answer, or says what it never says, is no answer", async () => {
  const said = (answer: () => Promise<Response>) => {
    globalThis.fetch = answer;
    return findTrail(asked(), WORDS, random(32));
  };
  await assert.rejects(
    said(() => Promise.reject(new TypeError("no network"))),
    Unreachable,
  );
  await assert.rejects(
    said(async () => new Response("<p>Sign in</p>")),
    Unreachable,
  );
  await assert.rejects(
    said(async () => new Response("", { status: 502 })),
    Unreachable,
  );
  await assert.rejects(
    said(async () => new Response("code-locked\n", { status: 423 })),
    new Refused("code-locked"),
  );
});
