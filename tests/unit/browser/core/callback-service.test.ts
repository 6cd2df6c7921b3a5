/** What a visitor's page says to the service about being called: to whom it seals, the same bytes again, and what a code can do (C1–C3). */

import assert from "node:assert/strict";
import { beforeEach, type TestContext, test } from "node:test";
import { parseAsk, parseVersion } from "../../../../chat/browser/core/callback.ts";
import type { CallbackChallenge, CallbackSend } from "../../../../chat/browser/core/callback-bodies.ts";
import { parseCard, parseNumber } from "../../../../chat/browser/core/callback-card.ts";
import { openPart, teamOf } from "../../../../chat/browser/core/callback-parts.ts";
import { CallbackService } from "../../../../chat/browser/core/callback-service.ts";
import type { SignedBytes } from "../../../../chat/browser/core/chain.ts";
import { type Bytes, b64, digest, enc, u64, unb64 } from "../../../../chat/browser/core/encoding.ts";
import { writeSigned } from "../../../../chat/browser/core/entry.ts";
import { Refused, VerificationError } from "../../../../chat/browser/core/errors.ts";
import { type HpkePair, makeHpkePair } from "../../../../chat/browser/core/hpke.ts";
import { verifyWork } from "../../../../chat/browser/core/work.ts";
import { Organisation, type Person, signed } from "./organisation.ts";

const NOW = 1_800_000_000;
const ORIGIN = "https://chat.example";
const random = (size = 32): Bytes => crypto.getRandomValues(new Uint8Array(size));
const WINDOWS = [{ start: NOW, end: NOW + 3_600 }];
const WANTED = {
  number: "+46701740605",
  card: {
    windows: WINDOWS,
    zone: "Europe/Stockholm",
    who: "Bara jag",
    answer: "hang-up",
    cover: "",
    own: "",
    word: "äppelträd",
    notFree: "fel nummer",
    text: false,
    voicemail: false,
    language: "sv",
    caller: "",
    entrance: "self",
  },
} as const;

let organisation: Organisation;
let amina: Person;
let roster: SignedBytes;
let team: SignedBytes;
let pair: HpkePair;

/** A service that keeps one request, and may fail a number of times before it answers. */
class Kept {
  readonly bodies: string[] = [];
  sent: CallbackSend | null = null;
  cancelled = false;
  stale = 0;
  lost = 0;
  now = NOW;

  async answer(path: string, body: string): Promise<Response> {
    if (path.startsWith("/v1/roster/")) return json(rosterFile());
    if (path === "/v1/callbacks/challenge") return json(await this.challenge());
    if (path === "/v1/callbacks") return this.keep(body);
    const asked = JSON.parse(body) as { locator?: string; doc?: string };
    if (asked.locator) {
      const known = this.sent?.code?.code === b64(await digest(unb64(asked.locator)));
      return known ? json({ blob: this.sent?.code?.blob }) : refusal("callback-unknown");
    }
    const { what } = parseAsk("varsam", unb64(asked.doc ?? ""));
    if (what === "cancel") this.cancelled = true;
    const state = this.cancelled ? "cancelled" : "waiting";
    return json({ state, version: parseVersion("varsam", this.doc).version, attempts: 0 });
  }

  get doc(): Bytes {
    return unb64(this.sent?.version.doc ?? "");
  }

  private async challenge(): Promise<CallbackChallenge> {
    const target = random();
    target[0] = 15;
    return {
      challenge: b64(random()),
      target: b64(target),
      until: NOW + 600,
      now: this.now,
      roster: b64(await digest(roster.doc)),
      team: writeSigned(team),
      signer: b64(amina.hash),
      documents: [organisation.registrarDocument, amina.certificate].map(writeSigned),
      spans: WINDOWS,
      zone: "Europe/Stockholm",
      covers: [{ words: "library" }],
    };
  }

  private async keep(body: string): Promise<Response> {
    this.bodies.push(body);
    if (this.stale-- > 0) return refusal("stale-challenge");
    if (this.lost-- > 0) throw new TypeError("the line is cut");
    this.sent = { code: this.sent?.code ?? null, ...(JSON.parse(body) as CallbackSend) };
    const { id, version } = parseVersion("varsam", this.doc);
    return json({ id: b64(id), version, expires: NOW + 1 });
  }
}

const json = (value: unknown) => new Response(JSON.stringify(value));
const refusal = (code: string) => new Response(`${code}\nDo something else.`, { status: 409 });

function rosterFile() {
  const documents = [organisation.rootDocument, organisation.registrarDocument].map(writeSigned);
  return { roster: writeSigned(roster), registrar: b64(organisation.registrar), documents };
}

async function aTeam(by: Person, days = 8): Promise<SignedBytes> {
  const span = [u64(NOW - 60), u64(NOW - 60 + days * 86_400)];
  return signed(by.signing, enc("varsam", "team", organisation.root, pair.publicKey, ...span));
}

beforeEach(async () => {
  organisation = await Organisation.found("varsam", NOW, () => random());
  amina = await organisation.hires("Amina", "counsellor");
  roster = await organisation.lists([amina], [], [amina]);
  pair = await makeHpkePair();
  team = await aTeam(amina);
});

function aPage(t: TestContext, kept: Kept): CallbackService {
  t.mock.method(globalThis, "fetch", async (url: string, request?: RequestInit) => {
    return kept.answer(url.replace(ORIGIN, ""), String(request?.body ?? ""));
  });
  return new CallbackService({
    origin: ORIGIN,
    root: b64(organisation.root),
    realm: "varsam",
    clock: () => NOW,
  });
}

