/**
 * Makes tests/vectors/callback-typescript.json: what the core seals for a callback (C1–C5, W1), and that in many ways altered, each
 * with the core's verdict. `node tools/vectors/typescript.mjs` runs it; the other implementation must come to the same verdicts.
 */

import { writeFileSync } from "node:fs";
import {
  askBytes,
  callbackId,
  expiryOf,
  type Version,
  versionBytes,
} from "../../../../chat/browser/core/callback.ts";
import { cardBytes, numberBytes } from "../../../../chat/browser/core/callback-card.ts";
import { makeRequestKey, sealCallbackBlob } from "../../../../chat/browser/core/callback-code.ts";
import { sealNote } from "../../../../chat/browser/core/callback-notes.ts";
import { sealRequest } from "../../../../chat/browser/core/callback-parts.ts";
import type { CardView } from "../../../../chat/browser/core/callback-view.ts";
import { type Bytes, b64, digest, type Realm, text } from "../../../../chat/browser/core/encoding.ts";
import { sign } from "../../../../chat/browser/core/signing.ts";
import { parseTeam, sealShare, teamBytes } from "../../../../chat/browser/core/team.ts";
import { work } from "../../../../chat/browser/core/work.ts";
import { Organisation, signed } from "./organisation.ts";
import { pairOf } from "./seeds.ts";
import { alterations, Vectors, wire } from "./vector-file.ts";

const NOW = 1_800_000_000;
const REALM: Realm = "varsam";
const random = (size = 32): Bytes => crypto.getRandomValues(new Uint8Array(size));
const WINDOWS = [
  { start: NOW, end: NOW + 3_600 },
  { start: NOW + 86_400, end: NOW + 88_200 },
];
const CARD: CardView = {
  windows: WINDOWS,
  zone: "Europe/Stockholm",
  who: "Min syster, hon vet",
  answer: "cover",
  cover: "",
  own: "Vi ringer om cykeln 🚲",
  word: "äppelträd",
  notFree: "fel nummer",
  text: false,
  voicemail: true,
  language: "sv",
  caller: "woman",
  entrance: "other",
};

const vectors = new Vectors();
const organisation = await Organisation.found(REALM, NOW, () => random());
const amina = await organisation.hires("Amina", "counsellor");
const cleo = await organisation.hires("Cleo", "coordinator");
const roster = await organisation.lists([amina, cleo], [cleo], [amina]);
const seed = random();
const pair = await pairOf(seed);
const teamPaper = await signed(amina.signing, teamBytes(REALM, organisation.root, pair.publicKey, NOW));
const team = await parseTeam(REALM, organisation.root, teamPaper.doc);

const root = wire(organisation.rootDocument);
const registrar = wire(organisation.registrarDocument);
const documents = [root, registrar, wire(amina.certificate), wire(cleo.certificate)];
const trust = [{ do: "roster", roster: wire(roster), registrar, root, now: NOW }];
const held = { realm: REALM, root: b64(organisation.root), documents, now: NOW, trust };
const ofTeam = { ...held, team: wire(teamPaper), signer: b64(amina.hash) };
await vectors.add("a team key", "team", ofTeam);
await vectors.add("a team key by who takes no callbacks", "team", { ...ofTeam, signer: b64(cleo.hash) });
await vectors.add("a team key after its time", "team", { ...ofTeam, now: NOW + 9 * 86_400 });
for (const [how, doc] of alterations(teamPaper.doc))
  await vectors.add(`a team key: ${how}`, "team", { ...ofTeam, team: wire({ ...teamPaper, doc }) });
for (const [how, sig] of alterations(teamPaper.sig))
  await vectors.add(`a team key: its signature, ${how}`, "team", {
    ...ofTeam,
    team: wire({ ...teamPaper, sig }),
  });

