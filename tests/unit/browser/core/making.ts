/**
 * Makes tests/vectors/typescript.json: what the core writes, and that in many ways altered, each with the core's verdict.
 * `node tools/vectors/typescript.mjs` runs it; the other implementation must come to the same verdicts.
 */

import { writeFileSync } from "node:fs";
import { byHash, type SignedBytes } from "../../../../chat/browser/core/chain.ts";
import { type Bytes, b64, digest, enc, type Realm, text } from "../../../../chat/browser/core/encoding.ts";
import { type Entry, entryBytes } from "../../../../chat/browser/core/entry.ts";
import { headerBytes, pad, parseHeader, plainBytes } from "../../../../chat/browser/core/frames.ts";
import { makeHpkePair, seal } from "../../../../chat/browser/core/hpke.ts";
import { codeSecrets, readTrail, returnAs, sealBlob } from "../../../../chat/browser/core/returning.ts";
import { makeSigningPair, sign } from "../../../../chat/browser/core/signing.ts";
import { Trust } from "../../../../chat/browser/core/trust.ts";
import type { Fields } from "./checker.ts";
import { Organisation, type Person } from "./organisation.ts";
import { pairOf } from "./seeds.ts";
import { Talk } from "./talk.ts";
import { alterations, Vectors, wire } from "./vector-file.ts";

const NOW = 1_800_000_000;
const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;
const REALM: Realm = "varsam";
const random = (size: number): Bytes => crypto.getRandomValues(new Uint8Array(size));

/** Everything that is in one organisation on one day. */
interface Scene {
  readonly organisation: Organisation;
  readonly cleo: Person;
  readonly amina: Person;
  readonly talk: Talk;
  readonly steps: readonly Fields[];
}

async function setTheScene(): Promise<Scene> {
  const organisation = await Organisation.found(REALM, NOW, () => random(32));
  const cleo = await organisation.hires("Cleo", "coordinator");
  const amina = await organisation.hires("Åmina", "counsellor");
  const roster = await organisation.lists([cleo, amina], [cleo]);
  const fresh = await organisation.states(cleo);
  const trust = new Trust(REALM, organisation.root);
  const documents = await byHash([...organisation.papers(cleo)]);
  await trust.takeRoster(roster, organisation.registrar, documents, NOW);
  await trust.takeFreshness(fresh, cleo.hash, documents, NOW);
  const talk = await Talk.begins(organisation, trust, amina, random);
  await talk.visitorWrites("Hej 🙂");
  await talk.visitorWrites(`Jag vill berätta. ${"å👩‍👩‍👧".repeat(300)}`);
  await talk.serviceSays("leased");
  await talk.counsellorOffers();
  await talk.visitorLetsIn();
  await talk.counsellorReads();
  await talk.visitorHasSeen();
  await talk.counsellorWrites("Jag är här. ".repeat(40));
  await talk.visitorWrites("العربية");
  await talk.counsellorEnds();
  await talk.serviceSays("closed");
  return { organisation, cleo, amina, talk, steps: trustSteps(organisation, cleo) };
}

/** E7: the counsellor's page is loaded again, and both go on. The number: of entries before it. */
async function reloadThePage(scene: Scene): Promise<[Scene, number]> {
  const { organisation, amina } = scene;
  const talk = await Talk.begins(organisation, scene.talk.trust, amina, random);
  await talk.visitorWrites("Är någon där?");
  await talk.counsellorOffers();
  await talk.visitorLetsIn();
  await talk.counsellorWrites("Jag är här.");
  const before = talk.entries.length;
  const again = await talk.counsellorReloads();
  await talk.counsellorOffers();
  await talk.visitorLetsIn();
  await talk.counsellorWrites("Jag laddade om sidan.");
  await talk.visitorWrites("Jag ser det.");
  return [{ ...scene, amina: again, talk }, before];
}

/** E6: the visitor says no, is asked once more and lets the counsellor in. The number: of entries before the refusal. */
async function refuseOnce(scene: Scene): Promise<[Scene, number]> {
  const talk = await Talk.begins(scene.organisation, scene.talk.trust, scene.amina, random);
  await talk.counsellorOffers();
  const before = talk.entries.length;
  await talk.visitorRefuses();
  await talk.visitorWrites("Inte än.");
  await talk.counsellorOffers(1);
  await talk.visitorLetsIn();
  return [{ ...scene, talk }, before];
}

