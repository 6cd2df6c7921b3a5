/**
 * Whatever comes from outside is read, or refused in the one way there is for it: bytes of every document and frame, texts of
 * the service, values of the page around. Genuine ones with a few bytes changed, by a generator with a fixed seed.
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as chain from "../../../../chat/browser/core/chain.ts";
import { parseContinuation } from "../../../../chat/browser/core/continuation.ts";
import type { Bytes } from "../../../../chat/browser/core/encoding.ts";
import * as encoding from "../../../../chat/browser/core/encoding.ts";
import { readEntry } from "../../../../chat/browser/core/entry.ts";
import { parseAnnouncement, parseOffer } from "../../../../chat/browser/core/epochs.ts";
import { VerificationError } from "../../../../chat/browser/core/errors.ts";
import { parseCounts, parseHeader, parsePlain, unpad } from "../../../../chat/browser/core/frames.ts";
import { parseGuest } from "../../../../chat/browser/core/guest.ts";
import { open, verifySealKey } from "../../../../chat/browser/core/hpke.ts";
import { MESSAGES, readMessage, readPolled } from "../../../../chat/browser/core/inbox.ts";
import { readStaffMessage } from "../../../../chat/browser/core/inbox-staff.ts";
import type { AnyEntry, ServerMessage } from "../../../../chat/browser/core/messages.ts";
import { importSigningKey, verifySignature } from "../../../../chat/browser/core/signing.ts";
import { pairOf } from "./seeds.ts";

const ROUNDS = 400;
const REALM = "varsam";

/** mulberry32: the same numbers every time. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const below = generator(20261123);

function pick<T>(items: readonly T[]): T {
  return items[below(items.length)] as T;
}

function anyBytes(most: number): Bytes {
  return Uint8Array.from({ length: below(most) }, () => below(256));
}

/** Some bytes changed, put in or taken away. */
function altered(genuine: Bytes): Bytes {
  let data = genuine;
  for (let i = below(4); i > 0; i--) {
    const at = below(data.length + 1);
    data = encoding.concat([data.slice(0, at), anyBytes(6), data.slice(at + below(6))]);
  }
  return data;
}

interface Given {
  readonly doc?: string;
  readonly header?: string;
  readonly ciphertext?: string;
  readonly sig?: string;
  readonly kind?: string;
  readonly documents?: readonly Given[];
  readonly wraps?: readonly string[];
  readonly entries?: readonly Given[];
}

const file = JSON.parse(readFileSync("tests/vectors/python.json", "utf8")) as {
  readonly bytes: Readonly<Record<string, string>>;
  readonly cases: readonly { readonly op: string; readonly in: Given; readonly out?: unknown }[];
};
const named = (value: string): string =>
  value.startsWith("@") ? (file.bytes[value.slice(1)] as string) : value;
const raw = (value: string): Bytes => encoding.unb64(named(value));
const log = file.cases.filter(({ op, out }) => op === "log" && out).at(-1)?.in.entries ?? [];
const docs = [
  ...file.cases.flatMap(({ in: { doc } }) => (doc ? [raw(doc)] : [])),
  ...log
    .flatMap((entry) => [entry, ...(entry.documents ?? [])])
    .flatMap(({ doc }) => (doc ? [raw(doc)] : [])),
];
const wraps = log.flatMap((entry) => (entry.wraps ?? []).map(raw));
const { privateKey } = await pairOf(new Uint8Array(32).fill(7));
const signingKey = await crypto.subtle
  .generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"])
  .then(async ({ publicKey }) => new Uint8Array(await crypto.subtle.exportKey("raw", publicKey)));

const PARSERS: Record<string, (data: Bytes) => unknown> = {
  uint: encoding.uint,
  truth: encoding.truth,
  hash32: encoding.hash32,
  text: encoding.untext,
  unpack: encoding.unpack,
  type: (doc) => encoding.typeOf(REALM, doc),
  registrar: (doc) => chain.registrarOf(REALM, doc),
  roster: (doc) => chain.parseRoster(REALM, doc),
  freshness: (doc) => chain.parseFresh(REALM, doc),
  announcement: (doc) => parseAnnouncement(REALM, doc),
  continuation: (doc) => parseContinuation(REALM, doc),
  offer: (doc) => parseOffer(REALM, doc),
  guest: (doc) => parseGuest(REALM, doc),
  header: (doc) => parseHeader(REALM, doc),
  plain: (doc) => parsePlain(REALM, doc),
  counts: parseCounts,
  unpad,
  "public key": importSigningKey,
  "HPKE key": verifySealKey,
  signature: (data) => verifySignature("F3", signingKey, new Uint8Array(3), data),
  sealed: (data) => open("E3", privateKey, new Uint8Array(4), data),
};

for (const [name, parse] of Object.entries(PARSERS)) {
  test(`any bytes are parsed or refused: ${name}`, async () => {
    const edges = [new Uint8Array(0), new Uint8Array(4).fill(255), new Uint8Array(4096)];
    const tried = Array.from({ length: ROUNDS }, () =>
      pick([anyBytes(300), altered(pick([...docs, ...wraps]))]),
    );
    for (const data of [...edges, ...tried]) {
      try {
        await parse(data);
      } catch (error) {
        assert.ok(error instanceof VerificationError, `${name}: ${error}: ${encoding.b64(data)}`);
      }
    }
  });
}

