/** HPKE base mode with X-Wing, HKDF-SHA256 and AES-256-GCM ("Suite"): seal to a public key, open with its private half. */

import { Aes256Gcm, CipherSuite, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import { type Bytes, concat } from "./encoding.ts";
import { VerificationError, verify } from "./errors.ts";

const KEY_BYTES = 1216;
const ENCAPSULATED_BYTES = 1120;

export interface HpkePair {
  readonly privateKey: CryptoKey;
  readonly publicKey: Bytes;
}

// Made at first use: a page that never seals must not pay for it at its start.
let made: CipherSuite | undefined;

function suite(): CipherSuite {
  made ??= new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
  return made;
}

export async function makeHpkePair(): Promise<HpkePair> {
  const pair = await suite().kem.generateKeyPair();
  const publicKey = new Uint8Array(await suite().kem.serializePublicKey(pair.publicKey));
  return { privateKey: pair.privateKey, publicKey };
}

/** The private half as bytes, to be kept sealed. */
export async function privateBytes({ privateKey }: HpkePair): Promise<Bytes> {
  return new Uint8Array(await suite().kem.serializePrivateKey(privateKey));
}

export async function pairOfBytes(privateHalf: Bytes, publicKey: Bytes): Promise<HpkePair> {
  return { privateKey: await suite().kem.deserializePrivateKey(privateHalf), publicKey };
}

export function verifySealKey(key: Bytes): void {
  verify(key.length === KEY_BYTES, "Suite", "an HPKE key has not 1,216 bytes");
}

/** The encapsulated key, then the ciphertext; everything is bound through `info`. `by`: the suite, where another does its work in slices. */
export async function seal(publicKey: Bytes, info: Bytes, plain: Bytes, by = suite()): Promise<Bytes> {
  try {
    const recipientPublicKey = await by.kem.deserializePublicKey(publicKey);
    const sender = await by.createSenderContext({ recipientPublicKey, info });
    return concat([new Uint8Array(sender.enc), new Uint8Array(await sender.seal(plain))]);
  } catch {
    throw new VerificationError("Suite", "nothing can be sealed to this HPKE key");
  }
}

export async function open(step: string, privateKey: CryptoKey, info: Bytes, sealed: Bytes): Promise<Bytes> {
  verify(sealed.length > ENCAPSULATED_BYTES, step, "a sealed message is too short");
  const encapsulated = sealed.slice(0, ENCAPSULATED_BYTES);
  try {
    const recipient = await suite().createRecipientContext({
      recipientKey: privateKey,
      enc: encapsulated,
      info,
    });
    return new Uint8Array(await recipient.open(sealed.slice(ENCAPSULATED_BYTES)));
  } catch {
    throw new VerificationError(step, "a sealed message does not open");
  }
}
