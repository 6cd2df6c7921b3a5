/** The desk of those who call back (Call 4), against a service that the test is: card before number, and what leaves the screen when. */

import assert from "node:assert/strict";
import { beforeEach, type TestContext, test } from "node:test";
import {
  callbackId,
  expiryOf,
  queueOf,
  type Version,
  versionBytes,
} from "../../../../chat/browser/core/callback.ts";
import type { CallbackLine, CallbackNote } from "../../../../chat/browser/core/callback-bodies.ts";
import { cardBytes, numberBytes } from "../../../../chat/browser/core/callback-card.ts";
import { makeRequestKey, type RequestKey } from "../../../../chat/browser/core/callback-code.ts";
import { CallbackDesk, dueOf } from "../../../../chat/browser/core/callback-desk.ts";
import { sealNote } from "../../../../chat/browser/core/callback-notes.ts";
import { type SealedRequest, sealRequest } from "../../../../chat/browser/core/callback-parts.ts";
import type { CallbacksView, CardView } from "../../../../chat/browser/core/callback-view.ts";
import type { SignedBytes } from "../../../../chat/browser/core/chain.ts";
import { type Bytes, b64, digest, unb64 } from "../../../../chat/browser/core/encoding.ts";
import { writeSigned } from "../../../../chat/browser/core/entry.ts";
import { sign } from "../../../../chat/browser/core/signing.ts";
import { Standing } from "../../../../chat/browser/core/standing.ts";
import { parseTeam, sealShare, teamBytes } from "../../../../chat/browser/core/team.ts";
import { Trust } from "../../../../chat/browser/core/trust.ts";
import { Organisation, type Person, signed } from "./organisation.ts";
import { pairOf } from "./seeds.ts";

const NOW = 1_800_000_000;
const ORIGIN = "https://staff.example";
const REALM = "varsam";
const PATH = "/staff/callbacks";
const random = (size = 32): Bytes => crypto.getRandomValues(new Uint8Array(size));
const NUMBER = "+46701740605";
const CARD: CardView = {
  windows: [{ start: NOW, end: NOW + 3_600 }],
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
};

/** A service with one request, and a team key that Amina holds. */
class House {
  readonly asked: string[] = [];
  readonly notes: CallbackNote[] = [];
  readonly shiftNotes: CallbackNote[] = [];
  readonly refusals = new Map<string, string>();
  /** A key from before, and whether this machine was given a share of it. */
  before: { paper: SignedBytes; seed: Bytes; shared: boolean } | null = null;
  version = 1;
  state: CallbackLine["state"] = "waiting";
  mine = false;
  roster!: SignedBytes;
  team!: SignedBytes;
  seed = random();
  key!: RequestKey;
  id!: Bytes;
  sealed!: SealedRequest;
  made!: { doc: Bytes; sig: Bytes };

  constructor(
    readonly organisation: Organisation,
    readonly amina: Person,
  ) {}

  async begins(): Promise<this> {
    const { organisation, amina } = this;
    this.roster = await organisation.lists([amina], [], [amina]);
    const { publicKey } = await pairOf(this.seed);
    this.team = await signed(amina.signing, teamBytes(REALM, organisation.root, publicKey, NOW - 60));
    this.key = await makeRequestKey();
    this.id = await callbackId(REALM, this.key.publicKey);
    await this.keeps(CARD);
    return this;
  }

  /** What a visitor's page has sealed. */
  async keeps(card: CardView, number = NUMBER, queue = queueOf(card.entrance)): Promise<void> {
    const { id, version } = this;
    const team = await parseTeam(REALM, this.organisation.root, this.team.doc);
    const plain = { card: cardBytes(REALM, card), number: numberBytes(REALM, number) };
    this.sealed = await sealRequest({ realm: REALM, id, version, team: team.hash }, team.key, plain, random);
    const { windows, language } = card;
    const hash = await digest(this.sealed.sealed);
    const about = { windows, language, expiry: expiryOf(windows), queue };
    const made: Version = { id, version, sealed: hash, ...about };
    const doc = versionBytes(REALM, made);
    this.made = { doc, sig: await sign(this.key.privateKey, doc) };
  }

