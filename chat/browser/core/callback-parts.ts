/**
 * The two sealed parts of a request, card and number (C2): each under a key of which one half is sealed to the team and the
 * other lies with the service, which erases the part by forgetting its half. It knows no field of either.
 */

import { type Bytes, dec, digest, enc, equal, hash32, type Realm, text, u64 } from "./encoding.ts";
import { VerificationError, verify } from "./errors.ts";
import { open, seal } from "./hpke.ts";
import { suiteInSlices } from "./hpke-slices.ts";
import { turn } from "./turns.ts";

export type Part = "card" | "number";

const KEY_BYTES = 32;
const LENGTH_BYTES = 4;
const ALGORITHM = "AES-GCM";
const NONCE: Bytes = new Uint8Array(12);
const SIZES = { card: 4_096, number: 256 } as const;

/** What a part belongs to. `team`: H(its document). */
export interface Whose {
  readonly realm: Realm;
  readonly id: Bytes;
  readonly version: number;
  readonly team: Bytes;
}

/** `half`: for the service, beside the request. */
interface SealedPart {
  readonly ciphertext: Bytes;
  readonly wrap: Bytes;
  readonly half: Bytes;
}

export interface SealedRequest {
  readonly sealed: Bytes;
  readonly card: Bytes;
  readonly number: Bytes;
}

/** C2: both parts under new keys, and the halves for the service. `key`: the team's; `rest`: a turn for whatever else the page has to do. */
export async function sealRequest(
  whose: Whose,
  key: Bytes,
  plain: Readonly<Record<Part, Bytes>>,
  random: (size: number) => Bytes,
  rest = turn,
): Promise<SealedRequest> {
  const suite = suiteInSlices(rest);
  const card = await sealPart(whose, "card", key, plain.card, random, suite);
  const number = await sealPart(whose, "number", key, plain.number, random, suite);
  const parts = [card.ciphertext, card.wrap, number.ciphertext, number.wrap];
  const sealed = enc(whose.realm, "callback-sealed", whose.team, ...parts);
  return { sealed, card: card.half, number: number.half };
}

/** H(team) that a request is sealed to. */
export function teamOf(realm: Realm, sealed: Bytes): Bytes {
  return hash32(dec(realm, "callback-sealed", sealed, 5)[0]);
}

/** C2: one part, by the team's private key and the service's half. */
export async function openPart(
  whose: Whose,
  part: Part,
  key: CryptoKey,
  sealed: Bytes,
  half: Bytes,
): Promise<Bytes> {
  const [team, card, cardWrap, number, numberWrap] = dec(whose.realm, "callback-sealed", sealed, 5);
  verify(equal(hash32(team), whose.team), "C2", "it is sealed to another team key");
  const [ciphertext, wrap] = part === "card" ? [card, cardWrap] : [number, numberWrap];
  const own = hash32(await open("C2", key, await keyInfo(whose, part, ciphertext), wrap));
  const whole = await aes(both(own, hash32(half)), "decrypt");
  const how = { name: ALGORITHM, iv: NONCE, additionalData: aad(whose, part) };
  let padded: Bytes;
  try {
    padded = new Uint8Array(await crypto.subtle.decrypt(how, whole, ciphertext));
  } catch {
    throw new VerificationError("C2", "a part does not open");
  }
  return unpadded(padded, SIZES[part]);
}

async function sealPart(
  whose: Whose,
  part: Part,
  key: Bytes,
  plain: Bytes,
  random: (size: number) => Bytes,
  suite: ReturnType<typeof suiteInSlices>,
): Promise<SealedPart> {
  const own = random(KEY_BYTES);
  const half = random(KEY_BYTES);
  const how = { name: ALGORITHM, iv: NONCE, additionalData: aad(whose, part) };
  const whole = await aes(both(own, half), "encrypt");
  const content = padded(plain, SIZES[part]);
  const ciphertext = new Uint8Array(await crypto.subtle.encrypt(how, whole, content));
  const wrap = await seal(key, await keyInfo(whose, part, ciphertext), own, suite);
  return { ciphertext, wrap, half };
}

/** As 32-bit length, the bytes, and zeros. */
export function padded(plain: Bytes, size: number): Bytes {
  verify(plain.length + LENGTH_BYTES <= size, "C2", "too much for one part");
  const whole = new Uint8Array(size);
  new DataView(whole.buffer).setUint32(0, plain.length);
  whole.set(plain, LENGTH_BYTES);
  return whole;
}

export function unpadded(whole: Bytes, size: number): Bytes {
  verify(whole.length === size, "C2", "a part has another size");
  const length = new DataView(whole.buffer, whole.byteOffset).getUint32(0);
  const rest = whole.slice(LENGTH_BYTES + length);
  const good = length <= size - LENGTH_BYTES && rest.every((byte) => byte === 0);
  verify(good, "C2", "the padding is not zeros");
  return whole.slice(LENGTH_BYTES, LENGTH_BYTES + length);
}

function aad({ realm, id, version }: Whose, part: Part): Bytes {
  return enc(realm, "callback-aad", id, u64(version), text(part));
}

async function keyInfo({ realm, id, version, team }: Whose, part: Part, ciphertext: Bytes): Promise<Bytes> {
  return enc(realm, "callback-key", id, u64(version), text(part), await digest(ciphertext), team);
}

/** k_s ⊕ k_h */
function both(own: Bytes, half: Bytes): Bytes {
  return own.map((byte, at) => byte ^ (half[at] ?? 0));
}

function aes(key: Bytes, use: "encrypt" | "decrypt"): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", key, ALGORITHM, false, [use]);
}
