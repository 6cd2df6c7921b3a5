/**
 * The words that people compare before a machine is certified (K3): BIP-39's English list, 11 bits each, unique in their first
 * four letters. They are public; nothing can be opened or signed with them.
 */

import { wordlist } from "@scure/bip39/wordlists/english.js";
import { type Bytes, digest, enc, HASH_BYTES, type Realm } from "./encoding.ts";

const DEVICE_WORDS = 7;
const WORD_BITS = 11;

/** The first 77 bits of a hash over both public keys of a machine. `root`: H(R). */
export async function deviceWords(
  realm: Realm,
  root: Bytes,
  signatureKey: Bytes,
  hpkeKey: Bytes,
): Promise<string[]> {
  const hashed = await digest(enc(realm, "device-words", root, signatureKey, hpkeKey));
  const whole = hashed.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
  const first = whole >> BigInt(8 * HASH_BYTES - WORD_BITS * DEVICE_WORDS);
  return Array.from({ length: DEVICE_WORDS }, (_, at) => {
    const place = Number((first >> BigInt(WORD_BITS * (DEVICE_WORDS - 1 - at))) & 0x7ffn);
    return wordlist[place] ?? "";
  });
}
