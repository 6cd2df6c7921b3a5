/**
 * Letting somebody in (E5), and leaving out who no longer counts (K4): what a visitor's page verifies before it makes an
 * epoch, and the epoch it then makes. It never decides for the visitor except where the protocol says so.
 */

import { alarmOf } from "./alarms.ts";
import { announce, writeAnnouncement } from "./announcing.ts";
import type { Staff } from "./chain.ts";
import type { Expected } from "./continuation.ts";
import type { Conversation } from "./conversation.ts";
import { type Bytes, digest, equal } from "./encoding.ts";
import type { Announcement, Member, Offer } from "./epochs.ts";
import { verify } from "./errors.ts";
import type { Log, Meaning } from "./log.ts";
import { memberOf, openOffer, replacedBy, type Seats, staying } from "./membership.ts";
import type { Logged } from "./messages.ts";
import type { VisitorReader } from "./readers.ts";
import type { SigningPair } from "./signing.ts";
import type { ErrorView } from "./view.ts";

const SECRET_BYTES = 32;
/** So often in this time a member is replaced without a question (E7). */
const REJOINS = 3;
const REJOIN_S = 600;

export interface Admissible {
  readonly staff: Staff;
  /** H of the roster under which it was verified. */
  readonly roster: Bytes;
  /** The member whose place it takes (E7). */
  readonly replaced: Member | undefined;
  /** The members who stay when it is let in (E6, E7). */
  readonly stay: readonly Member[];
  /** Let in by itself; otherwise the visitor is asked. */
  readonly unasked: boolean;
}

/**
 * E5, E7, E9: raise unless the offer in this log may be let in now. `rejoined`: when this page let somebody rejoin. `expected`:
 * whose accepting is not asked about, where this conversation continues another.
 */
export async function considerOffer(
  log: Log,
  hash: Bytes,
  now: number,
  rejoined: readonly number[] = [],
  expected: Expected = null,
): Promise<Admissible> {
  const offered = log.offers.get(String(hash));
  const over = offered && log.newest && equal(offered.offer.over, log.newest.hash);
  const stands = offered !== undefined && over === true && !log.refused.has(String(hash));
  verify(stands, "E5", "the offer is not over the newest announcement, or was refused");
  const newest = log.newest as Announcement;
  const roster = log.trust.freshRoster(now);
  const staff = await openOffer(log.trust, offered, log.documents, roster, now);
  const { offer } = offered;
  verify(
    !staff.inviter || log.stillCounts(staff.inviter),
    "K4",
    "a guest of somebody who does not count any more",
  );
  const replaced = replacedBy(offer, staff, newest);
  const stay = staying(offer, replaced, newest);
  const awaited = expected?.has(String(staff.certificate.hash)) ?? true;
  const first = offer.purpose === "accept" && !log.everHadMember && awaited;
  const unasked = first || (replaced !== undefined && mayRejoin(log, replaced, staff, rejoined, now));
  return { staff, roster: roster.hash, replaced, stay, unasked };
}

/** A guest has no certificate, and the same keys for as long as its page is open. */
function sameDevice({ certificate: a }: Staff, { certificate: b }: Staff): boolean {
  return equal(a.hash, b.hash) && equal(a.signatureKey, b.signatureKey);
}

/** E7: with a later duty key, and not too often. */
function mayRejoin(
  log: Log,
  replaced: Member,
  staff: Staff,
  rejoined: readonly number[],
  now: number,
): boolean {
  const before = log.seats.get(String(replaced.duty));
  const later = before !== undefined && staff.duty.from > before.duty.from;
  return later && rejoined.filter((at) => at > now - REJOIN_S).length < REJOINS;
}

/** What the visitor's page brings to it. */
export interface Door {
  readonly conversation: Conversation;
  readonly reader: VisitorReader;
  readonly pair: SigningPair;
  /** Who accepts unasked, where this conversation continues another (E9). */
  readonly expected: Expected;
  now(): number;
  random(size: number): Bytes;
  warn(alarm: ErrorView): void;
}

/** Somebody asks who is let in only by the visitor's word (E6). */
export interface Question extends Admissible {
  readonly offer: Offer;
  readonly lease: string | undefined;
}

export class Admission {
  /** A counsellor has the lease. */
  offered = false;
  /** Offers under a roster that has not come here yet, or that came while another was being answered. */
  private postponed: readonly { readonly offer: Offer; readonly lease: string | undefined }[] = [];
  /** When somebody rejoined, in Unix seconds (E7). */
  private rejoined: number[] = [];
  /** Who asks and has not been answered, by the newest offer of each. */
  asked: readonly Question[] = [];
  /** Who said that they leave, by `String(H(duty))`, until an epoch is made without them. */
  private readonly leaving = new Set<string>();

  constructor(private readonly door: Door) {}

