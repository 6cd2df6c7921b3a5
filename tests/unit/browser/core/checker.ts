/**
 * Carries out one case of tests/vectors: the operations that its README names, through the core itself. It says what
 * came out, or the step that refused.
 */

import { considerOffer } from "../../../../chat/browser/core/admission.ts";
import { byHash, type SignedBytes } from "../../../../chat/browser/core/chain.ts";
import {
  type Expected,
  parseContinuation,
  recogniseContinuation,
} from "../../../../chat/browser/core/continuation.ts";
import type { Bytes, Realm } from "../../../../chat/browser/core/encoding.ts";
import {
  b64,
  dec,
  digest,
  enc,
  hash32,
  hkdf,
  truth,
  u64,
  uint,
  unb64,
  unpack,
  untext,
} from "../../../../chat/browser/core/encoding.ts";
import type { Entry } from "../../../../chat/browser/core/entry.ts";
import type { Member } from "../../../../chat/browser/core/epochs.ts";
import {
  commitment,
  conversationId,
  parseAnnouncement,
  parseOffer,
  visitorName,
} from "../../../../chat/browser/core/epochs.ts";
import { VerificationError } from "../../../../chat/browser/core/errors.ts";
import type { Plain } from "../../../../chat/browser/core/frames.ts";
import {
  frameKey,
  openFrame,
  pad,
  parseHeader,
  parsePlain,
  unpad,
} from "../../../../chat/browser/core/frames.ts";
import { open, verifySealKey } from "../../../../chat/browser/core/hpke.ts";
import { Log, type Meaning, type Said } from "../../../../chat/browser/core/log.ts";
import { MemberReader, VisitorReader } from "../../../../chat/browser/core/readers.ts";
import { returnKeyOf } from "../../../../chat/browser/core/return-key.ts";
import { codeSecrets, openBlob, readTrail } from "../../../../chat/browser/core/returning.ts";
import { importSigningKey, verifySignature } from "../../../../chat/browser/core/signing.ts";
import { Trust } from "../../../../chat/browser/core/trust.ts";
import { callbackOperations } from "./callback-checker.ts";
import { pairOf } from "./seeds.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Fields = { readonly [key: string]: Json };

export interface Case {
  readonly name: string;
  readonly op: string;
  readonly in: Fields;
  readonly out?: Json;
  readonly refused?: Json;
}

export type Verdict = { readonly out: Json } | { readonly refused: Json };

/** What this implementation makes of a case. */
export async function verdict(vector: Case): Promise<Verdict> {
  const operation = OPERATIONS[vector.op] ?? ofCallbacks(vector.op);
  if (!operation) throw new Error(`an operation that is not known: ${vector.op}`);
  try {
    return await operation(vector.in);
  } catch (error) {
    return { refused: stepOf(error) };
  }
}

type Operation = (fields: Fields) => Promise<Verdict>;

function ofCallbacks(op: string): Operation | undefined {
  const work = callbackOperations(trustStep)[op];
  return work && plainly(work);
}

