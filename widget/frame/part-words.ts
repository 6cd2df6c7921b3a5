/** The words that a part brings along in every language, so that one file is all that it needs (docs/adr/0020). */

import { filled, language } from "../../chat/browser/ui/catalogue.ts";

/** At a key of the part's own section, as `t` says those of the frame. */
export function say(key: string, values: Readonly<Record<string, string | number>> = {}): string {
  const words = __PART_WORDS__[language.value?.tag ?? "sv"] ?? __PART_WORDS__.sv;
  return filled(words?.[key] ?? key, values);
}
