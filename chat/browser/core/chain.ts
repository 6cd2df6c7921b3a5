/**
 * The documents of the chain of trust (K1–K5), each opened by the one above it. Opening verifies form, signature and
 * time; who counts as staff is decided in trust.ts. It knows no transport and no clock: `now` is Unix seconds.
 */

import type { Bytes, Realm } from "./encoding.ts";
import {
  dec,
  digest,
  enc,
  equal,
  hash32,
  truth,
  u64,
  uint,
  unpack,
  unpackExactly,
  untext,
  ZEROS,
} from "./encoding.ts";
import type { Member } from "./epochs.ts";
import { verify } from "./errors.ts";
import { verifySealKey } from "./hpke.ts";
import { importSigningKey, verifySignature } from "./signing.ts";

/** A document's exact bytes and its signature. */
export interface SignedBytes {
  readonly doc: Bytes;
  readonly sig: Bytes;
}

export type Role = "counsellor" | "supervisor" | "interpreter" | "coordinator";
/** A guest is certified by nobody (E6). */
export type MemberRole = Role | "guest";

const ROLES: readonly string[] = ["counsellor", "supervisor", "interpreter", "coordinator"];

export const TOLERANCE_S = 3600;
const DAY_S = 86_400;
const YEAR_S = 366 * DAY_S;
const ROSTER_S = 45 * DAY_S;
const FRESH_S = DAY_S;
const DUTY_S = 12 * 3600;
const MAX_DEVICES = 300;
const MAX_PSEUDONYM = 40;

export interface Registrar {
  readonly hash: Bytes;
  readonly key: Bytes;
}

export interface Certificate {
  readonly hash: Bytes;
  readonly registrar: Bytes;
  readonly pseudonym: string;
  readonly role: MemberRole;
  readonly signatureKey: Bytes;
  readonly hpkeKey: Bytes;
}

export interface Device {
  readonly certificate: Bytes;
  readonly signsFreshness: boolean;
  readonly takesCallbacks: boolean;
}

export interface Roster {
  readonly hash: Bytes;
  readonly root: Bytes;
  readonly number: number;
  readonly previous: Bytes;
  readonly from: number;
  readonly to: number;
  readonly devices: readonly Device[];
}

export interface Fresh {
  readonly hash: Bytes;
  readonly roster: Bytes;
  readonly n: number;
  readonly time: number;
  readonly revoked: readonly Bytes[];
}

/** A device that counts, and its key while on duty. */
export interface Staff {
  readonly certificate: Certificate;
  readonly duty: Duty;
  /** Of a guest: the member who vouches (E6). */
  readonly inviter?: Member;
}

export interface Duty {
  readonly hash: Bytes;
  readonly certificate: Bytes;
  readonly hpkeKey: Bytes;
  readonly signatureKey: Bytes;
  /** Unix seconds. */
  readonly from: number;
}

/** K1: the root is known by its hash alone. */
export async function openRoot(realm: Realm, root: Bytes, doc: Bytes): Promise<Bytes> {
  verify(equal(await digest(doc), root), "K1", "the root is not the pinned one");
  const [key] = dec(realm, "root", doc, 1);
  await importSigningKey(key);
  return key;
}

/** K2 */
export async function openRegistrar(
  realm: Realm,
  root: Bytes,
  rootKey: Bytes,
  signed: SignedBytes,
  now: number,
): Promise<Registrar> {
  const [by, key, from, to] = dec(realm, "registrar", signed.doc, 4);
  await importSigningKey(key);
  verify(equal(hash32(by), root), "K2", "the registrar is of another root");
  verifySpan("K2", uint(from), uint(to), YEAR_S, now);
  await verifySignature("K2", rootKey, signed.doc, signed.sig);
  return { hash: await digest(signed.doc), key };
}

/** Documents by `String(hash)`, as the transport brought them: nothing in here is verified. */
export type Documents = ReadonlyMap<string, SignedBytes>;

/** The documents, under the hashes of their own bytes. */
export async function byHash(documents: readonly SignedBytes[]): Promise<Documents> {
  const pairs = documents.map(async (signed) => [String(await digest(signed.doc)), signed] as const);
  return new Map(await Promise.all(pairs));
}

export function find(step: string, documents: Documents, hash: Bytes): SignedBytes {
  const signed = documents.get(String(hash));
  verify(signed !== undefined, step, "a document that is needed was not given");
  return signed;
}

/** H(registrar) of a certificate, before anything of it is believed. */
export function registrarOf(realm: Realm, doc: Bytes): Bytes {
  return hash32(dec(realm, "device", doc, 8)[0]);
}

/** K3 */
export async function openCertificate(
  realm: Realm,
  registrar: Registrar,
  signed: SignedBytes,
  now: number,
): Promise<Certificate> {
  const items = dec(realm, "device", signed.doc, 8);
  const [by, name, role, signatureKey, hpkeKey, serial, from, to] = items;
  const who = { pseudonym: parsePseudonym("K3", name), role: parseRole("K3", role) };
  await importSigningKey(signatureKey);
  verifySealKey(hpkeKey);
  uint(serial);
  verify(equal(hash32(by), registrar.hash), "K3", "the certificate is of another registrar");
  verifySpan("K3", uint(from), uint(to), YEAR_S, now);
  await verifySignature("K3", registrar.key, signed.doc, signed.sig);
  const hash = await digest(signed.doc);
  return { hash, registrar: by, ...who, signatureKey, hpkeKey };
}

