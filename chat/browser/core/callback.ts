/**
 * A request to be called, as the service sees it (C1): an id, versions that its own key signs, and the times when may be called.
 * What was asked lies sealed beside it (callback-parts.ts); no word of that is in here.
 */

import type { SignedBytes } from "./chain.ts";
import {
  type Bytes,
  dec,
  digest,
  enc,
  equal,
  hash32,
  pack,
  type Realm,
  text,
  u64,
  uint,
  unpack,
  unpackExactly,
  untext,
} from "./encoding.ts";
import { verify } from "./errors.ts";
import { importSigningKey, verifySignature } from "./signing.ts";

export const STEP_S = 1_800;
const KEPT_S = 72 * 3_600;
const MOST_WINDOWS = 42;
const LANGUAGE_CHARACTERS = 16;

/** When may be called: Unix seconds, from and to. */
export interface Window {
  readonly start: number;
  readonly end: number;
}

export interface Version {
  readonly id: Bytes;
  /** From 1. */
  readonly version: number;
  /** H(sealed). */
  readonly sealed: Bytes;
  readonly windows: readonly Window[];
  readonly language: string;
  /** Unix seconds. */
  readonly expiry: number;
  /** "work": of somebody who asks for their work's sake (Prof 1). */
  readonly queue: Queue;
}

export type Queue = "" | "work";

/** Prof 1: professionals have their own. */
export function queueOf(entrance: string): Queue {
  return entrance === "work" ? "work" : "";
}

/** C1: nobody can put another key under an id. */
export function callbackId(realm: Realm, key: Bytes): Promise<Bytes> {
  return digest(enc(realm, "callback-id", key));
}

/** C1: 72 h after the last window at the latest everything is erased (Call 5). */
export function expiryOf(windows: readonly Window[]): number {
  return Math.max(...windows.map(({ end }) => end)) + KEPT_S;
}

export function windowsBytes(windows: readonly Window[]): Bytes {
  return pack(windows.map(({ start, end }) => pack([u64(start), u64(end)])));
}

/** C1: in steps of half an hour, one after the other. */
export function parseWindows(data: Bytes): Window[] {
  const windows = unpack(data).map((element) => {
    const [start, end] = unpackExactly(element, 2);
    return { start: uint(start), end: uint(end) };
  });
  verify(windows.length >= 1 && windows.length <= MOST_WINDOWS, "C1", "a request has 1–42 windows");
  let last = 0;
  for (const { start, end } of windows) {
    verify(start % STEP_S === 0 && end % STEP_S === 0, "C1", "windows stand in steps of half an hour");
    verify(last <= start && start < end, "C1", "windows rise, and none overlaps another");
    last = end;
  }
  return windows;
}

/** C1: what the request's key signs. */
export function versionBytes(
  realm: Realm,
  { id, version, sealed, windows, language, expiry, queue }: Version,
): Bytes {
  const times = [windowsBytes(windows), text(language), u64(expiry)] as const;
  return enc(realm, "callback", id, u64(version), sealed, ...times, text(queue));
}

/** C1, without its signature. */
export function parseVersion(realm: Realm, doc: Bytes): Version {
  const [named, number, hash, listed, tag, until, whose] = dec(realm, "callback", doc, 7);
  const [id, version, sealed] = [hash32(named), uint(number), hash32(hash)];
  const windows = parseWindows(listed);
  const [language, expiry] = [untext(tag), uint(until)];
  verify(version >= 1, "C1", "versions count from 1");
  const said = language.length >= 1 && [...language].length <= LANGUAGE_CHARACTERS;
  verify(said, "C1", "a language has 1–16 characters");
  verify(expiry >= (windows.at(-1)?.end ?? 0), "C1", "it ends before its last window");
  const queue = untext(whose);
  verify(queue === "" || queue === "work", "C1", "a queue that there is not");
  return { id, version, sealed, windows, language, expiry, queue };
}

/** C1: by the key of this id, over exactly these sealed bytes. */
export async function openVersion(
  realm: Realm,
  signed: SignedBytes,
  key: Bytes,
  sealed: Bytes,
): Promise<Version> {
  await importSigningKey(key);
  const version = parseVersion(realm, signed.doc);
  verify(equal(version.id, await callbackId(realm, key)), "C1", "the key is another request's");
  await verifySignature("C1", key, signed.doc, signed.sig);
  verify(equal(version.sealed, await digest(sealed)), "C1", "what is sealed is another version's");
  return version;
}

export type Ask = "status" | "cancel";

/** C3: what whoever has the code may ask for. */
export function askBytes(realm: Realm, id: Bytes, what: Ask): Bytes {
  return enc(realm, "callback-ask", id, text(what));
}

/** C3, without its signature. */
export function parseAsk(realm: Realm, doc: Bytes): { id: Bytes; what: Ask } {
  const [id, what] = dec(realm, "callback-ask", doc, 2);
  const named = hash32(id);
  const asked = untext(what);
  verify(asked === "status" || asked === "cancel", "C3", "nothing that may be asked");
  return { id: named, what: asked };
}
