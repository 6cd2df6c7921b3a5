/**
 * X25519 as X-Wing asks for it, by the browser itself. One that has none (Chrome below 133, Firefox below 130, Safari below 17) is
 * given the package's own code, which comes as a part when it is needed. The build puts this in the package's place.
 */

import type { X25519 as Package } from "@hpke/dhkem-x25519";
import { ask } from "./ask.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const NAME = "X25519";
/** Before the 32 bytes of a private key (RFC 8410, PKCS #8). */
const PKCS8 = [48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 110, 4, 34, 4, 32];

/** Handed to `X25519`, and asked for nothing. */
export class HkdfSha256 {}

export class X25519 implements Pick<Package, "derive"> {
  /** Rejects where the point is one of those that give nothing but zeros. */
  async derive(secret: Bytes, point: Bytes): Promise<Uint8Array> {
    const { subtle } = crypto;
    const pkcs8 = new Uint8Array([...PKCS8, ...secret]);
    const key = await subtle.importKey("pkcs8", pkcs8, NAME, false, ["deriveBits"]).catch(() => null);
    if (!key) return (await ask("curve")).derive(secret, point);
    const other = await subtle.importKey("raw", point, NAME, false, []);
    return new Uint8Array(await subtle.deriveBits({ name: NAME, public: other }, key, 256));
  }
}
