/** HPKE keys from their 32-byte seeds, for vectors that both implementations must open. Pages make theirs at random. */

import { XWing } from "@hpke/hybridkem-x-wing";
import type { Bytes } from "../../../../chat/browser/core/encoding.ts";
import type { HpkePair } from "../../../../chat/browser/core/hpke.ts";

export async function pairOf(seed: Bytes): Promise<HpkePair> {
  const kem = new XWing();
  // It prepares itself at this, and at nothing that derives.
  const privateKey = await kem.importKey("raw", seed.slice().buffer, false);
  const { publicKey } = await kem.generateKeyPairDerand(seed);
  return { privateKey, publicKey: new Uint8Array(await kem.serializePublicKey(publicKey)) };
}