/** E6: the counsellor vouches for a guest, whom the visitor lets in. The number: of entries before that. */
async function vouchForOne(scene: Scene): Promise<[Scene, number]> {
  const talk = await Talk.begins(scene.organisation, scene.talk.trust, scene.amina, random);
  await talk.counsellorOffers();
  await talk.visitorLetsIn();
  const own = talk.offerHash;
  const before = talk.entries.length;
  const [signing, hpke] = await Promise.all([makeSigningPair(), makeHpkePair()]);
  await talk.counsellorVouches("Polisen Borås", signing.publicKey, hpke.publicKey);
  await talk.visitorLetsGuestIn();
  await talk.visitorWrites("Hej, båda två.");
  talk.offerHash = own;
  return [{ ...scene, talk }, before];
}

function trustSteps(organisation: Organisation, cleo: Person): Fields[] {
  const [roster] = organisation.rosters as [SignedBytes];
  const [fresh] = organisation.statements as [SignedBytes];
  const root = wire(organisation.rootDocument);
  const registrar = wire(organisation.registrarDocument);
  const documents = organisation.papers(cleo).map(wire);
  const signer = b64(cleo.hash);
  return [
    { do: "roster", roster: wire(roster), registrar, root, now: NOW },
    { do: "freshness", fresh: wire(fresh), signer, documents, now: NOW },
  ];
}

// What is altered

async function addEncodings(vectors: Vectors): Promise<void> {
  for (const [name, body] of [
    ["nothing", ""],
    ["a text", "Hej"],
    ["a long text", "å".repeat(900)],
    ["other scripts", "שלום العربية 👩‍👩‍👧"],
  ] as const) {
    const doc = plainBytes(REALM, { kind: "text", id: random(16), part: 0, parts: 1, body: text(body) });
    await vectors.add(`plain: ${name}`, "plain", { realm: REALM, doc: b64(doc) });
    await vectors.add(`unpad: ${name}`, "unpad", { data: b64(pad(doc)) });
  }
  const key = await makeSigningPair();
  const message = random(40);
  const signature = await sign(key.privateKey, message);
  const given = { key: b64(key.publicKey), message: b64(message), step: "F3" };
  await vectors.add("a signature", "verify", { ...given, signature: b64(signature) });
  for (const [how, altered] of alterations(signature)) {
    await vectors.add(`a signature, ${how}`, "verify", { ...given, signature: b64(altered) });
  }
  const seed = random(32);
  const { publicKey } = await pairOf(seed);
  const info = enc(REALM, "wrap", random(32), random(32));
  const sealed = await seal(publicKey, info, text("ett hemligt ord"));
  const box = { seed: b64(seed), info: b64(info), step: "E3" };
  await vectors.add("sealed", "hpke-open", { ...box, sealed: b64(sealed) });
  for (const [how, altered] of alterations(sealed)) {
    await vectors.add(`sealed, ${how}`, "hpke-open", { ...box, sealed: b64(altered) });
  }
}