  get line(): CallbackLine {
    const lease = this.mine ? { holder: "Amina", until: NOW + 1_200, mine: true } : null;
    return {
      id: b64(this.id),
      version: this.version,
      state: this.state,
      windows: [...CARD.windows],
      language: "sv",
      attempts: 0,
      expires: NOW + 999,
      not_before: 0,
      able: 1,
      queue: "",
      lease,
    };
  }

  async answers(path: string, body: Record<string, unknown> | null): Promise<Response> {
    this.asked.push(path);
    const refusal = this.refusals.get(path);
    if (refusal) return new Response(`${refusal}\nDo something else.`, { status: 409 });
    if (path.startsWith("/v1/roster/")) return json(this.rosterFile());
    if (path === PATH) return json(this.desk());
    if (path === `${PATH}/teams`) return json(await this.teams());
    if (path === `${PATH}/take`) return this.gives();
    if (path === `${PATH}/number`) return json({ number: b64(this.sealed.number), until: NOW + 1_200 });
    if (path === `${PATH}/shift-notes` && !body) return json({ notes: this.shiftNotes });
    if (path === `${PATH}/shift-notes`) this.shiftNotes.push(body as unknown as CallbackNote);
    if (path === `${PATH}/note`) this.notes.push((body as { note: CallbackNote }).note);
    if (path === `${PATH}/release`) this.mine = false;
    if (path !== `${PATH}/outcome`) return new Response(null, { status: 204 });
    if (body?.outcome !== "no-answer") this.state = "over";
    else this.mine = false;
    return json(this.line);
  }

  private gives(): Response {
    this.mine = true;
    const { sealed, card } = this.sealed;
    return json({
      until: NOW + 1_200,
      version: writeSigned(this.made),
      key: b64(this.key.publicKey),
      sealed: b64(sealed),
      card: b64(card),
      attempts: 0,
      notes: this.notes,
    });
  }

  private desk() {
    const counts = { more: 0, overdue: 0, able: 1, alarm: true, wanted: false, unshared: 0 };
    const gone = this.state === "over" && !this.mine;
    return { now: NOW, lines: gone ? [] : [this.line], ...counts, shift_notes: this.shiftNotes.length };
  }

  /** Somebody has written a note for the shift under a key that this machine has no share of. */
  async notesBefore(words: string): Promise<void> {
    const { organisation, amina } = this;
    const seed = random();
    const { publicKey } = await pairOf(seed);
    const paper = await signed(amina.signing, teamBytes(REALM, organisation.root, publicKey, NOW - 999));
    this.before = { paper, seed, shared: false };
    const team = await parseTeam(REALM, organisation.root, paper.doc);
    const note = { pseudonym: "Björn", time: NOW, text: words };
    this.shiftNotes.push({ team: b64(team.hash), sealed: b64(await sealNote(REALM, team, note)), time: NOW });
  }

  private async teams() {
    const { organisation, amina, team, seed, before } = this;
    return {
      teams: [
        await this.listed(team, seed, true),
        ...(before ? [await this.listed(before.paper, before.seed, before.shared)] : []),
      ],
      devices: [writeSigned(amina.certificate)],
      documents: [writeSigned(organisation.registrarDocument)],
      roster: b64(await digest(this.roster.doc)),
      wanted: false,
    };
  }

  private async listed(team: SignedBytes, seed: Bytes, shared: boolean) {
    const { organisation, amina } = this;
    const parsed = await parseTeam(REALM, organisation.root, team.doc);
    const device = b64(await digest(amina.hpke.publicKey));
    const sealed = b64(await sealShare(REALM, parsed, amina.hpke.publicKey, seed));
    const kept = { team: writeSigned(team), signer: b64(amina.hash), documents: [], requests: 1 };
    return shared ? { ...kept, holders: [device], mine: { device, sealed } } : { ...kept, holders: [] };
  }

