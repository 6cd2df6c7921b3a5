/**
 * The same HPKE for a page that must answer while it seals (Leave 3): on a slow phone one X-Wing takes longer than *Leave this page* may,
 * so its three steps are apart, with a turn for others before each. What comes out is the same.
 */

import { Aes256Gcm, CipherSuite, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";

class InSlices extends XWing {
  constructor(turn: () => Promise<void>) {
    super();
    const { _x25519: curve, _m: lattice } = this;
    const [derive, encap] = [curve.derive.bind(curve), lattice.encap.bind(lattice)];
    curve.derive = async (...keys) => {
      await turn();
      return derive(...keys);
    };
    lattice.encap = async (...given) => {
      await turn();
      return encap(...given);
    };
  }
}

export function suiteInSlices(turn: () => Promise<void>): CipherSuite {
  return new CipherSuite({ kem: new InSlices(turn), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
}
