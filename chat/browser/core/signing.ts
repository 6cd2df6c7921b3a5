/** ECDSA P-256 with SHA-256 by WebCrypto ("Suite"). Private keys are not extractable. It knows no document. */

import type { Bytes } from "./encoding.ts";
import { VerificationError, verify } from "./errors.ts";

const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const ALGORITHM = { name: "ECDSA", hash: "SHA-256" };
const POINT_BYTES = 65;
const UNCOMPRESSED = 4;
const SIGNATURE_BYTES = 64;

/** A private half that never leaves the page, and the public half as 65 bytes. */
export interface SigningPair {
  readonly privateKey: CryptoKey;
  readonly publicKey: Bytes;
}

export async function makeSigningPair(): Promise<SigningPair> {
  const pair = await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
  return {
    privateKey: pair.privateKey,
    publicKey: new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)),
  };
}

/** The same, with the private half as bytes besides, to be kept sealed. */
export async function makeSealedPair(): Promise<{ pair: SigningPair; bytes: Bytes }> {
  const made = await crypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
  const bytes = new Uint8Array(await crypto.subtle.exportKey("pkcs8", made.privateKey));
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", made.publicKey));
  return { pair: { privateKey: await privateKeyOf(bytes), publicKey }, bytes };
}

/** Not extractable. */
export function privateKeyOf(bytes: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("pkcs8", bytes, CURVE, false, ["sign"]);
}

/** 64 bytes `r || s`. */
export async function sign(privateKey: CryptoKey, data: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign(ALGORITHM, privateKey, data));
}

/** A key is 65 bytes, uncompressed, and a point of the curve; anything else is refused. */
export async function importSigningKey(key: Bytes): Promise<CryptoKey> {
  verify(
    key.length === POINT_BYTES && key[0] === UNCOMPRESSED,
    "Suite",
    "a key is not 65 bytes uncompressed",
  );
  try {
    return await crypto.subtle.importKey("raw", key, CURVE, false, ["verify"]);
  } catch {
    throw new VerificationError("Suite", "a key is not a point of the curve");
  }
}

/** Raise unless `signature` over `data` is by `key` (K7). */
export async function verifySignature(
  step: string,
  key: Bytes,
  data: Bytes,
  signature: Bytes,
): Promise<void> {
  const imported = await importSigningKey(key);
  verify(signature.length === SIGNATURE_BYTES, step, "a signature has not 64 bytes");
  const good = await crypto.subtle.verify(ALGORITHM, imported, signature, data);
  verify(good, step, "a signature does not fit");
}
