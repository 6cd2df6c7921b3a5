/** A guest's link, and the word for whoever opens it (E6): for no other keys, over each new announcement, and not after a no. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Asking, type Page } from "../../../../chat/browser/core/asking.ts";
import { byHash } from "../../../../chat/browser/core/chain.ts";
import { b64, equal, unb64 } from "../../../../chat/browser/core/encoding.ts";
import { readEntry, writeSigned } from "../../../../chat/browser/core/entry.ts";
import { keyProof, parseGuest } from "../../../../chat/browser/core/guest.ts";
import { Hosting } from "../../../../chat/browser/core/hosting.ts";
import { makeHpkePair } from "../../../../chat/browser/core/hpke.ts";
import { Log, type Meaning } from "../../../../chat/browser/core/log.ts";
import type { Append, Arrived } from "../../../../chat/browser/core/messages.ts";
import { MemberReader } from "../../../../chat/browser/core/readers.ts";
import { makeSigningPair } from "../../../../chat/browser/core/signing.ts";
import { NOW, random, Waiting } from "./waiting.ts";

const PAGE = "https://staff.example/staff/guest";
let waiting: Waiting;
let hosting: Hosting;
let log: Log;
let asking: Asking;
let page: { inside: Page["inside"]; onFault: Page["onFault"]; presence: Page["presence"] };
let held: number;

beforeEach(async () => {
  waiting = await Waiting.begins();
  const { organisation, amina, trust, conversation } = waiting;
  await waiting.letsIn(amina);
  const { duty } = amina;
  const reader = new MemberReader(trust, duty.hash, duty.hpke.privateKey);
  const documents = new Map(await byHash(organisation.papers(amina)));
  log = await Log.open(trust, conversation.log.sid, documents, reader);
  const newest = conversation.log.newest;
  for (const { offer } of newest?.members ?? []) reader.offers.add(String(offer));
  hosting = new Hosting(log, duty, PAGE, random);
  page = { inside: waiting.inside, onFault: undefined, presence: { guests: 1 } };
  asking = new Asking(page, () => {});
  held = 0;
  await follows();
});

/** Amina's page takes what came. */
async function follows(): Promise<void> {
  for (const entry of waiting.log.slice(held)) {
    held += 1;
    const meaning: Meaning = await log.take(readEntry(entry), held, NOW);
    hosting.taken(meaning);
  }
}

const state = () => hosting.view.map((guest) => guest.state);
const asked = () => asking.view.questions.map(({ pseudonym, by }) => `${pseudonym}, by ${by}`);

/** Somebody opens the link; `wrong`: without having its token. */
async function opens(wrong = false): Promise<Arrived> {
  const { id, link } = hosting.view[0] ?? { id: "", link: null };
  assert.ok(link);
  const [signing, hpke] = await Promise.all([makeSigningPair(), makeHpkePair()]);
  const token = wrong ? random(32) : unb64(link.slice(PAGE.length + 1));
  const proof = b64(await keyProof("varsam", token, signing.publicKey, hpke.publicKey));
  const keys = { signature_key: b64(signing.publicKey), hpke_key: b64(hpke.publicKey) };
  return { type: "arrived", sid: waiting.conversation.name, access: id, ...keys, proof };
}

async function vouches(): Promise<boolean> {
  const word = await hosting.next(NOW);
  if (word) await waiting.stores({ kind: "guest", ...writeSigned(word) });
  await follows();
  return word !== null;
}

async function answers(answer: "from-now" | "no"): Promise<void> {
  waiting.link.sent.length = 0;
  asking.answer(asking.view.questions[0]?.id ?? "", answer);
  await waiting.settled();
  await waiting.acknowledges(waiting.link.appended[0] as Append);
  await follows();
}

test("whoever opens the link is vouched for by the name that was told, and comes in with the visitor's yes", async () => {
  await hosting.invite("Police in Borås");
  assert.equal(await vouches(), false, "nobody has come");
  const arrived = await opens();
  await hosting.arrives(arrived);
  assert.equal(hosting.view[0]?.link, null, "an opened link is shown to nobody any more");
  assert.equal(await vouches(), true);
  assert.deepEqual(asked(), ["Police in Borås, by Amina"]);
  const word = waiting.log.at(-1);
  assert.ok(word?.kind === "guest");
  const guest = await parseGuest("varsam", unb64(word.doc));
  assert.ok(equal(guest.signatureKey, unb64(arrived.signature_key)));
  await answers("from-now");
  assert.deepEqual(state(), ["in"]);
  assert.deepEqual(
    waiting.conversation.members.map(({ pseudonym, role }) => [pseudonym, role]),
    [
      ["Amina", "counsellor"],
      ["Police in Borås", "guest"],
    ],
  );
  assert.equal(await vouches(), false);
  // The page is closed without leaving.
  page.presence = { guests: 0 };
  const away = asking.view.away;
  assert.deepEqual([away?.pseudonym, typeof away?.since], ["Police in Borås", "number"]);
  page.presence = { guests: 1 };
  assert.equal(asking.view.away, null);
});

test("keys of somebody who has not the link are vouched for by nobody", async () => {
  await hosting.invite("Police in Borås");
  await assert.rejects(hosting.arrives(await opens(true)), { step: "E6" });
  assert.deepEqual([await vouches(), state()], [false, ["invited"]]);
});

test("a link that was taken back is nobody's", async () => {
  const access = await hosting.invite("Police in Borås");
  const arrived = await opens();
  hosting.drop(access);
  await hosting.arrives(arrived);
  assert.deepEqual([await vouches(), state()], [false, []]);
});

test("a no is the end of it", async () => {
  await hosting.invite("Police in Borås");
  await hosting.arrives(await opens());
  await vouches();
  await answers("no");
  assert.deepEqual([state(), await vouches(), asked()], [["refused"], false, []]);
});

test("over a new announcement the same guest is vouched for anew", async () => {
  await hosting.invite("Police in Borås");
  await hosting.arrives(await opens());
  await vouches();
  assert.equal(await vouches(), false, "once over each");
  hosting.again();
  assert.equal((await hosting.next(NOW)) !== null, true, "what did not come to stand is said again");
});

test("a guest goes with whoever vouched for them, when that machine is revoked", async () => {
  const { organisation, cleo, amina } = waiting;
  const siv = await organisation.hires("Siv", "supervisor");
  const roster = await organisation.lists([cleo, amina, siv], [cleo]);
  await waiting.trusts(roster);
  await hosting.invite("Police in Borås");
  await hosting.arrives(await opens());
  await vouches();
  await answers("from-now");
  waiting.link.sent.length = 0;
  await waiting.trusts(roster, [amina]);
  waiting.admission.refreshed();
  await waiting.settled();
  await waiting.acknowledges(waiting.announced);
  assert.deepEqual(waiting.conversation.members, []);
});
