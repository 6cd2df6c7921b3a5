/** What counsellors write for each other about calls (C5), sealed to the team: on a request, or for the next shift. */

import { padded, unpadded } from "./callback-parts.ts";
import { parsePseudonym } from "./chain.ts";
import { ABSENT, type Bytes, dec, enc, type Realm, text, u64, uint, untext } from "./encoding.ts";
import { verify } from "./errors.ts";
import { open, seal } from "./hpke.ts";
import type { Team } from "./team.ts";

const NOTE_BYTES = 1_024;
export const NOTE_CHARACTERS = 300;

export interface Note {
  readonly pseudonym: string;
  /** Unix seconds. */
  readonly time: number;
  readonly text: string;
}

/** C5. `id`: of the request; absent for the next shift. */
export function sealNote(realm: Realm, team: Team, note: Note, id: Bytes = ABSENT): Promise<Bytes> {
  const plain = enc(realm, "note", text(note.pseudonym), u64(note.time), text(note.text));
  return seal(team.key, noteInfo(realm, team.hash, id), padded(plain, NOTE_BYTES));
}

export async function openNote(
  realm: Realm,
  team: Bytes,
  key: CryptoKey,
  sealed: Bytes,
  id: Bytes = ABSENT,
): Promise<Note> {
  const plain = unpadded(await open("C5", key, noteInfo(realm, team, id), sealed), NOTE_BYTES);
  const [pseudonym, time, said] = dec(realm, "note", plain, 3);
  const note = { pseudonym: parsePseudonym("C5", pseudonym), time: uint(time), text: untext(said) };
  const good = [...note.text].length <= NOTE_CHARACTERS && !/(?!\n)\p{Cc}/u.test(note.text);
  verify(good, "C5", "a note is too long, or has control characters");
  return note;
}

function noteInfo(realm: Realm, team: Bytes, id: Bytes): Bytes {
  return enc(realm, "callback-note", team, id);
}