const key = await makeRequestKey();
const id = await callbackId(REALM, key.publicKey);
const plain = { card: cardBytes(REALM, CARD), number: numberBytes(REALM, "+46701740605") };
const whose = { realm: REALM, id, version: 1, team: team.hash };
const { sealed, card, number } = await sealRequest(whose, team.key, plain, random);
const made: Version = {
  id,
  version: 1,
  sealed: await digest(sealed),
  windows: WINDOWS,
  language: "sv",
  expiry: expiryOf(WINDOWS),
  queue: "",
};
const doc = versionBytes(REALM, made);
const sig = await sign(key.privateKey, doc);
const version = { realm: REALM, doc: b64(doc), sig: b64(sig), key: b64(key.publicKey), sealed: b64(sealed) };
await vectors.add("a version", "callback", { realm: REALM, doc: b64(doc) });
await vectors.add("a signed version", "callback-signed", version);
for (const [name, bytes] of [
  ["doc", doc],
  ["sig", sig],
  ["key", key.publicKey],
  ["sealed", sealed],
] as const)
  for (const [how, other] of alterations(bytes))
    await vectors.add(`a signed version: ${name}, ${how}`, "callback-signed", {
      ...version,
      [name]: b64(other),
    });

for (const [part, half] of [
  ["card", card],
  ["number", number],
] as const) {
  const given = { realm: REALM, doc: b64(doc), sealed: b64(sealed), seed: b64(seed), half: b64(half) };
  await vectors.add(`a ${part}`, `callback-${part}`, given);
  for (const [how, other] of alterations(sealed))
    await vectors.add(`a ${part}: sealed, ${how}`, `callback-${part}`, { ...given, sealed: b64(other) });
  for (const [how, other] of alterations(half))
    await vectors.add(`a ${part}: half, ${how}`, `callback-${part}`, { ...given, half: b64(other) });
}

const ask = askBytes(REALM, id, "cancel");
await vectors.add("an ask", "callback-ask", { realm: REALM, doc: b64(ask) });
for (const [how, other] of alterations(ask))
  await vectors.add(`an ask: ${how}`, "callback-ask", { realm: REALM, doc: b64(other) });

const words = "123 456 789 012 345 678 901 234 567".split(" ");
const code = { realm: REALM, root: b64(organisation.root), version: "digits-1", words };
await vectors.add("a code of digits", "callback-code", code);
const blobKey = random();
const blob = await sealCallbackBlob(REALM, blobKey, random(12), key);
const sealedBlob = { realm: REALM, key: b64(blobKey), sealed: b64(blob) };
await vectors.add("a blob", "callback-blob", sealedBlob);
for (const [how, other] of alterations(blob))
  await vectors.add(`a blob: ${how}`, "callback-blob", { ...sealedBlob, sealed: b64(other) });

const deviceSeed = random();
const device = await pairOf(deviceSeed);
const share = await sealShare(REALM, team, device.publicKey, seed);
const ofShare = { realm: REALM, team: b64(teamPaper.doc), seed: b64(deviceSeed), sealed: b64(share) };
await vectors.add("a share", "team-share", ofShare);
const strange = await sealShare(REALM, team, device.publicKey, random());
await vectors.add("a share of another key", "team-share", { ...ofShare, sealed: b64(strange) });
for (const [how, other] of alterations(share))
  await vectors.add(`a share: ${how}`, "team-share", { ...ofShare, sealed: b64(other) });

const note = await sealNote(REALM, team, { pseudonym: "Amina", time: NOW, text: "Ring efter tre." }, id);
const ofNote = { realm: REALM, hash: b64(team.hash), seed: b64(seed), about: b64(id), sealed: b64(note) };
await vectors.add("a note", "callback-note", ofNote);
await vectors.add("a note for the next shift, of a request", "callback-note", { ...ofNote, about: "" });
for (const [how, other] of alterations(note))
  await vectors.add(`a note: ${how}`, "callback-note", { ...ofNote, sealed: b64(other) });

const target = random();
target[0] = 0;
const task = { purpose: "callback", challenge: random(48), body: doc, target };
const n = (await work(REALM, task, () => false)) ?? -1;
const ofWork = { realm: REALM, purpose: "callback", challenge: b64(task.challenge), target: b64(target), n };
await vectors.add("work", "work", { ...ofWork, body: b64(await digest(doc)) });
await vectors.add("work for another body", "work", {
  ...ofWork,
  body: b64(await digest(text("another"))),
  target: b64(new Uint8Array(32)),
});

writeFileSync("tests/vectors/callback-typescript.json", vectors.text);
