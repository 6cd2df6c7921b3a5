/** An organisation for tests: a root, a registrar, devices, rosters and freshness (K1–K5), with real keys. */

import type { Role, SignedBytes } from "../../../../chat/browser/core/chain.ts";
import type { Duty } from "../../../../chat/browser/core/duty.ts";
import {
  ABSENT,
  type Bytes,
  dec,
  digest,
  enc,
  pack,
  type Realm,
  text,
  u64,
  ZEROS,
} from "../../../../chat/browser/core/encoding.ts";
import type { HpkePair } from "../../../../chat/browser/core/hpke.ts";
import { makeSigningPair, type SigningPair, sign } from "../../../../chat/browser/core/signing.ts";
import { pairOf } from "./seeds.ts";

const DAY_S = 86_400;

/** A device, its keys, and a duty key of it. */
export interface Person {
  readonly certificate: SignedBytes;
  readonly hash: Bytes;
  readonly signing: SigningPair;
  readonly hpke: HpkePair;
  readonly duty: Duty;
  readonly seed: Bytes;
}

export class Organisation {
  rosters: SignedBytes[] = [];
  statements: SignedBytes[] = [];
  private serial = 0;

  private constructor(
    readonly realm: Realm,
    readonly now: number,
    readonly rootDocument: SignedBytes,
    readonly root: Bytes,
    readonly registrarDocument: SignedBytes,
    readonly registrar: Bytes,
    private readonly registrarKey: SigningPair,
    private readonly random: () => Bytes,
  ) {}

  static async found(realm: Realm, now: number, random: () => Bytes): Promise<Organisation> {
    const [rootKey, registrarKey] = [await makeSigningPair(), await makeSigningPair()];
    const rootDocument = { doc: enc(realm, "root", rootKey.publicKey), sig: ABSENT };
    const root = await digest(rootDocument.doc);
    const span = [u64(now - DAY_S), u64(now + 300 * DAY_S)] as const;
    const registrarDocument = await signed(
      rootKey,
      enc(realm, "registrar", root, registrarKey.publicKey, ...span),
    );
    const registrar = await digest(registrarDocument.doc);
    return new Organisation(
      realm,
      now,
      rootDocument,
      root,
      registrarDocument,
      registrar,
      registrarKey,
      random,
    );
  }

  /** K3, K5 */
  async hires(pseudonym: string, role: Role): Promise<Person> {
    const { realm, now } = this;
    const [signing, hpke] = [await makeSigningPair(), await pairOf(this.random())];
    this.serial += 1;
    const who = [text(pseudonym), text(role), signing.publicKey, hpke.publicKey, u64(this.serial)];
    const span = [u64(now - DAY_S), u64(now + 200 * DAY_S)];
    const doc = enc(realm, "device", this.registrar, ...who, ...span);
    const certificate = await signed(this.registrarKey, doc);
    const hash = await digest(doc);
    const seed = this.random();
    const duty = await goesOnDuty(realm, hash, signing, await pairOf(seed), now);
    return { certificate, hash, signing, hpke, duty, seed };
  }

  /** K4: the next roster, which lists these. `signers` may sign freshness, `callers` take callbacks. */
  async lists(
    people: readonly Person[],
    signers: readonly Person[],
    callers: readonly Person[] = [],
  ): Promise<SignedBytes> {
    const { realm, root, now, rosters } = this;
    const before = rosters.at(-1);
    const previous = before ? await digest(before.doc) : ZEROS;
    const devices = people.map((p) =>
      pack([p.hash, ...[signers, callers].map((which) => u64(Number(which.includes(p))))]),
    );
    const span = [u64(now - 3600), u64(now + 30 * DAY_S)];
    const doc = enc(realm, "roster", root, u64(rosters.length + 1), previous, ...span, pack(devices), ZEROS);
    const roster = await signed(this.registrarKey, doc);
    rosters.push(roster);
    return roster;
  }

  /** Another roster in the place of one: with its number and what came before it. */
  async forks(roster: SignedBytes, people: readonly Person[]): Promise<SignedBytes> {
    const { realm, root, registrarKey } = this;
    const [, number, previous, from, to, , manifest] = dec(realm, "roster", roster.doc, 7);
    const devices = pack(people.map((p) => pack([p.hash, u64(0), u64(1)])));
    return signed(registrarKey, enc(realm, "roster", root, number, previous, from, to, devices, manifest));
  }

  /** K4 */
  async states(signer: Person, revoked: readonly Person[] = []): Promise<SignedBytes> {
    const { realm, now, statements } = this;
    const roster = await digest((this.rosters.at(-1) as SignedBytes).doc);
    const hashes = revoked.map((p) => p.hash).sort(Buffer.compare);
    const doc = enc(realm, "fresh", roster, u64(statements.length + 1), u64(now - 60), pack(hashes));
    const fresh = await signed(signer.signing, doc);
    statements.push(fresh);
    return fresh;
  }

  /** What it takes to verify somebody. */
  papers(person: Person): SignedBytes[] {
    return [this.rootDocument, this.registrarDocument, person.certificate, person.duty.signed];
  }
}

/** K5 */
export async function goesOnDuty(
  realm: Realm,
  certificate: Bytes,
  device: SigningPair,
  hpke: HpkePair,
  now: number,
): Promise<Duty> {
  const signing = await makeSigningPair();
  const span = [u64(now), u64(now + 8 * 3600)];
  const paper = await signed(
    device,
    enc(realm, "duty", certificate, hpke.publicKey, signing.publicKey, ...span),
  );
  return { hash: await digest(paper.doc), signed: paper, signing, hpke };
}

export async function signed(by: SigningPair, doc: Bytes): Promise<SignedBytes> {
  return { doc, sig: await sign(by.privateKey, doc) };
}
