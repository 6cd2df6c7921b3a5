/**
 * This staff machine's keys and certificate (K3): made in the browser, and no private half ever leaves it. They outlive the
 * page, sealed (keeping.ts), so that a reloaded console is the same device.
 */

import type { Certificate, SignedBytes } from "./chain.ts";
import { type Bytes, b64, digest, equal, pack, u64, uint, unpack, unpackExactly } from "./encoding.ts";
import { readSigned } from "./entry.ts";
import { Refused, verify } from "./errors.ts";
import { type HpkePair, makeHpkePair, pairOfBytes, privateBytes } from "./hpke.ts";
import { find, forget, type Kit, keep, keepSealed, type OpenedKit } from "./keeping.ts";
import type { Signed } from "./messages.ts";
import { makeSeal, type Prf, type Seal } from "./sealing.ts";
import { makeSealedPair, makeSigningPair, privateKeyOf, type SigningPair } from "./signing.ts";
import type { Standing } from "./standing.ts";

const FETCH_MS = 15_000;

export interface Device {
  readonly signing: SigningPair;
  readonly hpke: HpkePair;
  /** Where a passkey opens what is kept; without it the browser keeps a key that nothing reads out. */
  readonly seal?: Seal;
}

/** A device of an organisation, with what makes it one. */
export interface Certified {
  readonly device: Device;
  /** Registrar and device certificate. */
  readonly papers: readonly SignedBytes[];
  /** The `from` of its last duty key, Unix seconds: the next is later (E7). */
  readonly lastDuty: number;
}

/** The answer of `/staff/demo/sign-in`: registrar and device certificate. */
interface SignedIn {
  readonly documents: readonly Signed[];
  readonly root: string;
}

/** K3: sealed by the passkey's PRF where there is one. */
export async function makeDevice(prf: Prf | null = null): Promise<Device> {
  if (!prf) {
    const [signing, hpke] = await Promise.all([makeSigningPair(), makeHpkePair()]);
    return { signing, hpke };
  }
  const [{ pair: signing, bytes }, hpke] = await Promise.all([makeSealedPair(), makeHpkePair()]);
  return { signing, hpke, seal: await makeSeal(prf, pack([bytes, await privateBytes(hpke)])) };
}

/** K1–K3: what the registrar certified is this device and nothing else. */
export async function ownCertificate(
  device: Device | null,
  papers: readonly SignedBytes[],
  { trust, documents }: Standing,
  now: number,
): Promise<Certificate> {
  const mine = papers.at(-1);
  verify(device !== null && mine !== undefined, "K3", "there is no certificate");
  const certificate = await trust.certificate(await digest(mine.doc), documents, now);
  const same =
    equal(certificate.signatureKey, device.signing.publicKey) &&
    equal(certificate.hpkeKey, device.hpke.publicKey);
  verify(same, "K3", "the certificate is another device's");
  return certificate;
}

/** For the next load of this page. `root`: H(R) of whom it belongs to. */
export async function keepDevice(root: Bytes, { device, papers, lastDuty }: Certified): Promise<void> {
  const { signing, hpke, seal } = device;
  const documents = papers.map(({ doc, sig }) => pack([doc, sig]));
  const rest = [u64(lastDuty), pack(documents)];
  const keys = [signing.publicKey, hpke.publicKey];
  if (seal) return keepSealed(seal, pack([root, ...keys, ...rest]));
  const secret = pack([root, ...keys, await privateBytes(hpke), ...rest]);
  await keep({ signing: signing.privateKey, secret });
}

/** The device that was kept here for this organisation; null: there is none that opens. */
export async function findDevice(root: Bytes): Promise<Certified | null> {
  const found = await openDevice(root, null);
  return found === "sealed" ? null : found;
}

/** The same with what a passkey gave; "sealed": another passkey opens it, or one that was not given yet. */
export async function openDevice(root: Bytes, prf: Prf | null): Promise<Certified | "sealed" | null> {
  const kit = await find(prf);
  if (!kit || kit === "sealed") return kit;
  return "seal" in kit ? ofPasskey(root, kit) : ofBrowser(root, kit);
}

async function ofBrowser(root: Bytes, kit: Kit): Promise<Certified | null> {
  const [whose, signingKey, hpkeKey, privateHalf, lastDuty, documents] = unpackExactly(kit.secret, 6);
  if (!equal(whose, root)) return null;
  const signing = { privateKey: kit.signing, publicKey: signingKey };
  const hpke = await pairOfBytes(privateHalf, hpkeKey);
  return { device: { signing, hpke }, ...restOf(lastDuty, documents) };
}

async function ofPasskey(root: Bytes, { seal, keys, secret }: OpenedKit): Promise<Certified | null> {
  const [whose, signingKey, hpkeKey, lastDuty, documents] = unpackExactly(secret, 5);
  if (!equal(whose, root)) return null;
  const [signingHalf, hpkeHalf] = unpackExactly(keys, 2);
  const signing = { privateKey: await privateKeyOf(signingHalf), publicKey: signingKey };
  const hpke = await pairOfBytes(hpkeHalf, hpkeKey);
  return { device: { signing, hpke, seal }, ...restOf(lastDuty, documents) };
}

function restOf(lastDuty: Bytes, documents: Bytes): Pick<Certified, "papers" | "lastDuty"> {
  const papers = unpack(documents).map((paper) => {
    const [doc, sig] = unpackExactly(paper, 2);
    return { doc, sig };
  });
  return { papers, lastDuty: uint(lastDuty) };
}

/** It counts no more. */
export function forgetDevice(): Promise<void> {
  return forget();
}

/** Have a demo's registrar certify the device: registrar and certificate, not verified yet. */
export async function certify(
  device: Device,
  { origin, root }: { readonly origin: string; readonly root: string },
  pseudonym: string,
): Promise<SignedBytes[]> {
  const body = JSON.stringify({
    pseudonym,
    signature_key: b64(device.signing.publicKey),
    hpke_key: b64(device.hpke.publicKey),
  });
  const answer = await fetch(`${origin}/staff/demo/sign-in`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    signal: AbortSignal.timeout(FETCH_MS),
  }).catch(() => {
    throw new Refused("offline");
  });
  // A refusal is its code on the first line, then the remedy.
  if (!answer.ok) throw new Refused((await answer.text()).split("\n", 1)[0] ?? "bug");
  const signedIn = (await answer.json()) as SignedIn;
  verify(signedIn.root === root, "K1", "the service is of another organisation");
  return signedIn.documents.map(readSigned);
}
