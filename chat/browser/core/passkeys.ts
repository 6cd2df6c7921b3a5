/** What a page asks of the browser's own authenticators, and what they give. How they are asked, a front end knows. */

import type { Bytes } from "./encoding.ts";
import type { Prf } from "./sealing.ts";

/** What an authenticator gave. `credential` is for the service; what its PRF gave stays in the page. */
export interface Given {
  readonly credential: unknown;
  readonly prf: Prf | null;
  /** It has a PRF, whether or not it has given anything yet. */
  readonly hasPrf: boolean;
}

/**
 * The browser's own authenticators; `about` is what their PRF is asked. Raise `Refused` where the person has not answered, or the
 * browser has none.
 */
export interface Passkeys {
  create(options: unknown, about: Bytes): Promise<Given>;
  get(options: unknown, about: Bytes): Promise<Given>;
}
