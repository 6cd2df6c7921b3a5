/**
 * Bytes as both ends write them (docs/protocol.md, "Suite and encoding"): length-prefixed items under a label, hashes,
 * base64url. It knows no document and no key.
 */

import { VerificationError, verify } from "./errors.ts";

export type Bytes = Uint8Array<ArrayBuffer>;

/** As many byte strings as were asked for. */
type Items<N extends number, T extends Bytes[] = []> = T["length"] extends N ? T : Items<N, [...T, Bytes]>;

/** Stands in every label, so that nothing of a throw-away organisation is ever good in another. */
export type Realm = "varsam" | "varsam-demo";

export const HASH_BYTES = 32;
export const ABSENT: Bytes = new Uint8Array(0);
export const ZEROS: Bytes = new Uint8Array(HASH_BYTES);

const STEP = "Suite";
const LENGTH_BYTES = 4;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function concat(parts: readonly Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function equal(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Every item with its 32-bit length; a list, and an element of several values, are this without a label. */
export function pack(items: readonly Bytes[]): Bytes {
  return concat(items.flatMap((item) => [prefix(item.length), item]));
}

export function unpack(data: Bytes): Bytes[] {
  const items: Bytes[] = [];
  for (let at = 0; at < data.length; ) {
    verify(at + LENGTH_BYTES <= data.length, STEP, "a length is cut off");
    const length = new DataView(data.buffer, data.byteOffset + at).getUint32(0);
    at += LENGTH_BYTES;
    verify(at + length <= data.length, STEP, "an item is cut off");
    items.push(data.slice(at, at + length));
    at += length;
  }
  return items;
}

/** Exactly `count` items. */
export function unpackExactly<N extends number>(data: Bytes, count: N): Items<N> {
  const items = unpack(data);
  verify(items.length === count, STEP, "the number of items is wrong");
  return items as Items<N>;
}

export function enc(realm: Realm, type: string, ...items: Bytes[]): Bytes {
  return pack([utf8(`${realm}/v1/${type}`), ...items]);
}

/** The items after the label: exactly `count`, and no byte more. */
export function dec<N extends number>(realm: Realm, type: string, data: Bytes, count: N): Items<N> {
  const [label, ...items] = unpack(data);
  verify(equal(label ?? ABSENT, utf8(`${realm}/v1/${type}`)), STEP, "the label is another");
  verify(items.length === count, STEP, "the number of items is wrong");
  return items as Items<N>;
}

/** The type in a document's label; null if it bears none of this realm. */
export function typeOf(realm: Realm, data: Bytes): string | null {
  const label = unpack(data)[0] ?? ABSENT;
  const start = utf8(`${realm}/v1/`);
  return equal(label.slice(0, start.length), start) ? untext(label.slice(start.length)) : null;
}

export function u64(value: number): Bytes {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes;
}

export function uint(bytes: Bytes): number {
  verify(bytes.length === 8, STEP, "an integer has not 8 bytes");
  const value = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0));
  verify(Number.isSafeInteger(value), STEP, "an integer is too large");
  return value;
}

export function truth(bytes: Bytes): boolean {
  const value = uint(bytes);
  verify(value <= 1, STEP, "a truth value is neither 0 nor 1");
  return value === 1;
}

export function hash32(bytes: Bytes): Bytes {
  verify(bytes.length === HASH_BYTES, STEP, "a hash has not 32 bytes");
  return bytes;
}

/** NFC, and never half a surrogate pair. */
export function text(value: string): Bytes {
  return utf8(value.normalize("NFC"));
}

export function untext(bytes: Bytes): string {
  let value: string;
  try {
    value = decoder.decode(bytes);
  } catch {
    throw new VerificationError(STEP, "a text is not UTF-8");
  }
  verify(value === value.normalize("NFC"), STEP, "a text is not NFC");
  return value;
}

/** HKDF-SHA256 with empty salt, 32 bytes. */
export async function hkdf(key: Bytes, info: Bytes): Promise<Bytes> {
  const base = await crypto.subtle.importKey("raw", key, "HKDF", false, ["deriveBits"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: ABSENT, info };
  return new Uint8Array(await crypto.subtle.deriveBits(how, base, HASH_BYTES * 8));
}

export async function digest(data: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data));
}

export function b64(bytes: Bytes): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** Canonical only: what encodes to anything else is refused. */
export function unb64(value: string): Bytes {
  let raw: string;
  try {
    raw = atob(value.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    throw new VerificationError(STEP, "not base64url");
  }
  const bytes = Uint8Array.from(raw, (character) => character.charCodeAt(0));
  verify(b64(bytes) === value, STEP, "not canonical base64url");
  return bytes;
}

export function utf8(value: string): Bytes {
  return encoder.encode(value);
}

function prefix(length: number): Bytes {
  const bytes = new Uint8Array(LENGTH_BYTES);
  new DataView(bytes.buffer).setUint32(0, length);
  return bytes;
}
