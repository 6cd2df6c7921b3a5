/**
 * The callback team key (C2): to whom requests are sealed. A visitor's page verifies it against the roster; on the staff's side its
 * private half, a seed of 32 bytes, is sealed to each device that takes callbacks.
 */

import { type Certificate, type Documents, type SignedBytes, verifySpan } from "./chain.ts";
import { type Bytes, dec, digest, enc, equal, hash32, type Realm, u64, uint } from "./encoding.ts";
import { VerificationError, verify } from "./errors.ts";
import { type HpkePair, makeHpkePair, open, pairOfBytes, privateBytes, seal, verifySealKey } from "./hpke.ts";
import { type SigningPair, sign, verifySignature } from "./signing.ts";
import type { Trust } from "./trust.ts";

const TEAM_S = 8 * 86_400;

export interface Team {
  readonly hash: Bytes;
  /** What is sealed to. */
  readonly key: Bytes;
  readonly from: number;
  readonly to: number;
}

/** C2, without its signature and its signer. `root`: H(R); null: of any. */
export async function parseTeam(realm: Realm, root: Bytes | null, doc: Bytes): Promise<Team> {
  const [of, key, from, to] = dec(realm, "team", doc, 4);
  verify(!root || equal(hash32(of), root), "C2", "the team key is of another root");
  hash32(of);
  verifySealKey(key);
  const span = { from: uint(from), to: uint(to) };
  verify(
    span.from <= span.to && span.to - span.from <= TEAM_S,
    "C2",
    "a team key is good for 8 days at most",
  );
  return { hash: await digest(doc), key, ...span };
}

/** C2, K1–K4: now, and signed by a device that the roster in force lists as taking callbacks, and that nobody has revoked. */
export async function openTeam(
  trust: Trust,
  signed: SignedBytes,
  signer: Bytes,
  documents: Documents,
  now: number,
): Promise<Team> {
  const team = await parseTeam(trust.realm, trust.root, signed.doc);
  const by = await callbackDevice(trust, signer, documents, now);
  await verifySignature("C2", by.signatureKey, signed.doc, signed.sig);
  verifySpan("C2", team.from, team.to, TEAM_S, now);
  return team;
}

/** K4: a device that counts, and takes callbacks. */
export async function callbackDevice(
  trust: Trust,
  certificate: Bytes,
  documents: Documents,
  now: number,
): Promise<Certificate> {
  const roster = trust.inForce(now);
  const by = await trust.device(certificate, documents, roster, now);
  const listed = roster.devices.find((device) => equal(device.certificate, certificate));
  verify(listed?.takesCallbacks === true, "C2", "the device takes no callbacks");
  return by;
}

/** C2: what a device signs. */
export function teamBytes(realm: Realm, root: Bytes, key: Bytes, from: number): Bytes {
  return enc(realm, "team", root, key, u64(from), u64(from + TEAM_S));
}

/** C2: a new key for a week and a day. */
export async function makeTeam(
  realm: Realm,
  root: Bytes,
  signing: SigningPair,
  now: number,
): Promise<{ signed: SignedBytes; team: Team; seed: Bytes }> {
  const pair = await makeHpkePair();
  const doc = teamBytes(realm, root, pair.publicKey, now);
  const signed = { doc, sig: await sign(signing.privateKey, doc) };
  return { signed, team: await parseTeam(realm, root, doc), seed: await privateBytes(pair) };
}

/** C2: the private half for one device, by its HPKE key: a renewed certificate over the same keys opens it too. */
export async function sealShare(realm: Realm, team: Team, device: Bytes, seed: Bytes): Promise<Bytes> {
  return seal(device, await shareInfo(realm, team, device), seed);
}

/** C2: and it belongs to the key in the document. */
export async function openShare(
  realm: Realm,
  team: Team,
  device: HpkePair,
  sealed: Bytes,
): Promise<{ pair: HpkePair; seed: Bytes }> {
  const info = await shareInfo(realm, team, device.publicKey);
  const seed = hash32(await open("C2", device.privateKey, info, sealed));
  const pair = await pairOfBytes(seed, team.key);
  await verifyPair(pair);
  return { pair, seed };
}

async function shareInfo(realm: Realm, team: Team, device: Bytes): Promise<Bytes> {
  return enc(realm, "team-share", team.hash, await digest(device));
}

/** What is sealed to the public half opens with the private one. */
async function verifyPair({ publicKey, privateKey }: HpkePair): Promise<void> {
  const nothing = new Uint8Array(0);
  try {
    await open("C2", privateKey, nothing, await seal(publicKey, nothing, nothing));
  } catch {
    throw new VerificationError("C2", "a seed is of another key");
  }
}
