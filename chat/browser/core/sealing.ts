/**
 * The seal over a machine's private keys where a passkey has a PRF (K3): one random key, wrapped once for each passkey under what
 * that passkey's PRF gives for this organisation. What a PRF gives never leaves the page.
 */

import { type Bytes, concat, digest, enc, type Realm } from "./encoding.ts";

const AES = "AES-GCM";
const NONCE_BYTES = 12;

/** What one passkey gave: its id, and 32 bytes that only it can give again. */
export interface Prf {
  readonly passkey: string;
  readonly output: Bytes;
}

/** The seal's key as one passkey opens it: a nonce, then the ciphertext. */
export interface Wrap {
  readonly passkey: string;
  readonly wrapped: Bytes;
}

/** An open seal. `keys`: the private halves, sealed once; passkeys that come later get wraps of their own. */
export interface Seal {
  readonly key: CryptoKey;
  readonly wraps: Wrap[];
  readonly keys: Bytes;
}

/** K3: what a passkey's PRF is asked about. `root`: H(R). */
export function prfInput(realm: Realm, root: Bytes): Promise<Bytes> {
  return digest(enc(realm, "machine-keys", root));
}

export async function makeSeal(prf: Prf, keys: Bytes): Promise<Seal> {
  const key = await crypto.subtle.generateKey({ name: AES, length: 256 }, true, ["encrypt", "decrypt"]);
  const seal: Seal = { key, wraps: [], keys: await encrypt(key, keys) };
  await addWrap(seal, prf);
  return seal;
}

/** From now on this passkey opens it too. */
export async function addWrap({ key, wraps }: Seal, { passkey, output }: Prf): Promise<void> {
  if (wraps.some((wrap) => wrap.passkey === passkey)) return;
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", key));
  wraps.push({ passkey, wrapped: await encrypt(await wrappingKey(output), raw) });
}

/** Null: this passkey does not open it. */
export async function openSeal(
  wraps: readonly Wrap[],
  keys: Bytes,
  { passkey, output }: Prf,
): Promise<{ seal: Seal; keys: Bytes } | null> {
  const wrap = wraps.find((each) => each.passkey === passkey);
  if (!wrap) return null;
  const raw = await decrypt(await wrappingKey(output), wrap.wrapped);
  const key = await crypto.subtle.importKey("raw", raw, AES, true, ["encrypt", "decrypt"]);
  return { seal: { key, wraps: [...wraps], keys }, keys: await decrypt(key, keys) };
}

/** HKDF(output, "machine-keys-wrap"), used for nothing else. */
async function wrappingKey(output: Bytes): Promise<CryptoKey> {
  const secret = await crypto.subtle.importKey("raw", output, "HKDF", false, ["deriveKey"]);
  const info = new TextEncoder().encode("varsam/v1/machine-keys-wrap");
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
  return crypto.subtle.deriveKey(how, secret, { name: AES, length: 256 }, false, ["encrypt", "decrypt"]);
}

async function encrypt(key: CryptoKey, plain: Bytes): Promise<Bytes> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  return concat([iv, new Uint8Array(await crypto.subtle.encrypt({ name: AES, iv }, key, plain))]);
}

async function decrypt(key: CryptoKey, sealed: Bytes): Promise<Bytes> {
  const iv = sealed.slice(0, NONCE_BYTES);
  return new Uint8Array(await crypto.subtle.decrypt({ name: AES, iv }, key, sealed.slice(NONCE_BYTES)));
}