  private rosterFile() {
    const documents = [this.organisation.rootDocument, this.organisation.registrarDocument].map(writeSigned);
    const registrar = b64(this.organisation.registrar);
    return { roster: writeSigned(this.roster), registrar, documents };
  }
}

const json = (value: unknown) => new Response(JSON.stringify(value));

let house: House;
let desk: CallbackDesk;
let now: number;
let view: CallbacksView;
let timers: TestContext["mock"]["timers"];

beforeEach(async (context) => {
  const t = context as TestContext;
  timers = t.mock.timers;
  timers.enable({ apis: ["setInterval"] });
  now = NOW;
  const organisation = await Organisation.found(REALM, NOW, () => random());
  house = await new House(organisation, await organisation.hires("Amina", "counsellor")).begins();
  t.mock.method(globalThis, "fetch", async (url: string, { body }: RequestInit = {}) =>
    house.answers(new URL(url).pathname, body ? JSON.parse(String(body)) : null),
  );
  desk = aDesk();
  desk.start();
  await settles();
});

/** Another page of the same machine. */
function aDesk(): CallbackDesk {
  const { organisation, amina } = house;
  const standing = new Standing(new Trust(REALM, organisation.root), ORIGIN, () => now);
  const place = { standing, device: { signing: amina.signing, hpke: amina.hpke }, pseudonym: "Amina" };
  return new CallbackDesk({
    origin: ORIGIN,
    place: () => place,
    onChange: (shown) => {
      view = shown;
    },
    clock: () => now,
  });
}

async function settles(of = desk): Promise<void> {
  const { serial } = of as unknown as { serial: { waiting: number } };
  while (serial.waiting > 0) await new Promise((resolve) => setImmediate(resolve));
}

async function takes(): Promise<void> {
  desk.take(b64(house.id));
  await settles();
}

const open = () => view.open ?? assert.fail("nothing is in hand");

test("the card comes with the lease, and the number's half is asked for only when it is to be shown", async () => {
  assert.deepEqual([view.takes, view.lines.length, view.endangered], ["yes", 1, true]);
  await takes();
  assert.deepEqual([open().card, open().number], [CARD, null]);
  assert.ok(!house.asked.includes(`${PATH}/number`));
  desk.showNumber();
  await settles();
  assert.equal(open().number, NUMBER);
});

test("a number is gone from the view after a minute by the clock", async () => {
  await takes();
  desk.showNumber();
  await settles();
  now += 59;
  timers.tick(1_000);
  assert.equal(open().number, NUMBER);
  now += 1;
  timers.tick(1_000);
  assert.equal(open().number, null);
});

test("what is cancelled meanwhile leaves the view at once, card and number, and is not given back", async () => {
  await takes();
  desk.showNumber();
  await settles();
  house.state = "cancelled";
  desk.look();
  await settles();
  assert.deepEqual([open().state, open().card, open().number], ["cancelled", null, null]);
  desk.release();
  await settles();
  assert.equal(view.open, null);
  assert.ok(!house.asked.includes(`${PATH}/release`));
});

test("what is cancelled between two looks is said by the refusal of its number", async () => {
  await takes();
  house.refusals.set(`${PATH}/number`, "callback-cancelled");
  desk.showNumber();
  await settles();
  assert.deepEqual([open().state, open().card], ["cancelled", null]);
});

test("a card that was changed is put away, and the new one is read before its number", async () => {
  await takes();
  house.version = 2;
  await house.keeps({ ...CARD, word: "päronträd" }, "+46700000000");
  desk.look();
  await settles();
  assert.deepEqual([open().state, open().card], ["changed", null]);
  desk.showNumber();
  await settles();
  assert.ok(!house.asked.includes(`${PATH}/number`));
  desk.keep();
  await settles();
  assert.deepEqual([open().state, open().card?.word, open().number], ["open", "päronträd", null]);
});