const OPERATIONS: Record<string, Operation> = {
  uint: plainly(async (f) => uint(bytes(f, "data"))),
  truth: plainly(async (f) => truth(bytes(f, "data"))),
  text: plainly(async (f) => untext(bytes(f, "data"))),
  unpack: plainly(async (f) => unpack(bytes(f, "data")).map(b64)),
  hash32: plainly(async (f) => b64(hash32(bytes(f, "data")))),
  unb64: async (f) => {
    try {
      return { out: b64(unb64(string(f, "text"))) };
    } catch {
      return { refused: "malformed" };
    }
  },
  decode: plainly(async (f) =>
    (dec(realm(f), string(f, "type"), bytes(f, "doc"), number(f, "count")) as Bytes[]).map(b64),
  ),
  "public-key": plainly(async (f) => importSigningKey(bytes(f, "key")).then(() => null)),
  "hpke-key": plainly(async (f) => {
    verifySealKey(bytes(f, "key"));
    return null;
  }),
  verify: plainly(async (f) => {
    await verifySignature(string(f, "step"), bytes(f, "key"), bytes(f, "message"), bytes(f, "signature"));
    return null;
  }),
  "hpke-open": plainly(async (f) => {
    const { privateKey } = await pairOf(bytes(f, "seed"));
    return b64(await open(string(f, "step"), privateKey, bytes(f, "info"), bytes(f, "sealed")));
  }),
  sid: plainly(async (f) =>
    b64(await conversationId(realm(f), bytes(f, "key"), bytes(f, "root"), bytes(f, "nonce"))),
  ),
  visitor: plainly(async (f) => b64(await visitorName(realm(f), bytes(f, "key")))),
  commit: plainly(async (f) =>
    b64(await commitment(realm(f), bytes(f, "secret"), bytes(f, "sid"), number(f, "epoch"))),
  ),
  "frame-key": plainly(async (f) => {
    const info = enc(realm(f), "key", bytes(f, "sid"), u64(number(f, "epoch")), bytes(f, "sender"));
    return b64(await hkdf(bytes(f, "secret"), info));
  }),
  announcement: plainly(async (f) => {
    const a = await parseAnnouncement(realm(f), bytes(f, "doc"));
    return {
      sid: b64(a.sid),
      epoch: a.epoch,
      previous: b64(a.previous),
      roster: b64(a.roster),
      index: a.index,
      head: b64(a.head),
      members: a.members.map(memberFields),
      commit: b64(a.commit),
      wraps_hash: b64(a.wrapsHash),
      key: b64(a.key),
      nonce: b64(a.nonce),
      leave_hash: b64(a.leave),
    };
  }),
  offer: plainly(async (f) => {
    const o = await parseOffer(realm(f), bytes(f, "doc"));
    return {
      sid: b64(o.sid),
      over: b64(o.over),
      purpose: o.purpose,
      certificate: b64(o.certificate),
      duty: b64(o.duty),
      roster: b64(o.roster),
      expiry: o.expiry,
      replaced: b64(o.replaced),
    };
  }),
  header: plainly(async (f) => {
    const h = parseHeader(realm(f), bytes(f, "doc"));
    const hashes = { sid: b64(h.sid), sender: b64(h.sender), previous: b64(h.prev), head: b64(h.head) };
    return { ...hashes, epoch: h.epoch, seq: h.seq, index: h.index };
  }),
  pad: plainly(async (f) => b64(pad(bytes(f, "data")))),
  unpad: plainly(async (f) => b64(unpad(bytes(f, "data")))),
  plain: plainly(async (f) => plainFields(parsePlain(realm(f), bytes(f, "doc")))),
  "frame-open": plainly(async (f) => {
    const header = parseHeader(realm(f), bytes(f, "header"));
    const key = await frameKey(realm(f), bytes(f, "secret"), header.sid, header.epoch, header.sender);
    return plainFields(await openFrame(realm(f), key, header, bytes(f, "ciphertext")));
  }),
  trust: async (f) => {
    const trust = new Trust(realm(f), bytes(f, "root"));
    const out: Json[] = [];
    for (const [at, step] of list(f, "steps").entries()) {
      try {
        out.push(await trustStep(trust, step as Fields));
      } catch (error) {
        return { refused: { at, step: stepOf(error) } };
      }
    }
    return { out };
  },
  log: async (f) => {
    const { log, written, said, refused } = await replay(f);
    if (refused) return { refused: { ...refused, head: b64(log.head) } };
    const members = (log.newest?.members ?? []).map((m) => m.pseudonym);
    return { out: { head: b64(log.head), epoch: log.newest?.epoch ?? -1, members, written, said } };
  },
  admission: plainly(async (f) => {
    const { log, refused } = await replay(f);
    if (refused) throw new Error("a log that should stand was refused");
    const { unasked } = await considerOffer(log, bytes(f, "offer"), number(f, "now"), times(f), expected(f));
    return unasked ? "admit" : "ask";
  }),
  continuation: plainly(async (f) => {
    const c = parseContinuation(realm(f), bytes(f, "doc"));
    return { old: b64(c.old), new: b64(c.new), reason: c.reason, newest: b64(c.newest) };
  }),
  continued: plainly(async (f) => {
    const { log, refused } = await replay(f);
    if (refused) throw new Error("a log that should stand was refused");
    return b64((await recogniseContinuation(log, signed(f.continuation as Json))).new);
  }),
  "return-code": plainly(async (f) => {
    const words = list(f, "words") as readonly string[];
    const { locator, key } = await codeSecrets(realm(f), bytes(f, "root"), string(f, "version"), words);
    return { locator: b64(locator), key: b64(key) };
  }),
  "return-blob": plainly(async (f) => {
    const { sid, scalar, capability } = await openBlob(realm(f), bytes(f, "key"), bytes(f, "sealed"));
    return { sid: b64(sid), scalar: b64(scalar), capability: b64(capability) };
  }),
  "return-key": plainly(async (f) => b64(await returnKeyOf(realm(f), bytes(f, "doc"), bytes(f, "sid")))),
  trail: plainly(async (f) => {
    const blob = { sid: bytes(f, "sid"), scalar: bytes(f, "scalar"), capability: bytes(f, "capability") };
    const announcements = list(f, "announcements").map(signed);
    const trail = await readTrail(realm(f), bytes(f, "root"), blob, announcements, signed(f.key as Json));
    return b64(trail.newest.hash);
  }),
};

