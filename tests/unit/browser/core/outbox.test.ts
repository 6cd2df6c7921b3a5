/** What is written is sent as identical bytes until it is stored, and sealed anew only where nothing was stored (S3). */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { announce, openConversation } from "../../../../chat/browser/core/announcing.ts";
import { type Bytes, digest } from "../../../../chat/browser/core/encoding.ts";
import type { FrameEntry } from "../../../../chat/browser/core/entry.ts";
import { visitorName } from "../../../../chat/browser/core/epochs.ts";
import { frameKey, openFrame, type Plain, parseHeader } from "../../../../chat/browser/core/frames.ts";
import { Log } from "../../../../chat/browser/core/log.ts";
import { Outbox } from "../../../../chat/browser/core/outbox.ts";
import { VisitorReader } from "../../../../chat/browser/core/readers.ts";
import { makeSigningPair, type SigningPair } from "../../../../chat/browser/core/signing.ts";
import { toParts } from "../../../../chat/browser/core/thread.ts";
import { Trust } from "../../../../chat/browser/core/trust.ts";

const NOW = 1_800_000_000;
const random = (size: number): Bytes => crypto.getRandomValues(new Uint8Array(size));

let pair: SigningPair;
let reader: VisitorReader;
let log: Log;
let outbox: Outbox;
/** What went over the link, and whether there is one. */
let sent: FrameEntry[];
let online: boolean;

beforeEach(async () => {
  const trust = new Trust("varsam", random(32));
  pair = await makeSigningPair();
  const opening = { nonce: random(32), secret: random(32), leaveToken: random(32) };
  const { sid, entry } = await openConversation("varsam", trust.root, pair, opening);
  reader = new VisitorReader();
  reader.propose({ hash: await digest(entry.doc), secret: opening.secret, seats: new Map() });
  log = await Log.open(trust, sid, new Map(), reader);
  await log.take(entry, 1, NOW);
  sent = [];
  online = true;
  const voice = { name: await visitorName("varsam", pair.publicKey), privateKey: pair.privateKey };
  outbox = new Outbox("varsam", log, voice, (frame) => {
    if (!online) return null;
    sent.push(frame);
    return sent.length;
  });
});

function writes(words: string): void {
  assert.ok(outbox.add(toParts(words, random(16))));
}

/** The service stores a frame: its place in the log is the acknowledgement. */
async function stores(frame: FrameEntry): Promise<void> {
  await log.take(frame, log.index + 1, NOW);
  outbox.stored(frame.header);
}

/** The next epoch, with nobody in it; the service stores it. */
async function aNewEpoch(): Promise<void> {
  const secret = random(32);
  const entry = await announce(log, pair, [], new Map(), secret, random(32));
  reader.propose({ hash: await digest(entry.doc), secret, seats: new Map() });
  await log.take(entry, log.index + 1, NOW);
}

async function opened(frame: FrameEntry): Promise<Plain> {
  const header = parseHeader("varsam", frame.header);
  const secret = log.secrets.get(header.epoch) as Bytes;
  const key = await frameKey("varsam", secret, log.sid, header.epoch, header.sender);
  return openFrame("varsam", key, header, frame.ciphertext);
}

test("after a break the same bytes are sent again, in the same order", async () => {
  writes("ett");
  writes("två");
  await outbox.flush(true);
  const before = sent.splice(0);
  outbox.resend();
  await outbox.flush(true);
  assert.equal(before.length, 2);
  assert.deepEqual(sent, before);
});

test("what is stored is not sent again", async () => {
  writes("ett");
  writes("två");
  await outbox.flush(true);
  const [first, second] = sent.splice(0);
  await stores(first as FrameEntry);
  outbox.resend();
  await outbox.flush(true);
  assert.deepEqual(sent, [second]);
});

test("nothing is lost where there is no link", async () => {
  online = false;
  writes("ett");
  await outbox.flush(true);
  assert.equal(outbox.empty, false);
  online = true;
  await outbox.flush(true);
  assert.equal(sent.length, 1);
});

test("what an older epoch did not take is sealed under the newest with the same message id", async () => {
  writes("ett");
  await outbox.flush(true);
  const [stale] = sent.splice(0) as [FrameEntry];
  const before = await opened(stale);
  await aNewEpoch();
  const draft = outbox.of(1);
  assert.ok(draft);
  outbox.unseal(draft);
  await outbox.flush(true);
  const [again] = sent as [FrameEntry];
  assert.equal(parseHeader("varsam", again.header).epoch, 1);
  assert.deepEqual(await opened(again), before);
  await stores(again);
});

test("own frames of the epoch before are settled before anything new is sealed", async () => {
  writes("ett");
  await outbox.flush(true);
  await aNewEpoch();
  writes("två");
  await outbox.flush(true);
  assert.equal(sent.length, 1);
  const draft = outbox.of(1);
  assert.ok(draft);
  outbox.unseal(draft);
  await outbox.flush(true);
  const seqs = sent.slice(1).map((frame) => parseHeader("varsam", frame.header).seq);
  assert.deepEqual(seqs, [0, 1]);
  for (const frame of sent.slice(1)) await stores(frame);
  assert.ok(outbox.empty);
});

test("a newer epoch that was not seen yet is waited for", async () => {
  writes("ett");
  await outbox.flush(true);
  const draft = outbox.of(1);
  assert.ok(draft);
  outbox.unseal(draft);
  await outbox.flush(true);
  assert.equal(sent.length, 1);
  await aNewEpoch();
  await outbox.flush(true);
  assert.equal(sent.length, 2);
});

test("nothing is sealed while an announcement of our own is under way", async () => {
  outbox.held = true;
  writes("ett");
  await outbox.flush(true);
  assert.deepEqual(sent, []);
  outbox.held = false;
  await outbox.flush(true);
  assert.equal(sent.length, 1);
});

test("who may not write seals nothing", async () => {
  writes("ett");
  await outbox.flush(false);
  assert.deepEqual(sent, []);
});

test("the outbox has an end, and says so", () => {
  const [plain] = toParts("ett", random(16)) as [Plain];
  assert.ok(outbox.add(Array.from({ length: 1_000 }, () => plain)));
  assert.equal(outbox.add([plain]), false);
});

test("while the visitor's page is covered no text is sealed, and receipts go before it or wait their turn", async () => {
  outbox.paused = true;
  outbox.add([{ kind: "seen", id: random(16), part: 0, parts: 1, body: new Uint8Array(0) }]);
  writes("ett");
  await outbox.flush(true);
  assert.equal(sent.length, 1);
  assert.equal((await opened(sent[0] as FrameEntry)).kind, "seen");
  outbox.paused = false;
  await outbox.flush(true);
  assert.equal((await opened(sent[1] as FrameEntry)).kind, "text");
});

test("a text that was sealed before the page was covered is sent again as it is", async () => {
  writes("ett");
  await outbox.flush(true);
  const before = sent.splice(0);
  outbox.paused = true;
  outbox.resend();
  await outbox.flush(true);
  assert.deepEqual(sent, before);
});
