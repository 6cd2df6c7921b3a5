/**
 * Whose page holds a log: what a visitor's, and what a member's, verifies of an announcement beyond its place (E1, E3),
 * and the secrets that come to it by that.
 */

import { type Bytes, equal } from "./encoding.ts";
import { type Announcement, commitment, epochsWrapped, unwrap } from "./epochs.ts";
import { verify } from "./errors.ts";
import { type Before, memberOf, openOffer, type Seats } from "./membership.ts";
import type { Trust } from "./trust.ts";

/** The keys of everybody listed, and s_e by e as far as they are for this page. */
export interface Learned {
  readonly seats: Seats;
  readonly secrets: ReadonlyMap<number, Bytes>;
}

export interface Reader {
  /** Raise, or say what an announcement brings whose place was verified. `before`: null at A_0. `at`: Unix seconds. */
  read(a: Announcement, wraps: readonly Bytes[], before: Before | null, at: number): Promise<Learned>;
  /** Forget everything. */
  wipe(): void;
}

/** What a visitor's page is about to announce. */
interface Proposal {
  readonly hash: Bytes;
  readonly secret: Bytes;
  readonly seats: Seats;
}

/** E1: a visitor's page takes what it proposed, and no other announcement. */
export class VisitorReader implements Reader {
  private proposal: Proposal | null = null;

  propose(proposal: Proposal): void {
    this.proposal = proposal;
  }

  /** The service refused it: its secret is thrown away (S1). */
  withdraw(): void {
    this.proposal?.secret.fill(0);
    this.proposal = null;
  }

  async read(a: Announcement): Promise<Learned> {
    const { proposal } = this;
    verify(proposal !== null && equal(proposal.hash, a.hash), "E1", "this page did not announce it");
    return { seats: proposal.seats, secrets: new Map([[a.epoch, proposal.secret]]) };
  }

  wipe(): void {
    this.withdraw();
  }
}

/** E3: a member's page verifies everybody who is new, and unwraps what is its own. */
export class MemberReader implements Reader {
  /** H of the offers that are its own. */
  readonly offers = new Set<string>();

  constructor(
    private readonly trust: Trust,
    protected duty: Bytes,
    private readonly privateKey: CryptoKey,
  ) {}

  async read(a: Announcement, wraps: readonly Bytes[], before: Before | null, at: number): Promise<Learned> {
    if (!before) return { seats: new Map(), secrets: new Map() };
    const seats = await this.seat(a, before, at);
    return { seats, secrets: await this.unwrapOwn(a, wraps, before) };
  }

  wipe(): void {
    this.offers.clear();
  }

  private async seat(a: Announcement, before: Before, at: number): Promise<Seats> {
    const roster = this.trust.rosterOf(a.roster);
    const seats = new Map(before.seats);
    for (const member of a.members) {
      if (memberOf(before.newest, member.duty)) continue;
      verify(roster !== undefined, "K4", "a roster that is not known");
      const offered = before.offers.get(String(member.offer));
      verify(offered !== undefined, "E3", "a member without an offer");
      const staff = await openOffer(this.trust, offered, before.documents, roster, at);
      const { pseudonym, role } = staff.certificate;
      const same = member.role === role && member.pseudonym === pseudonym;
      verify(same, "E3", "a member under another name or role");
      seats.set(String(member.duty), staff);
    }
    return seats;
  }

  private async unwrapOwn(
    a: Announcement,
    wraps: readonly Bytes[],
    before: Before,
  ): Promise<ReadonlyMap<number, Bytes>> {
    const member = memberOf(a, this.duty);
    if (!member) return new Map();
    verify(this.offers.has(String(member.offer)), "E3", "this page did not make the offer");
    const wrapped = wraps[a.members.indexOf(member)] as Bytes;
    const stays = memberOf(before.newest, this.duty) !== undefined;
    const epochs = epochsWrapped(a.epoch, member.historyFrom, stays);
    const { realm } = this.trust;
    const secrets = await unwrap(realm, a.epochHash, this.duty, this.privateKey, wrapped, epochs);
    for (const [j, secret] of secrets) {
      const commit = await commitment(realm, secret, a.sid, j);
      const committed = j === a.epoch ? a.commit : before.commits[j];
      verify(
        committed !== undefined && equal(commit, committed),
        "E3",
        "a secret is not the one committed to",
      );
    }
    return secrets;
  }
}

/** Known by its keys: each word for them is another name, and the one that is let in counts (E6). `offers`: H(guest) of them. */
export class GuestReader extends MemberReader {
  override read(
    a: Announcement,
    wraps: readonly Bytes[],
    before: Before | null,
    at: number,
  ): Promise<Learned> {
    this.duty = a.members.find((m) => this.offers.has(String(m.duty)))?.duty ?? this.duty;
    return super.read(a, wraps, before, at);
  }
}
