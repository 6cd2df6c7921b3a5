/** A key whose private half lies under a code (R1, C3): made, and taken up again from both its halves. It knows no code. */

import { ABSENT, type Bytes, b64, unb64 } from "./encoding.ts";
import { VerificationError } from "./errors.ts";
import { sign, verifySignature } from "./signing.ts";

const COORDINATE_BYTES = 32;
const CURVE = { name: "ECDSA", namedCurve: "P-256" };

/** The private half as 32 bytes, the public one as 65. */
export interface CodePair {
  readonly publicKey: Bytes;
  readonly scalar: Bytes;
}

export async function makeCodePair(): Promise<CodePair> {
  const { publicKey, privateKey } = await crypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
  const { d = "" } = await crypto.subtle.exportKey("jwk", privateKey);
  return { publicKey: new Uint8Array(await crypto.subtle.exportKey("raw", publicKey)), scalar: unb64(d) };
}

/**
 * Both halves belong together, whatever an engine checks when it takes them. Both are asked for, because Firefox takes no private half
 * alone. `step`: what refuses them.
 */
export async function ownKey(step: string, { publicKey, scalar }: CodePair): Promise<CryptoKey> {
  const [x, y] = [publicKey.slice(1, 1 + COORDINATE_BYTES), publicKey.slice(1 + COORDINATE_BYTES)];
  const jwk = { kty: "EC", crv: CURVE.namedCurve, x: b64(x), y: b64(y), d: b64(scalar) };
  try {
    const key = await crypto.subtle.importKey("jwk", jwk, CURVE, false, ["sign"]);
    await verifySignature(step, publicKey, ABSENT, await sign(key, ABSENT));
    return key;
  } catch {
    throw new VerificationError(step, "the halves of a key are not of one key");
  }
}