function plainly(work: (fields: Fields) => Promise<Json>): Operation {
  return async (fields) => ({ out: await work(fields) });
}

function stepOf(error: unknown): string {
  if (error instanceof VerificationError) return error.step;
  throw error;
}

async function trustStep(trust: Trust, f: Fields): Promise<Json> {
  const now = number(f, "now");
  const given = f.documents ? await byHash(list(f, "documents").map(signed)) : new Map();
  switch (f.do) {
    case "roster": {
      const registrar = signed(f.registrar as Json);
      const documents = await byHash([registrar, signed(f.root as Json)]);
      return trust.takeRoster(signed(f.roster as Json), await digest(registrar.doc), documents, now);
    }
    case "freshness":
      return trust.takeFreshness(signed(f.fresh as Json), bytes(f, "signer"), given, now);
    case "require-fresh":
      return trust.freshRoster(now) !== null;
    case "device":
      return (await trust.device(bytes(f, "certificate"), given, trust.inForce(now), now)) !== null;
    case "duty":
      return (
        (await trust.staff(bytes(f, "certificate"), bytes(f, "duty"), given, trust.inForce(now), now)) !==
        null
      );
    default:
      throw new Error(`a step that is not known: ${f.do}`);
  }
}

type Written = { readonly index: number } & Fields;

interface Replayed {
  readonly log: Log;
  readonly written: Json[];
  readonly said: Json[];
  readonly refused: { readonly at: number; readonly step: string } | null;
}

async function replay(f: Fields): Promise<Replayed> {
  const trust = new Trust(realm(f), bytes(f, "root"));
  for (const step of list(f, "trust")) await trustStep(trust, step as Fields);
  const reader = f.view === "member" ? await memberReader(trust, f) : new VisitorReader();
  const log = await Log.open(trust, bytes(f, "sid"), new Map(), reader);
  const mine = await proposals(f);
  const written: Written[] = [];
  const said: Json[] = [];
  for (const [at, raw] of list(f, "entries").entries()) {
    const fields = raw as Fields;
    const epoch = log.newest ? log.newest.epoch + 1 : 0;
    const proposal = mine[epoch];
    if (reader instanceof VisitorReader && proposal) reader.propose(proposal);
    try {
      const meaning = await log.take(entryOf(fields), number(fields, "index"), number(fields, "at"));
      record(meaning, written, said);
    } catch (error) {
      return { log, written: [], said, refused: { at, step: stepOf(error) } };
    }
    await seatOffers(log, mine, number(fields, "at"));
  }
  written.sort((a, b) => a.index - b.index);
  return { log, written: written, said, refused: null };
}

