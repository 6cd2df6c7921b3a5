/** X25519 in JavaScript, for browsers that have none of their own. */

import { HkdfSha256, X25519 } from "@hpke/dhkem-x25519";

export function derive(secret: Uint8Array, point: Uint8Array): Promise<Uint8Array> {
  return new X25519(new HkdfSha256()).derive(secret, point);
}
