/** PURE. Which ready replies are offered: to a role, in a language, by the words that are looked for. */

import type { Reply } from "./laid.ts";

/** The languages that this role has replies in, in the order of the file. */
export function languagesOf(replies: readonly Reply[], role: string): readonly string[] {
  return [...new Set(offered(replies, role).map(({ language }) => language))];
}

/** Every word must stand in title or text; replies whose title has them all come first. */
export function find(
  replies: readonly Reply[],
  { role, language, words }: { role: string; language: string; words: string },
): readonly Reply[] {
  const wanted = fold(words).split(/\s+/).filter(Boolean);
  const has = (text: string) => wanted.every((word) => fold(text).includes(word));
  const found = offered(replies, role).filter(
    (reply) => reply.language === language && has(`${reply.title} ${reply.text}`),
  );
  return [...found.filter(({ title }) => has(title)), ...found.filter(({ title }) => !has(title))];
}

function offered(replies: readonly Reply[], role: string): readonly Reply[] {
  return replies.filter(({ roles }) => roles.length === 0 || roles.includes(role));
}

/** Without capitals and marks, as one types in a hurry. */
function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
