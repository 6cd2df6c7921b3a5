/**
 * The code of a request to be called (C3): words that give where the request's key lies, and what opens it. Whoever has them can see how
 * it stands, cancel, and send a new version; what was asked cannot be opened with them.
 */

import { type CodePair, makeCodePair, ownKey } from "./code-key.ts";
import { type Bytes, concat, dec, enc, hash32, hkdf, pack, type Realm, text } from "./encoding.ts";
import { VerificationError } from "./errors.ts";

const NONCE_BYTES = 12;

/** What a code gives, 32 bytes each: where its blob lies, and what opens that. */
export interface CallbackSecrets {
  readonly locator: Bytes;
  readonly key: Bytes;
}

/** A request's own key: it signs every version. */
export interface RequestKey extends CodePair {
  readonly privateKey: CryptoKey;
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
  return withPrivateKey(await makeCodePair());
}

async function withPrivateKey(pair: CodePair): Promise<RequestKey> {
  return { ...pair, privateKey: await ownKey("C3", pair) };
}

/** C3: the nonce, 12 random bytes, then the ciphertext. */
export async function sealCallbackBlob(
  realm: Realm,
  key: Bytes,
  nonce: Bytes,
  { scalar, publicKey }: CodePair,
): Promise<Bytes> {
  const how = { name: "AES-GCM", iv: nonce };
  const plain = enc(realm, "callback-blob", scalar, publicKey);
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
  const [scalar, publicKey] = dec(realm, "callback-blob", plain, 2);
  return withPrivateKey({ scalar: hash32(scalar), publicKey });
}

function aes(key: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);
}