test("what arrives opens with the team key and the service's halves, and the work was done", async (t) => {
  const kept = new Kept();
  const words = await aPage(t, kept).send(WANTED, null, () => {});
  assert.equal(words?.length, 9);
  const sent = kept.sent ?? assert.fail("nothing was sent");
  assert.ok(JSON.stringify(sent).length < 32 * 1024);
  const version = parseVersion("varsam", kept.doc);
  const sealed = unb64(sent.sealed);
  const whose = { realm: "varsam", id: version.id, version: 1, team: teamOf("varsam", sealed) } as const;
  const card = await openPart(whose, "card", pair.privateKey, sealed, unb64(sent.card));
  assert.deepEqual(parseCard("varsam", card, version), WANTED.card);
  const number = await openPart(whose, "number", pair.privateKey, sealed, unb64(sent.number));
  assert.equal(parseNumber("varsam", number), WANTED.number);
  assert.doesNotMatch(JSON.stringify(sent), /701740605|appel/);
});

test("after a lost answer the same bytes go again, until the service has kept them", async (t) => {
  const kept = new Kept();
  kept.lost = 1;
  const told: string[] = [];
  await aPage(t, kept).send(WANTED, null, ({ at }) => told.push(at));
  assert.equal(kept.bodies.length, 2);
  assert.equal(kept.bodies[0], kept.bodies[1]);
  assert.ok(told.includes("wait"));
});

test("where the challenge ran out, it is asked, sealed and worked for anew, under the same key and code", async (t) => {
  const kept = new Kept();
  kept.stale = 1;
  await aPage(t, kept).send(WANTED, null, () => {});
  const [first, second] = kept.bodies.map((body) => JSON.parse(body) as CallbackSend);
  assert.equal(first?.key, second?.key);
  assert.equal(first?.code?.code, second?.code?.code);
  assert.notEqual(first?.sealed, second?.sealed);
  assert.notEqual(first?.card, second?.card);
});

test("nothing is sealed to a key that no listed device which takes callbacks has signed", async (t) => {
  const kept = new Kept();
  const page = aPage(t, kept);
  const mallory = await organisation.hires("Mallory", "counsellor");
  for (const wrong of [await aTeam(mallory), await aTeam(amina, 9)]) {
    team = wrong;
    const refused = (error: unknown) => error instanceof VerificationError && error.step === "C2";
    await assert.rejects(
      page.send(WANTED, null, () => {}),
      refused,
    );
  }
  assert.equal(kept.bodies.length, 0);
});

test("a device that takes no callbacks signs no team key", async (t) => {
  roster = await organisation.forks(roster, []);
  await assert.rejects(aPage(t, new Kept()).terms(), (error: unknown) => error instanceof VerificationError);
});

test("a service of another organisation is refused", async (t) => {
  const kept = new Kept();
  const page = aPage(t, kept);
  const other = await Organisation.found("varsam", NOW, () => random());
  const theirs = await other.hires("Eve", "counsellor");
  [organisation, amina] = [other, theirs];
  roster = await other.lists([theirs], [], [theirs]);
  team = await aTeam(theirs);
  await assert.rejects(page.terms(), (error: unknown) => error instanceof VerificationError);
});

test("a clock that is wrong is said before anything is verified", async (t) => {
  const kept = new Kept();
  kept.now = NOW + 2 * 3_600;
  const code = (error: unknown) => error instanceof Refused && error.code === "wrong-clock";
  await assert.rejects(aPage(t, kept).terms(), code);
});

test("with the code alone it is found, changed under the next version, and cancelled", async (t) => {
  const kept = new Kept();
  const words = await aPage(t, kept).send(WANTED, null, () => {});
  const key = kept.sent?.key;
  const page = aPage(t, kept);
  assert.equal(await page.find("12 345"), null);
  const known = (await page.find(`${words?.join(" ")} `)) ?? assert.fail("the code was not read");
  assert.equal((await page.status(known)).state, "waiting");
  const other = { ...WANTED, number: "+46701740606" };
  assert.equal(await page.send(other, known, () => {}), null);
  assert.equal(parseVersion("varsam", kept.doc).version, 2);
  assert.equal(kept.sent?.key, key);
  assert.equal((await page.cancel(known)).state, "cancelled");
});

test("words of nothing are answered like those of what is over", async (t) => {
  const page = aPage(t, new Kept());
  const code = (error: unknown) => error instanceof Refused && error.code === "callback-unknown";
  await assert.rejects(page.find("000 111 222 333 444 555 666 777 888"), code);
});

test("stopped, it sends nothing more", async (t) => {
  const kept = new Kept();
  const page = aPage(t, kept);
  const sending = page.send(WANTED, null, ({ at }) => at === "work" && page.stop());
  page.stop();
  await assert.rejects(sending);
  assert.equal(kept.bodies.length, 0);
});

test("the work that is sent is what was asked for", async (t) => {
  const kept = new Kept();
  let asked = "";
  const page = aPage(t, kept);
  const answer = kept.answer.bind(kept);
  kept.answer = async (path, body) => {
    const said = await answer(path, body);
    if (path.endsWith("/challenge")) asked = await said.clone().text();
    return said;
  };
  await page.send(WANTED, null, () => {});
  const { challenge, target } = JSON.parse(asked) as CallbackChallenge;
  const body = await digest(kept.doc);
  const task = { purpose: "callback", challenge: unb64(challenge), body, target: unb64(target) };
  await verifyWork("varsam", task, kept.sent?.n ?? -1);
});
