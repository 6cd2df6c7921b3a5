/** The words of a part, which come with it and not with the first screen: in the language on the screen, also when that changes. */

import { fetchCatalogue, has, language, learn } from "../../../chat/browser/ui/catalogue.ts";
import { follow } from "../../../chat/browser/ui/signal.ts";

let follows = false;
/** The language whose words are here, or were asked for. */
let asked = "";
let coming: Promise<void> = Promise.resolve();

/** Rejects when they do not come; the next call asks anew. */
export async function speakHere(origin: string): Promise<void> {
  if (!has("returning.waiting")) asked = "";
  if (!follows) follow(() => keepUp(origin));
  follows = true;
  keepUp(origin);
  await coming;
}

function keepUp(origin: string): void {
  const { tag = "" } = language.value ?? {};
  const digest = __OWN_WORDS__[tag];
  if (!digest || asked === tag) return;
  asked = tag;
  coming = fetchCatalogue(origin, digest).then(learn);
  // Whoever waits for them hears of it.
  coming.catch(() => {});
}
