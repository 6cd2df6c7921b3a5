/**
 * This staff machine's keys (K3): made in the browser, and no private half ever leaves it. They live as long as the page;
 * a store that outlives it takes this file's place and nobody else's.
 */

import { type HpkePair, makeHpkePair } from "./hpke.ts";
import { makeSigningPair, type SigningPair } from "./signing.ts";

export interface Device {
  readonly signing: SigningPair;
  readonly hpke: HpkePair;
}

export async function makeDevice(): Promise<Device> {
  const [signing, hpke] = await Promise.all([makeSigningPair(), makeHpkePair()]);
  return { signing, hpke };
}
