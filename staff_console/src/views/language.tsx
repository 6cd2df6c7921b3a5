/** *Language* for the console: it changes the words where they stand, and loses nothing that is being written. */

import { fetchCatalogue, speak } from "../../../chat/browser/ui/catalogue.ts";
import { LanguageSwitch } from "../../../chat/browser/ui/language-switch.tsx";

/** The languages that staff work in; the catalogue has many more for visitors. */
const TAGS = ["sv", "en"];
const FIRST = "sv";

/** Put the console into a language; into Swedish where it has no such words. Rejects when they cannot be fetched. */
export async function speakLanguage(tag: string): Promise<void> {
  const published = __CATALOGUES__[TAGS.includes(tag) ? tag : FIRST];
  if (!published) throw new Error("this bundle has no catalogue");
  speak(await fetchCatalogue(location.origin, published));
}

export function Language() {
  const choices = TAGS.map((tag) => ({ tag, name: __CATALOGUES__[tag]?.name ?? tag }));
  // Without the other words the ones on the screen stay, and the choice can be made again.
  return <LanguageSwitch choices={choices} onChoose={(tag) => speakLanguage(tag).catch(() => undefined)} />;
}