/** K4, without its signature. */
export async function parseRoster(realm: Realm, doc: Bytes): Promise<Roster> {
  const [root, number, previous, from, to, devices, manifest] = dec(realm, "roster", doc, 7);
  const roster = {
    hash: await digest(doc),
    root: hash32(root),
    number: uint(number),
    previous: hash32(previous),
    from: uint(from),
    to: uint(to),
    devices: unpack(devices).map(openDevice),
  };
  hash32(manifest);
  const first = roster.number === 1;
  verify(roster.number >= 1 && first === equal(previous, ZEROS), "K4", "only the first roster follows none");
  verify(roster.devices.length <= MAX_DEVICES, "K4", "the roster lists too many devices");
  verify(distinct(roster.devices.map((d) => d.certificate)), "K4", "the roster lists a device twice");
  return roster;
}

/** K4 */
export async function openRoster(
  realm: Realm,
  root: Bytes,
  registrar: Registrar,
  signed: SignedBytes,
  now: number,
): Promise<Roster> {
  const roster = await parseRoster(realm, signed.doc);
  verify(equal(roster.root, root), "K4", "the roster is of another root");
  verifyRosterNow(roster, now);
  await verifySignature("K4", registrar.key, signed.doc, signed.sig);
  return roster;
}

/** K4 */
export function verifyRosterNow(roster: Roster, now: number): void {
  verifySpan("K4", roster.from, roster.to, ROSTER_S, now);
}

/** K4, without its signature. */
export async function parseFresh(realm: Realm, doc: Bytes): Promise<Fresh> {
  const [roster, n, time, list] = dec(realm, "fresh", doc, 4);
  const revoked = unpack(list).map(hash32);
  verify(rising(revoked), "K4", "the revoked do not stand in rising order");
  return { hash: await digest(doc), roster: hash32(roster), n: uint(n), time: uint(time), revoked };
}

/** K4: good for 24 h, and not from the future. */
export function verifyFreshNow(fresh: Fresh, now: number): void {
  verify(fresh.time <= now + TOLERANCE_S, "K4", "the freshness is from the future");
  verify(now <= fresh.time + FRESH_S + TOLERANCE_S, "K4", "the freshness is too old");
}

/** K5 */
export async function openDuty(
  realm: Realm,
  certificate: Certificate,
  signed: SignedBytes,
  now: number,
): Promise<Duty> {
  const items = dec(realm, "duty", signed.doc, 5);
  const [by, hpkeKey, signatureKey, from, to] = items;
  verifySealKey(hpkeKey);
  await importSigningKey(signatureKey);
  verify(equal(hash32(by), certificate.hash), "K5", "the duty key is of another certificate");
  verifySpan("K5", uint(from), uint(to), DUTY_S, now);
  await verifySignature("K5", certificate.signatureKey, signed.doc, signed.sig);
  return { hash: await digest(signed.doc), certificate: by, hpkeKey, signatureKey, from: uint(from) };
}

/** K5: what a duty key's document names, before anything of it is believed but its hash. */
export function dutySignatureKey(realm: Realm, doc: Bytes): Bytes {
  return dec(realm, "duty", doc, 5)[2];
}

/** K5: what a device signs at going on duty. */
export function dutyBytes(
  realm: Realm,
  certificate: Bytes,
  hpkeKey: Bytes,
  signatureKey: Bytes,
  from: number,
): Bytes {
  return enc(realm, "duty", certificate, hpkeKey, signatureKey, u64(from), u64(from + DUTY_S));
}

/** Good while `from ≤ now ≤ to`, with a tolerance for wrong clocks; the span has none. */
export function verifySpan(step: string, from: number, to: number, limit: number, now: number): void {
  verify(from <= to && to - from <= limit, step, "the time span is not allowed");
  verify(from - TOLERANCE_S <= now, step, "it is not good yet");
  verify(now <= to + TOLERANCE_S, step, "it is not good any more");
}

/** 1–40 characters, none of them a control character (K3). */
export function parsePseudonym(step: string, bytes: Bytes): string {
  const value = untext(bytes);
  const length = [...value].length;
  const good = length >= 1 && length <= MAX_PSEUDONYM && !/\p{Cc}/u.test(value);
  verify(good, step, "a pseudonym has 1–40 characters and no control character");
  return value;
}

export function parseRole(step: string, bytes: Bytes): Role {
  const value = untext(bytes);
  verify(ROLES.includes(value), step, "the role is unknown");
  return value as Role;
}

function openDevice(element: Bytes): Device {
  const [certificate, signs, takes] = unpackExactly(element, 3);
  return { certificate: hash32(certificate), signsFreshness: truth(signs), takesCallbacks: truth(takes) };
}

function rising(hashes: readonly Bytes[]): boolean {
  return hashes.every((hash, i) => i === 0 || compare(hashes[i - 1] as Bytes, hash) < 0);
}

function distinct(hashes: readonly Bytes[]): boolean {
  return new Set(hashes.map(String)).size === hashes.length;
}

function compare(a: Bytes, b: Bytes): number {
  const i = a.findIndex((byte, at) => byte !== b[at]);
  return i < 0 ? 0 : (a[i] as number) - (b[i] as number);
}
