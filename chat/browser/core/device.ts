/**
 * This staff machine's keys and certificate (K3): made in the browser, and no private half ever leaves it. They live as
 * long as the page; a store that outlives it takes this file's place and nobody else's.
 */

import type { SignedBytes } from "./chain.ts";
import { b64 } from "./encoding.ts";
import { readSigned } from "./entry.ts";
import { Refused, verify } from "./errors.ts";
import { type HpkePair, makeHpkePair } from "./hpke.ts";
import type { Signed } from "./messages.ts";
import { makeSigningPair, type SigningPair } from "./signing.ts";

const FETCH_MS = 15_000;

export interface Device {
  readonly signing: SigningPair;
  readonly hpke: HpkePair;
}

/** The answer of `/staff/demo/sign-in`: registrar and device certificate. */
interface SignedIn {
  readonly documents: readonly Signed[];
  readonly root: string;
}

export async function makeDevice(): Promise<Device> {
  const [signing, hpke] = await Promise.all([makeSigningPair(), makeHpkePair()]);
  return { signing, hpke };
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
