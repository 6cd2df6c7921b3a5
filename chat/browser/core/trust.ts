/**
 * Who counts as staff now (K4): the pinned root, the roster in force, the newest freshness, and everybody it or any
 * before it revoked. It fetches nothing; what it is handed it verifies whole before it keeps any of it.
 */

import type { Certificate, Documents, Fresh, Registrar, Roster, SignedBytes, Staff } from "./chain.ts";
import {
  find,
  openCertificate,
  openDuty,
  openRegistrar,
  openRoot,
  openRoster,
  parseFresh,
  parseRoster,
  registrarOf,
  verifyFreshNow,
  verifyRosterNow,
} from "./chain.ts";
import type { Bytes, Realm } from "./encoding.ts";
import { equal } from "./encoding.ts";
import { verify } from "./errors.ts";
import { verifySignature } from "./signing.ts";

export class Trust {
  roster: Roster | null = null;
  fresh: Fresh | null = null;
  private revoked: ReadonlySet<string> = new Set();
  /** Every roster verified here, by hash: announcements name earlier ones (E3). */
  private readonly rosters = new Map<string, Roster>();

  /** `root` = H(R), as the page has it pinned. */
  constructor(
    readonly realm: Realm,
    readonly root: Bytes,
  ) {}

  /** Put a roster in force (K4). False: a lower number, which is ignored. `registrar`: H of the one that signed. */
  async takeRoster(
    signed: SignedBytes,
    registrar: Bytes,
    documents: Documents,
    now: number,
  ): Promise<boolean> {
    const { number } = await parseRoster(this.realm, signed.doc);
    if (this.roster && number < this.roster.number) return false;
    this.roster = await this.knowRoster(signed, registrar, documents, now);
    return true;
  }

  /** Verify a roster without putting it in force. Another one with the same number is an alarm (K4). */
  async knowRoster(
    signed: SignedBytes,
    registrar: Bytes,
    documents: Documents,
    now: number,
  ): Promise<Roster> {
    const by = await this.registrar(registrar, documents, now);
    const roster = await openRoster(this.realm, this.root, by, signed, now);
    for (const known of this.rosters.values()) {
      const fork = known.number === roster.number && !equal(known.hash, roster.hash);
      verify(!fork, "K4", "two rosters bear one number");
      const [first, next] = known.number < roster.number ? [known, roster] : [roster, known];
      const adjoin = next.number === first.number + 1;
      verify(!adjoin || equal(first.hash, next.previous), "K4", "a roster does not follow the one before it");
    }
    this.rosters.set(String(roster.hash), roster);
    return roster;
  }

  /** The verified roster of that hash. */
  rosterOf(hash: Bytes): Roster | undefined {
    return this.rosters.get(String(hash));
  }

  /**
   * Keep the highest n and the union of the revoked (K4); the same n with another statement is an alarm. False: a lower n,
   * or the same again, which is ignored. `signer`: H(its certificate).
   */
  async takeFreshness(
    signed: SignedBytes,
    signer: Bytes,
    documents: Documents,
    now: number,
  ): Promise<boolean> {
    const fresh = await parseFresh(this.realm, signed.doc);
    if (this.fresh && fresh.n < this.fresh.n) return false;
    const roster = this.inForce(now);
    verify(equal(fresh.roster, roster.hash), "K4", "the freshness is over another roster");
    verifyFreshNow(fresh, now);
    const by = await this.certificate(signer, documents, now);
    const device = roster.devices.find((d) => equal(d.certificate, signer));
    verify(device?.signsFreshness === true, "K4", "the signer may not sign freshness");
    const revoked = new Set([...this.revoked, ...fresh.revoked.map(String)]);
    verify(!revoked.has(String(signer)), "K4", "the signer is revoked");
    await verifySignature("K4", by.signatureKey, signed.doc, signed.sig);
    if (this.fresh?.n === fresh.n) {
      verify(equal(this.fresh.hash, fresh.hash), "K4", "two statements bear one n");
      return false;
    }
    this.fresh = fresh;
    this.revoked = revoked;
    return true;
  }

  /** The roster in force, where freshness over it is good: without it nobody is admitted (E5). */
  freshRoster(now: number): Roster {
    const roster = this.inForce(now);
    verify(
      this.fresh !== null && equal(this.fresh.roster, roster.hash),
      "K4",
      "no freshness over the roster in force",
    );
    verifyFreshNow(this.fresh, now);
    return roster;
  }

  /** Whether anybody may be admitted now. */
  isFresh(now: number): boolean {
    try {
      return this.freshRoster(now) !== null;
    } catch {
      return false;
    }
  }

  /** K1–K5 of one on duty: certificate and duty key by their hashes, under a roster. */
  async staff(
    certificate: Bytes,
    duty: Bytes,
    documents: Documents,
    roster: Roster,
    now: number,
  ): Promise<Staff> {
    const device = await this.device(certificate, documents, roster, now);
    return {
      certificate: device,
      duty: await openDuty(this.realm, device, find("K5", documents, duty), now),
    };
  }

  /** K1–K4: who is not listed, or is revoked, is nobody. */
  async device(hash: Bytes, documents: Documents, roster: Roster, now: number): Promise<Certificate> {
    const certificate = await this.certificate(hash, documents, now);
    const listed = roster.devices.some((device) => equal(device.certificate, hash));
    verify(listed, "K4", "the certificate is not on the roster");
    verify(!this.revoked.has(String(hash)), "K4", "the certificate is revoked");
    return certificate;
  }

  /** K4: listed by the roster in force, and revoked by nobody. */
  counts(certificate: Bytes): boolean {
    const listed = this.roster?.devices.some((device) => equal(device.certificate, certificate)) === true;
    return listed && !this.revoked.has(String(certificate));
  }

  /** The roster that counts now. */
  inForce(now: number): Roster {
    verify(this.roster !== null, "K4", "there is no roster");
    verifyRosterNow(this.roster, now);
    return this.roster;
  }

  /** K1–K3: genuine, whether or not it counts now. */
  async certificate(hash: Bytes, documents: Documents, now: number): Promise<Certificate> {
    const signed = find("K3", documents, hash);
    const registrar = await this.registrar(registrarOf(this.realm, signed.doc), documents, now);
    return openCertificate(this.realm, registrar, signed, now);
  }

  /** K1, K2 */
  private async registrar(hash: Bytes, documents: Documents, now: number): Promise<Registrar> {
    const signed = find("K2", documents, hash);
    const rootKey = await openRoot(this.realm, this.root, find("K1", documents, this.root).doc);
    return openRegistrar(this.realm, this.root, rootKey, signed, now);
  }
}