async function memberReader(trust: Trust, f: Fields): Promise<MemberReader> {
  const { privateKey } = await pairOf(bytes(f, "seed"));
  const reader = new MemberReader(trust, bytes(f, "duty"), privateKey);
  for (const hash of list(f, "offers")) reader.offers.add(String(decoded(hash)));
  return reader;
}

interface Mine {
  readonly hash: Bytes;
  readonly secret: Bytes;
  readonly seats: Map<string, Awaited<ReturnType<typeof considerOffer>>["staff"]>;
}

function proposals(f: Fields): Promise<Mine[]> {
  const mine = f.view === "visitor" ? list(f, "mine") : [];
  return Promise.all(
    mine.map(async (raw) => {
      const fields = raw as Fields;
      const hash = await digest(bytes(fields, "doc"));
      return { hash, secret: bytes(fields, "secret"), seats: new Map() };
    }),
  );
}

/** A visitor's page knows the keys of whom it lets in: those of the offers it considered. */
async function seatOffers(log: Log, mine: readonly Mine[], now: number): Promise<void> {
  for (const { offer } of log.offers.values()) {
    for (const { seats } of mine) {
      if (seats.has(String(offer.duty))) continue;
      const considered = await considerOffer(log, offer.hash, now).catch(() => null);
      if (considered) seats.set(String(offer.duty), considered.staff);
    }
  }
}

function record(meaning: Meaning, written: Written[], said: Json[]): void {
  if (meaning.kind === "service") said.push(meaning.word);
  const frames: readonly Said[] =
    meaning.kind === "frame" ? [meaning.said] : meaning.kind === "announcement" ? meaning.opened : [];
  for (const { index, header, plain, repeated } of frames) {
    if (plain && !repeated) written.push({ index, sender: b64(header.sender), ...plainFields(plain) });
  }
}

function entryOf(f: Fields): Entry {
  switch (f.kind) {
    case "frame": {
      const [header, ciphertext] = [bytes(f, "header"), bytes(f, "ciphertext")];
      return { kind: "frame", header, ciphertext, sig: bytes(f, "sig") };
    }
    case "announcement":
      return { kind: "announcement", ...signed(f), wraps: list(f, "wraps").map(decoded) };
    case "return-key":
    case "refuse":
    case "guest":
      return { kind: f.kind, ...signed(f) };
    case "offer":
      return { kind: "offer", ...signed(f), documents: list(f, "documents").map(signed) };
    default:
      return { kind: "service", doc: bytes(f, "doc") };
  }
}

function memberFields(m: Member) {
  const hashes = { certificate: b64(m.certificate), duty: b64(m.duty), offer: b64(m.offer) };
  return { ...hashes, role: m.role, pseudonym: m.pseudonym, history_from: m.historyFrom };
}

function plainFields({ kind, id, part, parts, body }: Plain) {
  return { kind, id: b64(id), part, parts, body: b64(body) };
}

function signed(value: Json): SignedBytes {
  const fields = value as Fields;
  return { doc: bytes(fields, "doc"), sig: bytes(fields, "sig") };
}

function list(f: Fields, name: string): readonly Json[] {
  return f[name] as readonly Json[];
}

function number(f: Fields, name: string): number {
  return f[name] as number;
}

/** Whom the conversation before this one listed. */
function expected(f: Fields): Expected {
  return f.expected ? new Set(list(f, "expected").map((hash) => String(decoded(hash)))) : null;
}

/** When the page let somebody rejoin. */
function times(f: Fields): readonly number[] {
  return (f.rejoined ?? []) as readonly number[];
}

function string(f: Fields, name: string): string {
  return f[name] as string;
}

function realm(f: Fields): Realm {
  return f.realm as Realm;
}

function bytes(f: Fields, name: string): Bytes {
  return decoded(f[name] as Json);
}

function decoded(value: Json): Bytes {
  return unb64(value as string);
}
