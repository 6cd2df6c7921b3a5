/** A pseudonym as wishes name it: the hash of how it is said, so that no text of a visitor's travels (Before 8). */

import { b64, concat, digest, unb64, utf8 } from "./encoding.ts";

/** H(H(R) ‖ name). Case, accents and spaces around do not count: people write names from memory. */
export async function nameHash(root: string, pseudonym: string): Promise<string> {
  return b64(await digest(concat([unb64(root), utf8(said(pseudonym))])));
}

/** How a name is compared. */
export function said(pseudonym: string): string {
  const bare = pseudonym.normalize("NFKD").replace(/\p{M}/gu, "");
  return bare.toLowerCase().replace(/\s+/gu, " ").trim();
}