async function addTrusts(vectors: Vectors, { organisation, amina, cleo, steps }: Scene): Promise<void> {
  const [roster, freshness] = steps as [Fields, Fields];
  const documents = organisation.papers(amina);
  const names = ["root", "registrar", "device", "duty"];
  const asked = { do: "duty", duty: b64(amina.duty.hash), certificate: b64(amina.hash) };
  const given = { realm: REALM, root: b64(organisation.root) };
  const add = (name: string, ...all: Fields[]) => vectors.add(name, "trust", { ...given, steps: all });
  const duty = (now: number, papers = documents): Fields => ({ ...asked, documents: papers.map(wire), now });
  await add("everything is in order", roster, freshness, { do: "require-fresh", now: NOW }, duty(NOW));
  for (const [at, name] of names.entries()) {
    const { doc, sig } = documents[at] as SignedBytes;
    for (const [how, altered] of alterations(sig)) {
      const papers = documents.map((d, i) => (i === at ? { doc, sig: altered } : d));
      await add(`${name}: signature, ${how}`, roster, freshness, duty(NOW, papers));
    }
    const without = documents.filter((_, i) => i !== at);
    await add(`${name}: not sent`, roster, freshness, duty(NOW, without));
  }
  for (const [name, step] of [
    ["roster", roster],
    ["fresh", freshness],
  ] as const) {
    const key = step === roster ? "roster" : "fresh";
    const before = step === roster ? [] : [roster];
    const { doc, sig } = (step === roster ? organisation.rosters : organisation.statements)[0] as SignedBytes;
    for (const [how, altered] of alterations(doc)) {
      await add(`${name}: document, ${how}`, ...before, { ...step, [key]: wire({ doc: altered, sig }) });
    }
    for (const [how, altered] of alterations(sig)) {
      await add(`${name}: signature, ${how}`, ...before, { ...step, [key]: wire({ doc, sig: altered }) });
    }
  }
  for (const seconds of [
    -2 * HOUR_S,
    -HOUR_S,
    9 * HOUR_S,
    9 * HOUR_S + 1,
    25 * HOUR_S - 60,
    25 * HOUR_S,
    31 * DAY_S + HOUR_S,
  ]) {
    await add(`a duty ${seconds} s from now`, roster, freshness, duty(NOW + seconds));
    await add(`freshness ${seconds} s from now`, roster, freshness, {
      do: "require-fresh",
      now: NOW + seconds,
    });
  }
  const other = await organisation.hires("Björn", "counsellor");
  const papers = organisation.papers(other).map(wire);
  const stranger = { do: "device", certificate: b64(other.hash), documents: papers, now: NOW };
  await add("a device that is not listed", roster, freshness, stranger);
  const byAmina = { ...freshness, signer: b64(amina.hash), documents: documents.map(wire) };
  await add("freshness by a device that may not sign it", roster, byAmina);
  const wrong = {
    ...freshness,
    fresh: wire({ doc: organisation.statements[0]?.doc as Bytes, sig: random(64) }),
  };
  await add("freshness with a signature out of thin air", roster, wrong);
  const second = await organisation.lists([cleo, amina, other], [cleo]);
  const revoking = await organisation.states(cleo, [amina]);
  const next = [
    { ...roster, roster: wire(second) },
    { ...freshness, fresh: wire(revoking) },
  ] as const;
  await add("revoked under the next roster", roster, freshness, ...next, duty(NOW));
  await add("another is not revoked with it", roster, freshness, ...next, stranger);
  await add("the roster before is ignored", ...next, roster, freshness, duty(NOW));
}

function wireEntry(entry: Entry, index: number): Fields {
  const place = { index, at: NOW, kind: entry.kind };
  switch (entry.kind) {
    case "frame":
      return { ...place, header: b64(entry.header), ciphertext: b64(entry.ciphertext), sig: b64(entry.sig) };
    case "announcement":
      return { ...place, ...wire(entry), wraps: entry.wraps.map(b64) };
    case "offer":
      return { ...place, ...wire(entry), documents: entry.documents.map(wire) };
    case "return-key":
    case "refuse":
    case "guest":
      return { ...place, ...wire(entry) };
    default:
      return { ...place, doc: b64(entry.doc) };
  }
}

function altered(entry: Entry): [string, Entry][] {
  const changed: [string, Entry][] = [];
  for (const [field, value] of Object.entries(entry) as [string, unknown][]) {
    if (!(value instanceof Uint8Array)) continue;
    for (const [how, bytes] of alterations(value as Bytes)) {
      changed.push([`${field}, ${how}`, { ...entry, [field]: bytes }]);
    }
  }
  if (entry.kind === "announcement" && entry.wraps[0]) {
    const [wrapped] = entry.wraps;
    for (const [how, bytes] of alterations(wrapped))
      changed.push([`wrap, ${how}`, { ...entry, wraps: [bytes] }]);
    changed.push(
      ["without its wrap", { ...entry, wraps: [] }],
      ["with a wrap twice", { ...entry, wraps: [wrapped, wrapped] }],
    );
  }
  if (entry.kind === "offer") changed.push(["without its documents", { ...entry, documents: [] }]);
  return changed;
}

