/** The lists of words, each fetched by its hash when a code needs it, and not kept by the browser. */

import { fetchCatalogue } from "../../../chat/browser/ui/catalogue.ts";
import type { List } from "./code.ts";

/** Rejects when it does not come. */
export async function fetchList(origin: string, version: string): Promise<List> {
  const { words } = await fetchCatalogue<{ words: string }>(origin, __LISTS__[version] ?? "");
  return { version, words: words.split(" ") };
}

/** All of them, that of the language on the screen first. */
export function fetchLists(origin: string, tag: string): Promise<List[]> {
  const own = (version: string) => version.startsWith(tag.slice(0, 2));
  const versions = Object.keys(__LISTS__).sort((a, b) => Number(own(b)) - Number(own(a)));
  return Promise.all(versions.map((version) => fetchList(origin, version)));
}
