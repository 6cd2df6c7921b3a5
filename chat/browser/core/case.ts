/**
 * One visitor whom this counsellor took from the queue: leased, offered to, let in or given back (E5, E8, S5), and then the
 * conversation with them; or whom an earlier load of this page talked with, and who lets it in again (E7). It knows its own
 * duty key and nothing of other visitors.
 */

import type { Certificate, SignedBytes } from "./chain.ts";
import { recogniseContinuation } from "./continuation.ts";
import { Conversation } from "./conversation.ts";
import { type Duty, makeOffer } from "./duty.ts";
import { ABSENT, type Bytes, b64, digest, equal, unb64 } from "./encoding.ts";
import { writeOffer } from "./entry.ts";
import type { Link } from "./link.ts";
import { Log, type Meaning } from "./log.ts";
import { memberOf } from "./membership.ts";
import type { CounsellorMessage, Error as Fault, Leased, Member as Told } from "./messages.ts";
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

/** An offer to rejoin is made again after this time, if the visitor was away in it: before it expires (E7). */
const RENEW_MS = 90_000;
const RETRY_MS = 1_000;

export class Case {
  private here = true;
  /** Whether the visitor was away since the newest offer. */
  private wasAway = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  admitted = false;
  readonly conversation: Conversation;
  /** An offer is on its way, or stands in the log. */
  private asked = false;
  private offered = false;

  /** What is to be taken from the queue, without being asked: this one under its next id, or once more (E9). */
  wants: string | null = null;
  /** Stays the same under every id. */
  readonly id: string;

  private constructor(
    private readonly seat: Seat,
    private readonly log: Log,
    private readonly reader: MemberReader,
    readonly number: number,
    private from: Leased | Told,
    private readonly before: Case | undefined,
  ) {
    const { duty, link, standing, certificate, changed, random } = seat;
    const voice = { name: duty.hash, privateKey: duty.signing.privateKey, certificate: certificate.hash };
    const events = {
      changed,
      random,
      taken: async (meaning: Meaning) => this.taken(meaning),
      knowRoster: (hash: Bytes) => standing.know(hash),
      lost: () => this.tellOfLoss(),
    };
    this.conversation = new Conversation(log, voice, false, link, events, before?.conversation.thread);
    before?.conversation.goOnIn(this.conversation, 1);
    this.id = before?.id ?? this.sid;
  }

  /** S5, E7, E9: the lease is ours, or a place in it; the log is followed from its start and verified. */
  static async open(seat: Seat, from: Leased | Told, number: number, before?: Case): Promise<Case> {
    const { trust, documents } = seat.standing;
    const reader = new MemberReader(trust, seat.duty.hash, seat.duty.hpke.privateKey);
    const log = await Log.open(trust, unb64(from.sid), documents, reader);
    return new Case(seat, log, reader, number, from, before);
  }

  get sid(): string {
    return this.conversation.name;
  }

  /** H of the duty key that speaks here. */
  get duty(): Bytes {
    return this.seat.duty.hash;
  }

  /** Whether something may have been sealed here by that duty key (F2). */
  spoke(duty: Bytes): boolean {
    return this.admitted && equal(this.duty, duty);
  }

  get visitorHere(): boolean {
    return this.here;
  }

  set visitorHere(here: boolean) {
    this.here = here;
    this.wasAway ||= !here;
  }

  get over(): boolean {
    return this.conversation.ended !== null || this.conversation.refused;
  }

  /** S2: from the entry held on; the same at the start and after every break. */
  follow(): void {
    if (this.over) return;
    this.seat.request({ type: "follow", ref: 0, sid: this.sid, after: this.log.index }, (fault) => {
      if (fault && !this.conversation.lost && !this.wants)
        this.conversation.stop({ code: this.admitted ? fault.code : "lease-lost" });
    });
    if (this.conversation.lost) this.tellOfLoss();
    else this.conversation.relinked();
  }

  // Where the store has lost a part (E9)

  /** The visitor's page may not know: the service tells it, and this one waits. */
  private tellOfLoss(): void {
    if (this.wants) return;
    if (this.admitted) this.seat.request({ type: "lost", ref: 0, sid: this.sid }, () => {});
    else this.lost("lease-lost");
  }

  /** The visitor's word for it, held against the log of this page; then the new one is taken without being asked. */
  async isContinued(word: SignedBytes): Promise<void> {
    const { admitted, conversation, log } = this;
    if (this.over) return;
    if (!admitted) return conversation.over("continued");
    try {
      this.wants = b64((await recogniseContinuation(log, word)).new);
      conversation.lose();
    } catch (error) {
      conversation.refuse(error);
    }
  }

  /** The lease before was not used in time; the log is held already. */
  leaseAgain(leased: Leased): void {
    this.from = leased;
    this.wants = null;
    this.asked = false;
    this.offered = false;
    this.follow();
  }

