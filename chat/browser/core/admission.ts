/**
 * Letting somebody in (E5), and leaving out who no longer counts (K4): what a visitor's page verifies before it makes an
 * epoch, and the epoch it then makes. It never decides for the visitor except where the protocol says so.
 */

import { announce, writeAnnouncement } from "./announcing.ts";
import type { Staff } from "./chain.ts";
import { alarmOf, type Conversation } from "./conversation.ts";
import { type Bytes, digest, equal } from "./encoding.ts";
import type { Member, Offer } from "./epochs.ts";
import { verify } from "./errors.ts";
import type { Log, Meaning } from "./log.ts";
import { openOffer, type Seats } from "./membership.ts";
import type { Logged } from "./messages.ts";
import type { VisitorReader } from "./readers.ts";
import type { SigningPair } from "./signing.ts";
import type { ErrorView } from "./view.ts";

const SECRET_BYTES = 32;

export interface Admissible {
  readonly staff: Staff;
  /** H of the roster under which it was verified. */
  readonly roster: Bytes;
  /** Let in by itself; otherwise the visitor is asked. */
  readonly unasked: boolean;
}

/** E5: raise unless the offer in this log may be let in now. */
export async function considerOffer(log: Log, hash: Bytes, now: number): Promise<Admissible> {
  const offered = log.offers.get(String(hash));
  const over = offered && log.newest && equal(offered.offer.over, log.newest.hash);
  verify(offered !== undefined && over === true, "E5", "the offer is not over the newest announcement");
  const roster = log.trust.freshRoster(now);
  const staff = await openOffer(log.trust, offered, log.documents, roster, now);
  return { staff, roster: roster.hash, unasked: offered.offer.purpose === "accept" && !log.everHadMember };
}

/** What the visitor's page brings to it. */
export interface Door {
  readonly conversation: Conversation;
  readonly reader: VisitorReader;
  readonly pair: SigningPair;
  now(): number;
  random(size: number): Bytes;
  warn(alarm: ErrorView): void;
}

export class Admission {
  /** A counsellor has the lease. */
  offered = false;
  /** An offer under a roster that has not come here yet, or that came while another was being answered. */
  private postponed: { readonly offer: Offer; readonly lease: string } | null = null;

  constructor(private readonly door: Door) {}

  /** An entry of the log was taken; `raw` has the lease that stands beside an offer. */
  async taken(meaning: Meaning, raw: Logged["entry"] | null): Promise<void> {
    if (meaning.kind === "announcement") {
      this.postponed = null;
      this.refreshed();
    }
    if (meaning.kind === "service" && meaning.word === "leased") this.offered = true;
    if (meaning.kind === "service" && meaning.word === "returned") {
      this.offered = false;
      this.postponed = null;
    }
    if (meaning.kind === "offer" && raw?.kind === "offer" && raw.lease)
      await this.consider(meaning.offer, raw.lease);
  }

  /** Roster or freshness may be new: who waits for it is considered, and who no longer counts is left out at once. */
  refreshed(): void {
    const { conversation } = this.door;
    conversation.soon(async () => {
      const { postponed } = this;
      this.postponed = null;
      if (postponed) await this.consider(postponed.offer, postponed.lease);
      await this.exclude();
    });
  }

  /** E5: verified, and let in unasked only by the rule, with all that was said before. */
  private async consider(offer: Offer, lease: string): Promise<void> {
    const { conversation, now, warn } = this.door;
    const { log } = conversation;
    // Of two admissions under way the service could use the one and keep what the other is sealed to (E4).
    if (conversation.stating || !log.trust.rosterOf(offer.roster)) {
      this.postponed = { offer, lease };
      return;
    }
    try {
      const { staff, unasked, roster } = await considerOffer(log, offer.hash, now());
      if (!unasked) return;
      const { hash: certificate, role, pseudonym } = staff.certificate;
      const member = { certificate, duty: offer.duty, offer: offer.hash, role, pseudonym, historyFrom: 0 };
      await this.announce([member], new Map([[String(offer.duty), staff]]), roster, lease);
    } catch (error) {
      warn(alarmOf(error));
    }
  }

  /** K4 */
  private async exclude(): Promise<void> {
    const { conversation, now } = this.door;
    const { newest, seats, trust } = conversation.log;
    const members = newest?.members ?? [];
    const stay = members.filter((m) => trust.counts(m.certificate));
    if (stay.length === members.length || conversation.stating) return;
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
    const counted = members.every((m) => log.trust.counts(m.certificate));
    verify(counted, "K4", "a member was revoked in the meantime");
    reader.propose({ hash, secret, seats });
    conversation.state(entry, writeAnnouncement(entry, lease), (code) => {
      reader.withdraw();
      if (lease === undefined) conversation.stop({ code });
      else this.notLetIn(code);
    });
  }

  /** The service did not take it. Whoever has it may still hold what it was sealed to them: the visitor is told (E4). */
  private notLetIn(code: string): void {
    const { conversation, warn } = this.door;
    conversation.tell("not-let-in");
    this.offered = this.postponed !== null;
    if (code !== "lease-lost") warn({ code });
    this.refreshed();
  }
}