/** `called`: what the scene is; `begin`: what stands before this entry is left as it is. */
async function addLogs(vectors: Vectors, scene: Scene, called = "log", begin = 0): Promise<void> {
  const { organisation, amina, talk, steps } = scene;
  const given = { realm: REALM, root: b64(organisation.root), sid: b64(talk.sid), trust: steps };
  const mine = talk.announced.map((doc, e) => ({ doc: b64(doc), secret: b64(talk.secrets[e] as Bytes) }));
  const seed = b64(amina.seed);
  const member = { view: "member", duty: b64(amina.duty.hash), seed, offers: [b64(talk.offerHash)] };
  const views: Fields[] = [{ view: "visitor", mine }, member];
  const add = async (name: string, entries: readonly Entry[], number = (i: number) => i + 1) => {
    for (const view of views) {
      const listed = entries.map((entry, i) => wireEntry(entry, number(i)));
      await vectors.add(`${called}: ${name} (${view.view})`, "log", { ...given, ...view, entries: listed });
    }
  };
  const { entries } = talk;
  await add("a whole conversation", entries);
  for (const [at, entry] of entries.entries()) {
    if (at < begin) continue;
    const upTo = entries.slice(0, at);
    const which = `entry ${at + 1}, ${entry.kind}`;
    for (const [how, other] of altered(entry)) await add(`${which}: ${how}`, [...upTo, other]);
    await add(`${which}, twice`, [...upTo, entry, entry]);
    await add(`${which}, left out`, [...upTo, ...entries.slice(at + 1)]);
    await add(`${which}, under the next index`, [...upTo, entry], (i) => (i === at ? i + 2 : i + 1));
  }
  await vectors.add(`${called}: another page's offer (member)`, "log", {
    ...given,
    ...member,
    offers: [],
    entries: entries.map((entry, i) => wireEntry(entry, i + 1)),
  });
  for (const seconds of [-2 * HOUR_S, -HOUR_S, 0, HOUR_S + 120, HOUR_S + 121, DAY_S]) {
    const opened = entries.slice(0, entries.map((e) => e.kind).lastIndexOf("offer") + 1);
    await vectors.add(`${called}: admission ${seconds} s from now`, "admission", {
      ...given,
      view: "visitor",
      mine: mine.slice(0, -1),
      entries: opened.map((entry, i) => wireEntry(entry, i + 1)),
      offer: b64(talk.offerHash),
      now: NOW + seconds,
      ...(begin ? { rejoined: [NOW, NOW, NOW - 600].slice(0, seconds ? 2 : 3) } : {}),
    });
  }
}

async function addFrames(vectors: Vectors, { talk }: Scene): Promise<void> {
  for (const [at, entry] of talk.entries.entries()) {
    if (entry.kind !== "frame") continue;
    const header = parseHeader(REALM, entry.header);
    const secret = b64(talk.secrets[header.epoch] as Bytes);
    const given = { realm: REALM, secret, header: b64(entry.header), ciphertext: b64(entry.ciphertext) };
    await vectors.add(`frame ${at + 1}`, "frame-open", given);
    const elsewhere = headerBytes(REALM, { ...header, seq: header.seq + 1 });
    await vectors.add(`frame ${at + 1}, under another header`, "frame-open", {
      ...given,
      header: b64(elsewhere),
    });
    await vectors.add(`frame ${at + 1}, with its header as a document`, "header", {
      realm: REALM,
      doc: given.header,
    });
    const hash = b64(await digest(entryBytes(REALM, entry)));
    await vectors.add(`frame ${at + 1}, with another secret`, "frame-open", { ...given, secret: hash });
  }
}

/** E9: the visitor's word that it goes on, and what a member's page makes of it. */
async function addContinuations(
  vectors: Vectors,
  { organisation, amina, talk, steps }: Scene,
): Promise<void> {
  const entries = talk.entries.map((entry, i) => wireEntry(entry, i + 1));
  const member = { view: "member", duty: b64(amina.duty.hash), seed: b64(amina.seed), offers: [] };
  const offers = { offers: [b64(talk.offerHash)] };
  const given = { realm: REALM, root: b64(organisation.root), sid: b64(talk.sid), trust: steps };
  const add = (name: string, continuation: SignedBytes, upTo = entries.length) =>
    vectors.add(`continued: ${name}`, "continued", {
      ...given,
      ...member,
      ...offers,
      entries: entries.slice(0, upTo),
      continuation: wire(continuation),
    });
  const word = await talk.visitorContinues(random(32));
  await add("a whole conversation", word);
  await add("after an announcement that was not heard", word, 2);
  for (const [how, doc] of alterations(word.doc)) {
    await vectors.add(`continuation: ${how}`, "continuation", { realm: REALM, doc: b64(doc) });
    await add(`document, ${how}`, { ...word, doc });
  }
  for (const [how, sig] of alterations(word.sig)) await add(`signature, ${how}`, { ...word, sig });
  await vectors.add("continuation", "continuation", { realm: REALM, doc: b64(word.doc) });
}