  /**
   * Off the screen. A visitor who had not let anybody in keeps the place; for one who had, it ends: nobody reads on. Where
   * another tab goes on, nothing ends.
   */
  dismiss(): void {
    const open = !this.conversation.ended && this.conversation.alarm?.code !== "moved";
    const close = () => this.seat.request({ type: "close", ref: 0, sid: this.sid }, () => {});
    // Refused: the visitor had just let this page in.
    if (this.from.type === "leased" && !this.admitted) this.release(close);
    else if (open) close();
    this.forget();
    this.conversation.thread.wipe();
  }

  /** The page goes away. Who was not let in yet gives the visitor back at once, and not only when the lease is over (E8). */
  leave(): void {
    if (!this.admitted && !this.over) this.release();
  }

  /** Nothing more is done here. */
  forget(): void {
    clearTimeout(this.timer);
    this.conversation.forget();
  }

  get view(): ConversationView {
    const { thread, members, alarm, ended, unread, refused, paused } = this.conversation;
    const { lost } = this.conversation;
    const before = this.from.type === "member" ? "rejoining" : this.asked ? "offered" : "opening";
    const stage = this.admitted && !lost ? "talking" : this.before || lost ? "restoring" : before;
    return {
      sid: this.id,
      number: this.number,
      phase: ended ? "ended" : refused ? "refused" : stage,
      visitorHere: this.visitorHere,
      paused,
      messages: thread.messages,
      members,
      alarm,
      ended,
      unread,
    };
  }

  private taken(meaning: Meaning): void {
    const { newest } = this.log;
    const isIn = newest !== null && memberOf(newest, this.seat.duty.hash) !== undefined;
    if (this.admitted && !isIn && this.replaced.length) this.conversation.stop({ code: "moved" });
    this.admitted ||= isIn;
    if (this.admitted) clearTimeout(this.timer);
    else if (this.from.type === "member") this.rejoin(meaning, this.from.index);
    else this.wait(meaning);
  }

  private wait(meaning: Meaning): void {
    if (meaning.kind === "offer") this.offered ||= this.reader.offers.has(String(meaning.offer.hash));
    if (meaning.kind !== "service") return;
    if (meaning.word === "leased") this.conversation.soon(() => this.offer());
    // What stands before our own offer is about an earlier lease.
    if (meaning.word === "returned" && this.offered) this.lost("lease-lost");
  }

  /** E7: this device's earlier duty key in the newest announcement; empty: it is in by none. */
  private get replaced(): Bytes {
    const { certificate, duty } = this.seat;
    const members = this.log.newest?.members ?? [];
    const held = members.find((m) => equal(m.certificate, certificate.hash) && !equal(m.duty, duty.hash));
    return held?.duty ?? ABSENT;
  }

  /** E7: at the end of the log as it was told, and again over every new announcement. */
  private rejoin(meaning: Meaning, index: number): void {
    if (this.log.index < index) return;
    if (meaning.kind === "announcement") this.asked = false;
    if (!this.replaced.length) this.lost("not-rejoined");
    else this.conversation.soon(() => this.offer());
  }

  /** E7: nobody answered. A visitor who was away is asked again; one who was here has not let this page in. */
  private renew(): void {
    if (this.admitted || this.over) return;
    this.asked = false;
    if (this.wasAway) this.conversation.soon(() => this.offer());
    else this.lost("not-rejoined");
  }

  private after(ms: number, what: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(what, ms);
  }

  /** E5: signed again where the newest announcement or the roster has changed in between. */
  private async offer(): Promise<void> {
    if (this.admitted || this.asked) return;
    this.asked = true;
    const { standing, certificate, duty, now } = this.seat;
    const rejoins = this.from.type === "member";
    const roster = standing.trust.freshRoster(now());
    const replaced = rejoins ? this.replaced : ABSENT;
    const entry = await makeOffer(this.log, duty, certificate, roster.hash, now(), replaced);
    this.reader.offers.add(String(await digest(entry.doc)));
    this.wasAway = !this.here;
    if (rejoins) this.after(RENEW_MS, () => this.renew());
    this.conversation.state(entry, writeOffer(entry, this.lease), (code) => this.refused(code, rejoins));
  }

  private refused(code: string, rejoins: boolean): void {
    this.asked = false;
    const again = () => this.conversation.soon(() => this.offer());
    if (code !== "stale-offer") this.lost(code);
    else if (rejoins) this.after(RETRY_MS, again);
    else again();
  }

  private get lease(): string | null {
    return this.from.type === "leased" ? this.from.lease : null;
  }

  /** Not let in: the visitor has the old place again. */
  private lost(code: string): void {
    this.release();
    if (this.before && this.from.type === "leased") this.wants = this.sid;
    else this.conversation.stop({ code });
  }

  private release(used = () => {}): void {
    const { lease } = this;
    if (this.conversation.ended || lease === null) return;
    this.seat.request({ type: "release", ref: 0, sid: this.sid, lease }, (fault) => {
      if (fault?.code === "wrong-moment") used();
    });
  }
}
