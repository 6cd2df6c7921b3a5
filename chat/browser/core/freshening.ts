/** Freshness (K4): what the console of a coordinator or supervisor signs every hour, over a roster that it has verified itself. */

import type { SignedBytes } from "./chain.ts";
import { type Bytes, enc, pack, type Realm, u64, unb64 } from "./encoding.ts";
import { type SigningPair, sign } from "./signing.ts";
import type { FreshnessNow } from "./staff-http.ts";

const RENEWED_S = 3600;

/** Whether the next statement is due: an hour has passed, the roster is new, or somebody is to be revoked. */
export function isDue({ time, revoked, wanted }: FreshnessNow, now: number): boolean {
  return now - time >= RENEWED_S || wanted.some((hash) => !revoked.includes(hash));
}

/** K4: nobody who was revoked is forgotten. */
export async function signFreshness(
  realm: Realm,
  signing: SigningPair,
  { roster, n, revoked, wanted }: FreshnessNow,
  now: number,
): Promise<SignedBytes> {
  const hashes = [...new Set([...revoked, ...wanted])].map(unb64).sort(rising);
  const doc = enc(realm, "fresh", unb64(roster), u64(n + 1), u64(now), pack(hashes));
  return { doc, sig: await sign(signing.privateKey, doc) };
}

function rising(a: Bytes, b: Bytes): number {
  const at = a.findIndex((byte, place) => byte !== b[place]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
