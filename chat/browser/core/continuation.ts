/**
 * Continuation (E9): a conversation that cannot go on under its id goes on under a new one, by the visitor's word. What that
 * word says, and whether it counts; what was written and is sent again is restoring.ts's.
 */

import type { SignedBytes } from "./chain.ts";
import { type Bytes, dec, enc, equal, hash32, type Realm, text, untext } from "./encoding.ts";
import { verify } from "./errors.ts";
import type { Log } from "./log.ts";
import { type SigningPair, sign, verifySignature } from "./signing.ts";

/** The store has lost what was acknowledged · the visitor came back by a code, on another page. */
export type Reason = "restored" | "returned";

const REASONS: readonly string[] = ["restored", "returned"];

export interface Continuation {
  /** sids. */
  readonly old: Bytes;
  readonly new: Bytes;
  readonly reason: Reason;
  /** H(A_e) of the newest announcement that its signer held. */
  readonly newest: Bytes;
}

/** Of whom the visitor's page lets in unasked, by `String(H(certificate))`; null: whoever accepts first (E5). */
export type Expected = ReadonlySet<string> | null;

/** E9 */
export function continuationBytes(realm: Realm, c: Continuation): Bytes {
  return enc(realm, "continue", c.old, c.new, text(c.reason), c.newest);
}

/** E9: its shape. */
export function parseContinuation(realm: Realm, doc: Bytes): Continuation {
  const [old, next, reason, newest] = dec(realm, "continue", doc, 4);
  const continuation = {
    old: hash32(old),
    new: hash32(next),
    reason: reasonOf(reason),
    newest: hash32(newest),
  };
  verify(!equal(continuation.old, continuation.new), "E9", "a conversation that continues itself");
  return continuation;
}

function reasonOf(bytes: Bytes): Reason {
  const value = untext(bytes);
  verify(REASONS.includes(value), "E9", "the reason is unknown");
  return value as Reason;
}

/** E9: the visitor's word that this conversation goes on as `sid`, since the store has lost a part of it. */
export async function continueAs(log: Log, pair: SigningPair, sid: Bytes): Promise<SignedBytes> {
  const { newest, trust } = log;
  verify(newest !== null, "E9", "there is nothing to continue");
  const fields = { old: log.sid, new: sid, reason: "restored", newest: newest.hash } as const;
  const doc = continuationBytes(trust.realm, fields);
  return { doc, sig: await sign(pair.privateKey, doc) };
}

/** E9: a page holds it against its own log: by a key that is in it, after an announcement that is known here. */
export async function recogniseContinuation(log: Log, { doc, sig }: SignedBytes): Promise<Continuation> {
  verify(log.newest !== null, "E9", "a continuation of a conversation that is not known");
  const continuation = parseContinuation(log.trust.realm, doc);
  verify(equal(continuation.old, log.sid), "E9", "a continuation of another conversation");
  const key = continuation.reason === "restored" ? log.visitorKey : log.returnKeys.at(-1);
  verify(key !== undefined, "E9", "a return to a conversation without a return code");
  await verifySignature("E9", key, doc, sig);
  const known = log.announced.has(String(continuation.newest));
  verify(known, "E9", "a continuation after an announcement that is not known");
  return continuation;
}

/** E9: who is let in unasked to the conversation after this one. `expected`: who was to this one. */
export function expectedAfter(
  { everHadMember, newest }: Pick<Log, "everHadMember" | "newest">,
  expected: Expected,
): Expected {
  if (!everHadMember) return expected;
  return new Set(newest?.members.map((m) => String(m.certificate)));
}