  /** An entry of the log was taken; `raw` has the lease that stands beside an offer. */
  async taken(meaning: Meaning, raw: Logged["entry"] | null): Promise<void> {
    if (meaning.kind === "announcement") {
      this.postponed = [];
      this.asked = [];
      this.rejoined.push(...meaning.rejoined.map(() => this.door.now()));
      this.refreshed();
    }
    if (meaning.kind === "refuse") {
      this.asked = this.asked.filter(({ offer }) => !equal(offer.hash, meaning.offer.hash));
      this.refreshed();
    }
    if (meaning.kind === "frame" && meaning.said.by && meaning.said.plain?.kind === "leave") {
      this.leaving.add(String(meaning.said.header.sender));
      this.refreshed();
    }
    if (meaning.kind === "service" && meaning.word === "leased") this.offered = true;
    if (meaning.kind === "service" && meaning.word === "returned") {
      this.offered = false;
      this.postponed = [];
      this.asked = [];
    }
    if (meaning.kind !== "offer") return;
    await this.consider(meaning.offer, (raw?.kind === "offer" && raw.lease) || undefined);
  }

  /** Roster or freshness may be new: who waits for it is considered, and who no longer counts is left out at once. */
  refreshed(): void {
    const { conversation } = this.door;
    conversation.soon(async () => {
      const { postponed } = this;
      this.postponed = [];
      for (const { offer, lease } of postponed) await this.consider(offer, lease);
      await this.exclude();
    });
  }

  /** E5, E7: verified, and let in unasked only by the rule, with all that was said before. */
  private async consider(offer: Offer, lease: string | undefined): Promise<void> {
    const { conversation, expected, now, warn } = this.door;
    const { log } = conversation;
    // Of two admissions under way the service could use the one and keep what the other is sealed to (E4).
    if (conversation.stating || !(offer.purpose === "guest" || log.trust.rosterOf(offer.roster))) {
      this.postponed = [...this.postponed, { offer, lease }];
      return;
    }
    try {
      const considered = await considerOffer(log, offer.hash, now(), this.rejoined, expected);
      const question = { offer, lease, ...considered };
      if (considered.unasked) await this.letIn(question, true);
      else
        this.asked = [...this.asked.filter((other) => !sameDevice(other.staff, considered.staff)), question];
    } catch (error) {
      warn(alarmOf(error));
    }
  }

  /** E5–E7: what was said before as far as this page holds it, or nothing of it. Who rejoins has what they had. */
  async letIn({ offer, lease, staff, replaced, stay, roster }: Question, all: boolean): Promise<void> {
    const { log } = this.door.conversation;
    const { hash: certificate, role, pseudonym } = staff.certificate;
    const first = all ? Math.min(...log.secrets.keys()) : (log.newest?.epoch ?? 0) + 1;
    const historyFrom = replaced?.historyFrom ?? first;
    const member = { certificate, duty: offer.duty, offer: offer.hash, role, pseudonym, historyFrom };
    const seats = new Map([...log.seats, [String(offer.duty), staff] as const]);
    await this.announce([...stay, member], seats, roster, lease);
  }

  /** K4, E6: without whom the roster does not count any more, and who has left. */
  private async exclude(): Promise<void> {
    const { conversation, now } = this.door;
    const { newest, seats, trust } = conversation.log;
    const members = newest?.members ?? [];
    const counting = members.filter((m) => conversation.log.stillCounts(m));
    const stay = counting.filter((m) => !this.leaving.has(String(m.duty)));
    if (stay.length === members.length || conversation.stating) return;
    // Who only leaves waits for freshness; nobody reads on for it who should not.
    if (counting.length === members.length && !trust.isFresh(now())) return;
    await this.announce(stay, seats, trust.freshRoster(now()).hash);
  }

  /** E1, E2 */
  private async announce(
    members: readonly Member[],
    seats: Seats,
    roster: Bytes,
    lease?: string,
  ): Promise<void> {
    const { conversation, reader, pair, random } = this.door;
    const { log } = conversation;
    const secret = random(SECRET_BYTES);
    const entry = await announce(log, pair, members, seats, secret, roster);
    const hash = await digest(entry.doc);
    const counted = members.every((m) => log.stillCounts(m));
    verify(counted, "K4", "a member was revoked in the meantime");
    reader.propose({ hash, secret, seats });
    conversation.state(entry, writeAnnouncement(entry, lease), (code) => {
      reader.withdraw();
      const lets = members.some((m) => log.newest && !memberOf(log.newest, m.duty));
      if (lets) this.notLetIn(code, lease);
      else conversation.stop({ code });
    });
  }

  /** The service did not take it. Whoever has it may still hold what it was sealed to them: the visitor is told (E4). */
  private notLetIn(code: string, lease: string | undefined): void {
    const { conversation, warn } = this.door;
    if (lease !== undefined) conversation.tell("not-let-in");
    this.offered = this.postponed.length > 0;
    if (code !== "lease-lost") warn({ code });
    this.refreshed();
  }
}
