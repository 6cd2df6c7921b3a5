/**
 * Work in place of an identity (W1): a number is looked for whose hash is below the service's target. A page without workers does it in
 * slices of a few milliseconds, so that whoever wants to leave can (Leave 3).
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { type Bytes, digest, enc, hash32, type Realm, text, u64 } from "./encoding.ts";
import { verify } from "./errors.ts";
import { turn } from "./turns.ts";

const SLICE_MS = 8;
const BATCH = 32;
const NUMBER_BYTES = 8;

export interface Task {
  readonly purpose: string;
  readonly challenge: Bytes;
  /** What the challenge becomes good for. */
  readonly body: Bytes;
  /** 32 bytes; the hash must be below. */
  readonly target: Bytes;
}

/** The number; null: `stop` said so. `tell`: how much of what is to be expected was done, now and then. */
export async function work(
  realm: Realm,
  task: Task,
  stop: () => boolean,
  tell: (part: number) => void = () => {},
): Promise<number | null> {
  const { purpose, challenge, target } = task;
  const known = workBytes(realm, purpose, challenge, await digest(task.body), 0);
  const hits = hitting(known.slice(0, -NUMBER_BYTES), target);
  const expected = 2 ** 256 / Math.max(1, big(target));
  for (let n = 0; ; ) {
    if (stop()) return null;
    for (const until = performance.now() + SLICE_MS; performance.now() < until; ) {
      for (const last = n + BATCH; n < last; n += 1) if (hits(n)) return n;
    }
    tell(Math.min(0.99, n / expected));
    await turn();
  }
}

/** Whether a number does. Everything before it is hashed once, and no try makes anything anew: that would take longer than the hash. */
function hitting(before: Bytes, target: Bytes): (n: number) => boolean {
  const begun = sha256.create().update(before);
  const tried = sha256.create();
  const number = new Uint8Array(NUMBER_BYTES);
  const digits = new DataView(number.buffer);
  const hash = new Uint8Array(begun.outputLen);
  return (n) => {
    digits.setUint32(0, Math.floor(n / 2 ** 32));
    digits.setUint32(4, n % 2 ** 32);
    begun._cloneInto(tried).update(number).digestInto(hash);
    return below(hash, target);
  };
}

/** W1: `body`: H(body). Raises where it is less work than was asked for. */
export async function verifyWork(
  realm: Realm,
  { purpose, challenge, target, body }: Task,
  n: number,
): Promise<Bytes> {
  const hash = await digest(workBytes(realm, purpose, challenge, body, n));
  verify(below(hash, hash32(target)), "W1", "less work than was asked for");
  return hash;
}

function workBytes(realm: Realm, purpose: string, challenge: Bytes, body: Bytes, n: number): Bytes {
  return enc(realm, "work", text(purpose), challenge, body, u64(n));
}

function below(hash: Uint8Array, target: Bytes): boolean {
  let at = 0;
  while (at < hash.length && hash[at] === target[at]) at += 1;
  return at < hash.length && (hash[at] ?? 0) < (target[at] ?? 0);
}

function big(bytes: Bytes): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}
