/**
 * One visitor whom this counsellor took from the queue: leased, offered to, let in or given back (E5, E8, S5), and then the
 * conversation with them. It knows its own duty key and nothing of other visitors.
 */

import type { Certificate } from "./chain.ts";
import { Conversation } from "./conversation.ts";
import { type Duty, makeOffer } from "./duty.ts";
import { type Bytes, digest, unb64 } from "./encoding.ts";
import { writeOffer } from "./entry.ts";
import type { Link } from "./link.ts";
import { Log, type Meaning } from "./log.ts";
import { memberOf } from "./membership.ts";
import type { CounsellorMessage, Error as Fault, Leased } from "./messages.ts";
import { MemberReader } from "./readers.ts";
import type { Standing } from "./standing.ts";
import type { ConversationView } from "./view.ts";

/** Who sits here, and with what. */
export interface Seat {
  readonly standing: Standing;
  readonly certificate: Certificate;
  readonly duty: Duty;
  readonly link: Link;
  now(): number;
  random(size: number): Bytes;
  changed(): void;
  /** Ask the service; null: it was done. */
  request(message: CounsellorMessage, answered: (fault: Fault | null) => void): void;
}

export class Case {
  visitorHere = true;
  admitted = false;
  readonly conversation: Conversation;
  /** An offer is on its way, or stands in the log. */
  private asked = false;
  private offered = false;

  private constructor(
    private readonly seat: Seat,
    private readonly log: Log,
    private readonly reader: MemberReader,
    readonly number: number,
    private readonly lease: string,
  ) {
    const { duty, link, standing, changed, random } = seat;
    const voice = { name: duty.hash, privateKey: duty.signing.privateKey };
    this.conversation = new Conversation(log, voice, false, link, {
      changed,
      random,
      taken: async (meaning) => this.taken(meaning),
      knowRoster: (hash) => standing.know(hash),
    });
  }

  /** S5: the lease is ours; the log is followed from its start and verified. */
  static async open(seat: Seat, { sid, lease }: Leased, number: number): Promise<Case> {
    const { trust, documents } = seat.standing;
    const reader = new MemberReader(trust, seat.duty.hash, seat.duty.hpke.privateKey);
    const log = await Log.open(trust, unb64(sid), documents, reader);
    return new Case(seat, log, reader, number, lease);
  }

  get sid(): string {
    return this.conversation.name;
  }

  get over(): boolean {
    return this.conversation.ended !== null || this.conversation.refused;
  }

  /** S2: from the entry held on; the same at the start and after every break. */
  follow(): void {
    if (this.over) return;
    this.seat.request({ type: "follow", ref: 0, sid: this.sid, after: this.log.index }, (fault) => {
      if (fault) this.conversation.stop({ code: this.admitted ? fault.code : "lease-lost" });
    });
    this.conversation.relinked();
  }

  /** Off the screen. A visitor who had not let anybody in keeps the place; for one who had, it ends: nobody reads on. */
  dismiss(): void {
    if (!this.admitted) this.release();
    else if (!this.conversation.ended) this.seat.request({ type: "close", ref: 0, sid: this.sid }, () => {});
    this.conversation.forget();
    this.conversation.thread.wipe();
  }

  get view(): ConversationView {
    const { thread, members, alarm, ended, unread, refused } = this.conversation;
    const stage = this.admitted ? "talking" : this.asked ? "offered" : "opening";
    return {
      sid: this.sid,
      number: this.number,
      phase: ended ? "ended" : refused ? "refused" : stage,
      visitorHere: this.visitorHere,
      messages: thread.messages,
      members,
      alarm,
      ended,
      unread,
    };
  }

  private taken(meaning: Meaning): void {
    const { newest } = this.log;
    this.admitted ||= newest !== null && memberOf(newest, this.seat.duty.hash) !== undefined;
    if (this.admitted) return;
    if (meaning.kind === "offer") this.offered ||= this.reader.offers.has(String(meaning.offer.hash));
    if (meaning.kind !== "service") return;
    if (meaning.word === "leased") this.conversation.soon(() => this.offer());
    // What stands before our own offer is about an earlier lease.
    if (meaning.word === "returned" && this.offered) this.lost("lease-lost");
  }

  /** E5: signed again where the newest announcement or the roster has changed in between. */
  private async offer(): Promise<void> {
    if (this.admitted || this.asked) return;
    this.asked = true;
    const { standing, certificate, duty, now } = this.seat;
    const roster = standing.trust.freshRoster(now());
    const entry = await makeOffer(this.log, duty, certificate, roster.hash, now());
    this.reader.offers.add(String(await digest(entry.doc)));
    this.conversation.state(entry, writeOffer(entry, this.lease), (code) => {
      this.asked = false;
      if (code === "stale-offer") this.conversation.soon(() => this.offer());
      else this.lost(code);
    });
  }

  /** Not let in: the visitor has the old place again. */
  private lost(code: string): void {
    this.release();
    this.conversation.stop({ code });
  }

  private release(): void {
    if (this.conversation.ended) return;
    this.seat.request({ type: "release", ref: 0, sid: this.sid, lease: this.lease }, () => {});
  }
}
