/** What a visitor asks for when asking to be called (C2): the card, which a counsellor reads first, and the number (Call 1, 4). */

import { queueOf, type Version, windowsBytes } from "./callback.ts";
import type { CardView } from "./callback-view.ts";
import { type Bytes, dec, enc, equal, type Realm, text, truth, u64, untext } from "./encoding.ts";
import { verify } from "./errors.ts";

const WHO_CHARACTERS = 100;
const COVER_CHARACTERS = 40;
const OWN_CHARACTERS = 300;
const WORD_CHARACTERS = 60;
const ZONE_CHARACTERS = 64;
const LANGUAGE_CHARACTERS = 16;
const ANSWERS = ["", "hang-up", "wrong-number", "cover"] as const;
const CALLERS = ["", "woman", "man"] as const;
const ENTRANCES = ["", "self", "other", "work"] as const;
const NUMBER = /^\+\d{6,15}$/;

type Told = Pick<Version, "windows" | "language" | "queue">;

/** C2: the plaintext of the part `card`. */
export function cardBytes(realm: Realm, card: CardView): Bytes {
  const { windows, zone, who, answer, cover, own, word, notFree, language, caller, entrance } = card;
  const said = [zone, who, answer, cover, own, word, notFree].map(text);
  const truths = [u64(Number(card.text)), u64(Number(card.voicemail))];
  const rest = [language, caller, entrance].map(text);
  return enc(realm, "callback-card", windowsBytes(windows), ...said, ...truths, ...rest);
}

/** C2; C3: its times, its language and its queue are those that the service was told in clear. */
export function parseCard(realm: Realm, data: Bytes, { windows, language, queue }: Told): CardView {
  const items = dec(realm, "callback-card", data, 13);
  const card = {
    windows,
    zone: short(items[1], ZONE_CHARACTERS),
    who: short(items[2], WHO_CHARACTERS),
    answer: one(ANSWERS, items[3]),
    cover: short(items[4], COVER_CHARACTERS),
    own: short(items[5], OWN_CHARACTERS),
    word: short(items[6], WORD_CHARACTERS),
    notFree: short(items[7], WORD_CHARACTERS),
    text: truth(items[8]),
    voicemail: truth(items[9]),
    language: short(items[10], LANGUAGE_CHARACTERS),
    caller: one(CALLERS, items[11]),
    entrance: one(ENTRANCES, items[12]),
  };
  const stories = Number(card.cover !== "") + Number(card.own !== "");
  const fits = stories === Number(card.answer === "cover");
  verify(fits, "C2", "a cover story stands where one is to be told, and only there");
  verify(equal(items[0], windowsBytes(windows)), "C3", "the times in clear are not the sealed ones");
  verify(card.language === language, "C3", "the language in clear is not the sealed one");
  verify(queueOf(card.entrance) === queue, "C3", "the queue in clear is not of the sealed entrance");
  return card;
}

/** C2: the plaintext of the part `number`. */
export function numberBytes(realm: Realm, number: string): Bytes {
  return enc(realm, "callback-number", text(number));
}

export function parseNumber(realm: Realm, data: Bytes): string {
  const [item] = dec(realm, "callback-number", data, 1);
  const number = untext(item);
  verify(NUMBER.test(number), "C2", "a number is + and 6–15 digits");
  return number;
}

/** No longer than this, and without control characters. */
export function short(data: Bytes, most: number): string {
  const value = untext(data);
  const good = [...value].length <= most && !/\p{Cc}/u.test(value);
  verify(good, "C2", "a text of a card is too long, or has control characters");
  return value;
}

function one<T extends string>(known: readonly T[], data: Bytes): T {
  const value = untext(data);
  const found = known.find((each) => each === value);
  verify(found !== undefined, "C2", "a choice that a card does not have");
  return found;
}
