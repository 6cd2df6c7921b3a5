/** The key by which a visitor may come back, as it stands in a conversation's log (R1). It knows no code and no log. */

import type { SignedBytes } from "./chain.ts";
import { type Bytes, dec, enc, equal, hash32, type Realm } from "./encoding.ts";
import { verify } from "./errors.ts";
import { importSigningKey, verifySignature } from "./signing.ts";

/** R1: what the visitor signs, and what stands in the log. */
export function returnKeyBytes(realm: Realm, sid: Bytes, key: Bytes): Bytes {
  return enc(realm, "return-key", sid, key);
}

/** R1: of this conversation, signed by its visitor. */
export async function verifyReturnKey(
  realm: Realm,
  { doc, sig }: SignedBytes,
  sid: Bytes,
  visitor: Bytes,
): Promise<Bytes> {
  const key = await returnKeyOf(realm, doc, sid);
  await verifySignature("R1", visitor, doc, sig);
  return key;
}

/** R1: of this conversation. */
export async function returnKeyOf(realm: Realm, doc: Bytes, sid: Bytes): Promise<Bytes> {
  const [named, key] = dec(realm, "return-key", doc, 2);
  verify(equal(hash32(named), sid), "R1", "a return key of another conversation");
  await importSigningKey(key);
  return key;
}
