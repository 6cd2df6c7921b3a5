/**
 * The code of a request to be called (C3): words that give where the request's key lies, and what opens it. Whoever has them can see how
 * it stands, cancel, and send a new version; what was asked cannot be opened with them.
 */

import { type Bytes, concat, dec, enc, hash32, hkdf, pack, type Realm, text, unb64 } from "./encoding.ts";
import { VerificationError, verify } from "./errors.ts";

const NONCE_BYTES = 12;
const CURVE = { name: "ECDSA", namedCurve: "P-256" };
/** A P-256 key as PKCS #8 without its public half, up to the 32 bytes of its scalar (RFC 5208, RFC 5915). */
const PKCS8 = unb64("MEECAQAwEwYHKoZIzj0CAQYIKoZIzj0DAQcEJzAlAgEBBCA");

/** What a code gives, 32 bytes each: where its blob lies, and what opens that. */
export interface CallbackSecrets {
  readonly locator: Bytes;
  readonly key: Bytes;
}

/** A request's own key: it signs every version. */
export interface RequestKey {
  readonly publicKey: Bytes;
  readonly privateKey: CryptoKey;
  readonly scalar: Bytes;
}

/** C3. `root`: H(R); `version`: of the list; `words`: whole, as the list has them, or groups of digits. */
export async function callbackSecrets(
  realm: Realm,
  root: Bytes,
  version: string,
  words: readonly string[],
): Promise<CallbackSecrets> {
  const lower = pack(words.map((word) => text(word.toLowerCase())));
  const code = enc(realm, "callback-code", root, text(version), lower);
  return {
    locator: await hkdf(code, enc(realm, "code-locator")),
    key: await hkdf(code, enc(realm, "code-key")),
  };
}

export async function makeRequestKey(): Promise<RequestKey> {
  const { publicKey, privateKey } = await crypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
  const { d = "" } = await crypto.subtle.exportKey("jwk", privateKey);
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", publicKey));
  return { publicKey: raw, privateKey, scalar: unb64(d) };
}

/** C3: the nonce, 12 random bytes, then the ciphertext. */
export async function sealCallbackBlob(
  realm: Realm,
  key: Bytes,
  nonce: Bytes,
  scalar: Bytes,
): Promise<Bytes> {
  const how = { name: "AES-GCM", iv: nonce };
  const plain = enc(realm, "callback-blob", scalar);
  return concat([nonce, new Uint8Array(await crypto.subtle.encrypt(how, await aes(key), plain))]);
}

/** C3: the request's key, by the words that it was sealed under. */
export async function openCallbackBlob(realm: Realm, key: Bytes, sealed: Bytes): Promise<RequestKey> {
  let plain: Bytes;
  try {
    const how = { name: "AES-GCM", iv: sealed.slice(0, NONCE_BYTES) };
    plain = new Uint8Array(await crypto.subtle.decrypt(how, await aes(key), sealed.slice(NONCE_BYTES)));
  } catch {
    throw new VerificationError("C3", "what lies under the code does not open");
  }
  return keyOfScalar(hash32(dec(realm, "callback-blob", plain, 1)[0]));
}

/** Both halves, of the private one alone. */
export async function keyOfScalar(scalar: Bytes): Promise<RequestKey> {
  try {
    const privateKey = await crypto.subtle.importKey("pkcs8", concat([PKCS8, scalar]), CURVE, true, ["sign"]);
    const { x = "", y = "" } = await crypto.subtle.exportKey("jwk", privateKey);
    const publicKey = concat([new Uint8Array([4]), unb64(x), unb64(y)]);
    verify(publicKey.length === 65, "C3", "a key has not both coordinates");
    return { publicKey, privateKey, scalar };
  } catch {
    throw new VerificationError("C3", "not a private key");
  }
}

function aes(key: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);
}