test("any text is base64url in its one form, or refused", () => {
  const letters = "AQgwZaz09-_=+/ \n\0é😀".split("");
  for (let i = 0; i < 5 * ROUNDS; i++) {
    const value = Array.from({ length: below(12) }, () => pick(letters)).join("");
    try {
      assert.equal(encoding.b64(encoding.unb64(value)), value);
    } catch (error) {
      assert.ok(error instanceof VerificationError, `${error}: ${value}`);
    }
  }
});

// What the service says

const D = "A".repeat(43);
const signed = { doc: "AAAA", sig: "A".repeat(86) };
const freshness = { roster: D, fresh: signed, signer: D, documents: [signed] };
const entries: AnyEntry[] = log.map((entry) =>
  JSON.parse(
    JSON.stringify({ ...entry, index: undefined, at: undefined }, (_, v) =>
      typeof v === "string" ? named(v) : v,
    ),
  ),
);
const SAID: ServerMessage[] = [
  { type: "welcome", now: 1, realm: "varsam", root: D, freshness: { type: "freshness", ...freshness } },
  { type: "freshness", ...freshness },
  ...entries.map((entry): ServerMessage => ({ type: "entry", sid: D, index: 1, at: 1, entry })),
  { type: "ack", ref: 1, sid: D, index: 1, at: 1 },
  { type: "done", ref: 1 },
  { type: "pong", ref: 1 },
  { type: "error", code: "busy", remedy: "", ref: 1, sid: null, retry_after: 0.5 },
  { type: "ended", sid: D, reason: "closed" },
  { type: "presence", sid: D, visitor: true, counsellors: 1 },
  { type: "queue", sid: D, position: 1, on_duty: 1 },
  { type: "desk", waiting: [{ since: 1, language: "sv" }], length: 1, on_duty: ["Amina"] },
  { type: "leased", ref: 1, sid: D, lease: D, deadline: 1 },
  { type: "invited", ref: 1, sid: D, index: 3 },
  {
    type: "asks",
    asks: [{ sid: D, purpose: "handover", by: "Amina" }],
    colleagues: [{ pseudonym: "Björn", role: "counsellor" }],
  },
];
const VALUES = [
  null,
  -1,
  0,
  1.5,
  1e308,
  "",
  "x",
  [],
  [null],
  {},
  true,
  undefined,
  2 ** 53,
  { type: "entry" },
];

/** The same, with one value somewhere in it exchanged. */
function exchanged(value: unknown): unknown {
  if (Array.isArray(value) && value.length && below(4)) {
    const at = below(value.length);
    return value.map((item, i) => (i === at ? exchanged(item) : item));
  }
  if (value && typeof value === "object" && !Array.isArray(value) && below(8)) {
    const at = pick(Object.keys(value));
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, key === at ? exchanged(item) : item]),
    );
  }
  return pick(VALUES);
}

/** What a page does at once with a message, as desk.ts and visitor.ts do it. */
function isUsed(message: ServerMessage): void {
  if (message.type === "desk") for (const w of message.waiting) assert.equal(typeof w.since, "number");
  if (message.type === "entry") assert.equal(message.index + message.at >= 0, true);
  if (message.type === "welcome") assert.equal(Number.isNaN(message.now - 1), false);
  if (message.type === "error") assert.equal(typeof message.code, "string");
}

test("what the service says as it should is read", () => {
  for (const message of SAID) assert.deepEqual(readStaffMessage(JSON.stringify(message)), message);
});

test("a visitor's page reads what it acts on by the same rules", () => {
  for (const message of SAID) {
    const harmed = JSON.stringify({ ...message, ref: "1", sid: 2, now: "", roster: 0 });
    if (MESSAGES.has(message.type)) assert.equal(readMessage(harmed), null, message.type);
    assert.deepEqual(readMessage(JSON.stringify(message)), message);
  }
});

test("any text of the service is a message with its fields, or none", () => {
  for (let i = 0; i < 10 * ROUNDS; i++) {
    const whole = JSON.stringify(exchanged(pick(SAID))) ?? "";
    const at = below(whole.length + 1);
    const said = pick([
      whole,
      whole,
      whole.slice(0, at),
      `${whole.slice(0, at)}${pick(['"', "{", "\0"])}${whole.slice(at)}`,
    ]);
    const message = readStaffMessage(said);
    if (message) isUsed(message);
  }
});

test("any answer to a poll is one with messages that have their fields, or none", () => {
  const said = SAID.filter(({ type }) => MESSAGES.has(type));
  const polled = { messages: said, known: { queue: "q", presence: "", freshness: "f" }, closed: 4401 };
  assert.deepEqual(readPolled(JSON.stringify(polled)), polled);
  let read = 0;
  for (let i = 0; i < 4 * ROUNDS; i++) {
    const messages = [pick(said), pick(said)];
    const whole = JSON.stringify(exchanged({ ...polled, messages })) ?? "";
    const answer = readPolled(pick([whole, whole, whole.slice(0, below(whole.length + 1))]));
    for (const message of answer?.messages ?? []) isUsed(message);
    for (const value of Object.values(answer?.known ?? {})) assert.notEqual(value, undefined);
    read += answer ? 1 : 0;
  }
  assert.ok(read > ROUNDS / 4, "most that is exchanged changes nothing that matters");
});

test("any entry of the service is bytes, or refused", () => {
  for (let i = 0; i < 2 * ROUNDS; i++) {
    const message = readStaffMessage(JSON.stringify({ ...SAID[2], entry: exchanged(pick(entries)) }));
    if (message?.type !== "entry") continue;
    try {
      readEntry(message.entry);
    } catch (error) {
      assert.ok(
        error instanceof VerificationError,
        `${error}: ${JSON.stringify(message.entry).slice(0, 200)}`,
      );
    }
  }
});
