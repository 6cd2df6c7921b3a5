/** *Language* for the console: it changes the words where they stand, and loses nothing that is being written. */

import { fetchCatalogue, speak } from "../../../chat/browser/ui/catalogue.ts";
import { LanguageSwitch } from "../../../chat/browser/ui/language-switch.tsx";

const FIRST = "sv";

/** Put the console into a language; into Swedish where it has no such words. Rejects when they cannot be fetched. */
export async function speakLanguage(tag: string): Promise<void> {
  const published = __CATALOGUES__[Object.hasOwn(__CATALOGUES__, tag) ? tag : FIRST];
  if (!published) throw new Error("this bundle has no catalogue");
  speak(await fetchCatalogue(location.origin, published.digest));
}

export function Language() {
  const choices = Object.entries(__CATALOGUES__).map(([tag, { name }]) => ({ tag, name }));
  // Without the other words the ones on the screen stay, and the choice can be made again.
  return <LanguageSwitch choices={choices} onChoose={(tag) => speakLanguage(tag).catch(() => undefined)} />;
}