test("a lease that is over puts the card away", async () => {
  await takes();
  house.mine = false;
  desk.look();
  await settles();
  assert.deepEqual([open().state, open().card], ["lost", null]);
});

test("outside its window the number is refused, and what is in hand stays", async () => {
  await takes();
  house.refusals.set(`${PATH}/number`, "outside-window");
  desk.showNumber();
  await settles();
  assert.deepEqual([view.alarm?.code, open().state, open().number], ["outside-window", "open", null]);
  assert.deepEqual([open().card, view.busy], [CARD, false]);
});

test("after the last call the card is gone and only Done is left, which erases", async () => {
  await takes();
  desk.outcome("someone-else");
  await settles();
  assert.deepEqual([open().state, open().outcome, open().card], ["over", "someone-else", null]);
  desk.done();
  await settles();
  assert.ok(house.asked.includes(`${PATH}/done`));
  assert.equal(view.open, null);
});

test("where it is tried again the request is out of hand", async () => {
  await takes();
  desk.outcome("no-answer");
  await settles();
  assert.equal(view.open, null);
});

test("a card whose entrance is not of the queue in clear is refused (C3)", async () => {
  await house.keeps({ ...CARD, entrance: "work" }, NUMBER, "");
  await takes();
  assert.deepEqual([view.open, view.alarm], [null, { code: "unverified", step: "C3" }]);
});

test("notes on a call and for the next shift are opened by another page, and only sealed bytes are told", async () => {
  await takes();
  desk.note("Svarar efter tre.", false);
  await settles();
  desk.note("Ring den äldsta\nförst.", true);
  await settles();
  assert.equal(open().notes[0]?.text, "Svarar efter tre.");
  for (const { sealed } of [...house.notes, ...house.shiftNotes])
    assert.ok(!Buffer.from(unb64(sealed)).includes("Svarar"));
  const next = aDesk();
  next.start();
  await settles(next);
  assert.deepEqual(
    view.shiftNotes.map(({ pseudonym, text }) => [pseudonym, text]),
    [["Amina", "Ring den äldsta först."]],
  );
  next.take(b64(house.id));
  await settles(next);
  assert.equal(open().notes[0]?.text, "Svarar efter tre.");
});

test("a note under a key from before is read as soon as somebody has sealed that key on to this machine", async () => {
  await house.notesBefore("Ring inte före tre.");
  desk.look();
  await settles();
  assert.deepEqual(view.shiftNotes, []);
  if (house.before) house.before.shared = true;
  desk.look();
  await settles();
  assert.deepEqual(
    view.shiftNotes.map(({ text }) => text),
    ["Ring inte före tre."],
  );
});

test("a machine that takes no callbacks has no desk, and holds nothing", async () => {
  await takes();
  house.refusals.set(PATH, "wrong-role");
  desk.look();
  await settles();
  assert.deepEqual([view.takes, view.open, view.lines], ["no", null, []]);
});

test("what was refused once does not stop what comes after it", async () => {
  house.refusals.set(`${PATH}/take`, "callback-taken");
  await takes();
  assert.deepEqual([view.alarm?.code, view.open], ["callback-taken", null]);
  house.refusals.clear();
  await takes();
  assert.deepEqual([view.alarm, open().state], [null, "open"]);
});

test("a line is due inside a window and after the pause, later before, and overdue after the last", () => {
  const line = { ...house.line, windows: [{ start: 100, end: 200 }] };
  const due = (at: number, notBefore = 0) => dueOf({ ...line, not_before: notBefore }, at);
  assert.deepEqual([due(99), due(100), due(199), due(200)], ["later", "now", "now", "overdue"]);
  assert.deepEqual([due(150, 160), due(150, 200)], ["later", "overdue"]);
});
