/**
 * The return code on a visitor's page (R1, R2): how one is made in a conversation, and how a page comes back by one. It has
 * the words of the code and the page's own visitor; which words a code may have, and where they stand, is the screens'.
 */

import type { SignedBytes } from "./chain.ts";
import { makeCodePair } from "./code-key.ts";
import { expectedAfter, recogniseContinuation } from "./continuation.ts";
import { type Bytes, b64, digest, equal, type Realm, unb64 } from "./encoding.ts";
import { readSigned, writeSigned } from "./entry.ts";
import { Refused, Unreachable } from "./errors.ts";
import type { Signed } from "./messages.ts";
import { returnKeyBytes } from "./return-key.ts";
import {
  type CodeSecrets,
  codeSecrets,
  openBlob,
  readTrail,
  returnAs,
  sealBlob,
  type Trail,
} from "./returning.ts";
import { sign } from "./signing.ts";
import type { Visitor } from "./visitor.ts";

const SECRET_BYTES = 32;
const NONCE_BYTES = 12;
const ANSWER_MS = 20_000;
const STORED_MS = 30_000;
const LOOK_MS = 100;
const MOST_ANNOUNCEMENTS = 120;
/** What the service says of a code; anything else is no answer. */
const CODES: readonly string[] = ["code-unknown", "code-locked", "too-fast", "busy"];

/** A code as it is read out. `version`: of the list that its words are from. */
export interface Words {
  readonly version: string;
  readonly words: readonly string[];
}

/** R1: from now on whoever has these words may come back as this visitor. `Refused`; `Unreachable`: nobody knows yet. */
export async function makeCode(visitor: Visitor, { version, words }: Words): Promise<void> {
  const { conversation, keys } = visitor;
  if (!conversation?.members.length || !keys) throw new Refused("wrong-moment");
  const { log } = conversation;
  const { realm, root } = log.trust;
  const { locator, key } = await codeSecrets(realm, root, version, words);
  const { publicKey, scalar } = await makeCodePair();
  const capability = random(SECRET_BYTES);
  const blob = await sealBlob(realm, key, random(NONCE_BYTES), { sid: log.sid, scalar, capability });
  const code = { code: b64(await digest(locator)), blob: b64(blob), reading: b64(await digest(capability)) };
  scalar.fill(0);
  const doc = returnKeyBytes(realm, log.sid, publicKey);
  const sig = await sign(keys.pair.privateKey, doc);
  await settles(() => !conversation.stating);
  let refused = "";
  const message = { kind: "return-key", ...writeSigned({ doc, sig }) } as const;
  conversation.state({ kind: "return-key", doc, sig }, message, (why) => (refused = why), { code });
  // R1: the words are shown once the key stands in the log.
  await settles(() => {
    if (refused || conversation.ended || conversation.refused)
      throw new Refused(refused || "unknown-conversation");
    return log.returnKeys.some((known) => equal(known, publicKey));
  });
  visitor.returns = { ...visitor.returns, knows: (word) => goesOnByACode(visitor, word) };
}

/** R2: whether somebody came back by the newest code of this page's conversation. */
async function goesOnByACode({ conversation }: Visitor, word: Signed): Promise<boolean> {
  if (!conversation) return false;
  return recogniseContinuation(conversation.log, readSigned(word)).then(
    ({ reason }) => reason === "returned",
    () => false,
  );
}

/** Where a code is asked for. A page that does not know its realm, which tells a demo from everything else, asks in both. */
export interface Asked {
  readonly origin: string;
  /** H(R) as base64url. */
  readonly root: string;
  readonly realm?: Realm;
}

export interface Found extends Trail {
  readonly realm: Realm;
}

/** R2: who was in, verified. `tag`: 32 bytes of this page. `Refused`: by its code; `Unreachable`; `VerificationError`. */
export async function findTrail(asked: Asked, { version, words }: Words, tag: Bytes): Promise<Found> {
  const root = unb64(asked.root);
  const realms: readonly Realm[] = asked.realm ? [asked.realm] : ["varsam", "varsam-demo"];
  for (const realm of realms) {
    const secrets = await codeSecrets(realm, root, version, words);
    const blob = await claim(asked.origin, realm, secrets, tag).catch(unless(realm === realms.at(-1)));
    if (!blob) continue;
    const { sid, capability } = blob;
    const said = await post(`${asked.origin}/v1/return/trail`, {
      sid: b64(sid),
      capability: b64(capability),
    });
    const { announcements, key } = readTrailOf(said);
    return { ...(await readTrail(realm, root, blob, announcements, key)), realm };
  }
  throw new Refused("code-unknown");
}

async function claim(origin: string, realm: Realm, { locator, key }: CodeSecrets, tag: Bytes) {
  const { blob } = Object(await post(`${origin}/v1/return`, { locator: b64(locator), tag: b64(tag) }));
  if (typeof blob !== "string") throw new Unreachable("no answer to a code");
  return openBlob(realm, key, unb64(blob));
}

/** Under another realm the same words may lead somewhere. */
function unless(last: boolean): (error: unknown) => null {
  return (error) => {
    if (!last && error instanceof Refused && error.code === "code-unknown") return null;
    throw error;
  };
}

/** E9, R2: this page's visitor goes on, with new keys and without a word of what was said. Before it starts. */
export function goesOn(visitor: Visitor, trail: Found): void {
  const { restoring } = visitor;
  restoring.before = b64(trail.sid);
  restoring.expected = expectedAfter(trail, null);
  restoring.awaited = trail.newest.members.map(({ pseudonym }) => pseudonym);
  visitor.returns = { word: async (sid) => writeSigned(await returnAs(trail.realm, trail, sid)) };
}

function readTrailOf(said: unknown): { announcements: SignedBytes[]; key: SignedBytes } {
  const { announcements, key } = Object(said) as Record<string, unknown>;
  const listed = Array.isArray(announcements) && announcements.length <= MOST_ANNOUNCEMENTS;
  if (!listed || ![...announcements, key].every(isSigned)) throw new Unreachable("no answer to a code");
  return { announcements: announcements.map(readSigned), key: readSigned(key as Signed) };
}

function isSigned(value: unknown): value is Signed {
  const { doc, sig } = Object(value) as Record<string, unknown>;
  return typeof doc === "string" && typeof sig === "string";
}

/** S7. `Refused`: by the code that the service names. */
async function post(url: string, body: object): Promise<unknown> {
  const answer = await fetch(url, {
    method: "POST",
    body: JSON.stringify(body),
    credentials: "omit",
    cache: "no-store",
    referrerPolicy: "no-referrer",
    signal: AbortSignal.timeout(ANSWER_MS),
  }).catch(() => null);
  const said = await answer?.text().catch(() => "");
  const [code = ""] = said?.split("\n") ?? [];
  if (!answer || (!answer.ok && !CODES.includes(code))) throw new Unreachable("no answer to a code");
  if (!answer.ok) throw new Refused(code);
  try {
    return JSON.parse(said ?? "");
  } catch {
    throw new Unreachable("no answer to a code");
  }
}

/** `Unreachable` after a while. */
async function settles(is: () => boolean): Promise<void> {
  const end = Date.now() + STORED_MS;
  while (!is()) {
    if (Date.now() > end) throw new Unreachable("the service has not answered");
    await new Promise((soon) => setTimeout(soon, LOOK_MS));
  }
}

function random(size: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(size));
}
