/** The words of this part, in the language on the screen: fetched with the part, and again when another language is chosen. */

import { fetchCatalogue, has, language, learn } from "../../../chat/browser/ui/catalogue.ts";

/** Rejects when they do not come, or are not the ones. */
export async function fetchWords(origin: string): Promise<void> {
  const digest = __OWN_WORDS__[language.value?.tag ?? ""];
  if (digest) learn(await fetchCatalogue(origin, digest));
}

/** Whether they are here. */
export function haveWords(): boolean {
  return has("callback.next");
}

/** A language by its own name. */
export function languageName(tag: string): string {
  return __NAMES__[tag] ?? tag;
}
