/**
 * Frames (F1–F3): one sealed and signed piece of writing, as bytes. Whether a frame has its place in a conversation is
 * decided in log.ts.
 */

import type { Bytes, Realm } from "./encoding.ts";
import {
  ABSENT,
  concat,
  dec,
  digest,
  enc,
  hash32,
  pack,
  text,
  u64,
  uint,
  unpack,
  unpackExactly,
  untext,
} from "./encoding.ts";
import { VerificationError, verify } from "./errors.ts";

export type Kind = "text" | "read" | "seen" | "pause" | "resume" | "leave" | "end";

const KINDS: readonly string[] = ["text", "read", "seen", "pause", "resume", "leave", "end"];
const SIZES = [256, 1024, 4096];
const ID_BYTES = 16;
const TAG_BYTES = 16;
const LENGTH_BYTES = 4;

export interface Header {
  readonly sid: Bytes;
  readonly epoch: number;
  readonly sender: Bytes;
  readonly seq: number;
  readonly prev: Bytes;
  /** The last entry that the sender held: its `seen`. */
  readonly index: number;
  readonly head: Bytes;
}

export interface Plain {
  readonly kind: Kind;
  readonly id: Bytes;
  readonly part: number;
  readonly parts: number;
  readonly body: Bytes;
}

/** How many frames of a sender in an epoch the one who ends held (F5). */
export interface Count {
  readonly sender: Bytes;
  readonly epoch: number;
  readonly frames: number;
}

/** F1 */
export function headerBytes(realm: Realm, h: Header): Bytes {
  return enc(realm, "frame", h.sid, u64(h.epoch), h.sender, u64(h.seq), h.prev, u64(h.index), h.head);
}

/** F1 */
export function parseHeader(realm: Realm, bytes: Bytes): Header {
  const [sid, epoch, sender, seq, prev, index, head] = dec(realm, "frame", bytes, 7);
  return {
    sid: hash32(sid),
    epoch: uint(epoch),
    sender: hash32(sender),
    seq: uint(seq),
    prev: hash32(prev),
    index: uint(index),
    head: hash32(head),
  };
}

/** What is signed, chained and hashed into the log (F3, F4). */
export function frameBytes(realm: Realm, header: Bytes, ciphertext: Bytes): Bytes {
  return enc(realm, "frame-sig", header, ciphertext);
}

/** F2: the key of one sender in one epoch. */
export async function frameKey(
  realm: Realm,
  secret: Bytes,
  sid: Bytes,
  epoch: number,
  sender: Bytes,
): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const info = enc(realm, "key", sid, u64(epoch), sender);
  const how = { name: "HKDF", hash: "SHA-256", salt: ABSENT, info };
  return crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** F2. Never twice with one (sender, e, seq). */
export async function sealFrame(realm: Realm, key: CryptoKey, header: Header, plain: Plain): Promise<Bytes> {
  const how = cipher(headerBytes(realm, header), header.seq);
  return new Uint8Array(await crypto.subtle.encrypt(how, key, pad(plainBytes(realm, plain))));
}

/** F2 */
export async function openFrame(realm: Realm, key: CryptoKey, header: Header, sealed: Bytes): Promise<Plain> {
  verify(SIZES.includes(sealed.length - TAG_BYTES), "F2", "a frame of another size");
  const how = cipher(headerBytes(realm, header), header.seq);
  let padded: Bytes;
  try {
    padded = new Uint8Array(await crypto.subtle.decrypt(how, key, sealed));
  } catch {
    throw new VerificationError("F2", "a frame does not open");
  }
  return parsePlain(realm, unpad(padded));
}

/** F2: to the smallest of three sizes, so that a receipt looks like a text. */
export function pad(bytes: Bytes): Bytes {
  const size = sizeFor(bytes.length);
  if (!size) throw new RangeError("longer than the greatest frame: split it into parts");
  const padded = new Uint8Array(size);
  new DataView(padded.buffer).setUint32(0, bytes.length);
  padded.set(bytes, LENGTH_BYTES);
  return padded;
}

/** F2: exactly what `pad` makes, nothing else. */
export function unpad(padded: Bytes): Bytes {
  verify(SIZES.includes(padded.length), "F2", "padded to another size");
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0);
  verify(sizeFor(length) === padded.length, "F2", "the size is not the smallest that holds it");
  const zeros = padded.subarray(LENGTH_BYTES + length).every((byte) => byte === 0);
  verify(zeros, "F2", "the padding is not zero");
  return padded.slice(LENGTH_BYTES, LENGTH_BYTES + length);
}

export function plainBytes(realm: Realm, { kind, id, part, parts, body }: Plain): Bytes {
  return enc(realm, "plain", text(kind), id, u64(part), u64(parts), body);
}

/** F2: the body is what the kind says it is. */
export function parsePlain(realm: Realm, bytes: Bytes): Plain {
  const [kind, id, part, parts, body] = dec(realm, "plain", bytes, 5);
  const named = untext(kind) as Kind;
  verify(KINDS.includes(named), "F2", "the kind is unknown");
  verify(id.length === ID_BYTES, "F2", "a message id has not 16 bytes");
  verify(uint(part) < uint(parts), "F2", "a part is beyond the last");
  if (named === "text") untext(body);
  else if (named === "read") uint(body);
  else if (named === "end") parseCounts(body);
  else verify(body.length === 0, "F2", "a body where none belongs");
  return { kind: named, id, part: uint(part), parts: uint(parts), body };
}

/** The body of `end` (F5). */
export function countsBody(counts: readonly Count[]): Bytes {
  return pack(counts.map((c) => pack([c.sender, u64(c.epoch), u64(c.frames)])));
}

/** F5 */
export function parseCounts(body: Bytes): Count[] {
  return unpack(body).map((element) => {
    const [sender, epoch, frames] = unpackExactly(element, 3);
    return { sender: hash32(sender), epoch: uint(epoch), frames: uint(frames) };
  });
}

/** `prev` of the sender's next frame (F1). */
export function frameHash(realm: Realm, header: Bytes, ciphertext: Bytes): Promise<Bytes> {
  return digest(frameBytes(realm, header, ciphertext));
}

function sizeFor(length: number): number | undefined {
  return SIZES.find((size) => LENGTH_BYTES + length <= size);
}

function cipher(header: Bytes, seq: number): AesGcmParams {
  return { name: "AES-GCM", iv: concat([new Uint8Array(4), u64(seq)]), additionalData: header };
}
