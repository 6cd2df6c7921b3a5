/** Somebody of the staff, as a coordinator's page shows them: with the words that each of their machines must show (K3). */

import { type Realm, unb64 } from "./encoding.ts";
import type { Person } from "./staff-http.ts";
import type { PersonView } from "./view.ts";
import { deviceWords } from "./words.ts";

/** `root`: H(R), as base64url. */
export async function viewOfPerson(
  { invited_until, machines, languages = [], gender = null, takes = "both", ...person }: Person,
  { root, realm }: { readonly root: string; readonly realm: Realm },
): Promise<PersonView> {
  const seen = machines.map(async ({ name, asked, state, signature_key, hpke_key }) => {
    const words = await deviceWords(realm, unb64(root), unb64(signature_key), unb64(hpke_key));
    return { name, asked, state, words: words.join(" ") };
  });
  const answers = { languages, gender, takes };
  return { ...person, invitedUntil: invited_until, machines: await Promise.all(seen), answers };
}