/** R1, R2: the code, what lies under it, its key in the log, and who comes back by it. */
async function addReturns(vectors: Vectors, { organisation, amina, talk, steps }: Scene): Promise<void> {
  const { root } = organisation;
  const words = ["Åska", "äpple", "öken", "gaffel", "hammare", "citron", "dagbok", "elefant"];
  const code = { realm: REALM, root: b64(root), version: "sv-1", words };
  await vectors.add("a code", "return-code", code);
  await vectors.add("a code with a word left out", "return-code", { ...code, words: words.slice(1) });
  const secrets = await codeSecrets(REALM, root, code.version, words);
  const replaced = await talk.visitorMakesACode();
  const returns = await talk.visitorMakesACode();
  const blob = { sid: talk.sid, scalar: returns.scalar, capability: random(32) };
  const sealed = await sealBlob(REALM, secrets.key, random(12), blob);
  const under = { realm: REALM, key: b64(secrets.key), sealed: b64(sealed) };
  await vectors.add("under a code", "return-blob", under);
  for (const [how, bytes] of alterations(sealed))
    await vectors.add(`under a code: ${how}`, "return-blob", { ...under, sealed: b64(bytes) });
  await vectors.add("under another code", "return-blob", { ...under, key: b64(secrets.locator) });

  const entries = talk.entries.map((entry, i) => wireEntry(entry, i + 1));
  const of = (kind: string) => talk.entries.filter((entry) => entry.kind === kind) as SignedEntry[];
  const key = of("return-key").at(-1) as SignedEntry;
  for (const [how, doc] of alterations(key.doc))
    await vectors.add(`a return key: ${how}`, "return-key", {
      realm: REALM,
      doc: b64(doc),
      sid: b64(talk.sid),
    });
  await vectors.add("a return key", "return-key", { realm: REALM, doc: b64(key.doc), sid: b64(talk.sid) });

  const announcements = of("announcement");
  const trail = (papers: readonly SignedBytes[], returning: SignedBytes, scalar: Bytes) => ({
    realm: REALM,
    root: b64(root),
    sid: b64(talk.sid),
    scalar: b64(scalar),
    capability: b64(blob.capability),
    announcements: papers.map(wire),
    key: wire(returning),
  });
  await vectors.add("a trail", "trail", trail(announcements, key, returns.scalar));
  await vectors.add("a trail of an earlier code", "trail", trail(announcements, key, replaced.scalar));
  for (const [at, paper] of announcements.entries()) {
    const changed = (other: SignedBytes) => announcements.map((a, i) => (i === at ? other : a));
    for (const [how, doc] of alterations(paper.doc))
      await vectors.add(
        `a trail: announcement ${at}, ${how}`,
        "trail",
        trail(changed({ ...paper, doc }), key, returns.scalar),
      );
    for (const [how, sig] of alterations(paper.sig))
      await vectors.add(
        `a trail: signature ${at}, ${how}`,
        "trail",
        trail(changed({ ...paper, sig }), key, returns.scalar),
      );
  }

  const member = { view: "member", duty: b64(amina.duty.hash), seed: b64(amina.seed) };
  const given = { realm: REALM, root: b64(root), sid: b64(talk.sid), trust: steps, ...member, entries };
  const add = (name: string, continuation: SignedBytes) =>
    vectors.add(`returned: ${name}`, "continued", {
      ...given,
      offers: [b64(talk.offerHash)],
      continuation: wire(continuation),
    });
  const papers = [announcements, key] as const;
  const word = await returnAs(REALM, await readTrail(REALM, root, blob, ...papers), random(32));
  await add("by the code", word);
  for (const [how, doc] of alterations(word.doc)) await add(`document, ${how}`, { ...word, doc });
  for (const [how, sig] of alterations(word.sig)) await add(`signature, ${how}`, { ...word, sig });
  await vectors.add("log: with return keys (member)", "log", { ...given, offers: [b64(talk.offerHash)] });
}

type SignedEntry = Entry & SignedBytes;

const vectors = new Vectors();
const scene = await setTheScene();
await addEncodings(vectors);
await addFrames(vectors, scene);
await addLogs(vectors, scene);
const [reloaded, before] = await reloadThePage(scene);
await addLogs(vectors, reloaded, "reloaded", before);
const [refused, asked] = await refuseOnce(scene);
await addLogs(vectors, refused, "refused", asked);
const [vouched, alone] = await vouchForOne(scene);
await addLogs(vectors, vouched, "vouched", alone);
await addContinuations(vectors, scene);
await addReturns(vectors, scene);
await addTrusts(vectors, scene);
writeFileSync("tests/vectors/typescript.json", vectors.text);
