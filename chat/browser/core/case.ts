/**
 * One visitor whom this counsellor took from the queue: leased, offered to, let in or given back (E5, E8, S5), and then the
 * conversation with them; whom an earlier load of this page talked with, and who lets it in again (E7); or into whose
 * conversation this one was asked to come (E6). It knows its own duty key and nothing of other visitors.
 */

import { alarmOf, faultView } from "./alarms.ts";
import { Away } from "./away.ts";
import { Calls } from "./calls.ts";
import type { Certificate, SignedBytes } from "./chain.ts";
import { recogniseContinuation } from "./continuation.ts";
import { Conversation, FOR_NOW } from "./conversation.ts";
import { type Duty, makeOffer } from "./duty.ts";
import { ABSENT, type Bytes, b64, digest, equal, unb64 } from "./encoding.ts";
import { writeOffer, writeSigned } from "./entry.ts";
import { Hosting } from "./hosting.ts";
import type { Link } from "./link.ts";
import { Log, type Meaning } from "./log.ts";
import { memberOf } from "./membership.ts";
import type {
  Arrived,
  CounsellorMessage,
  Error as Fault,
  Invited,
  Leased,
  Member as Told,
} from "./messages.ts";
import { MemberReader } from "./readers.ts";
import type { Standing } from "./standing.ts";
import { takeBack } from "./taking-back.ts";
import { readAbout } from "./told.ts";
import type { ConversationView, Joining } from "./view.ts";

/** Who sits here, and with what. */
export interface Seat {
  readonly standing: Standing;
  readonly certificate: Certificate;
  readonly duty: Duty;
  readonly link: Link;
  /** Of the page for guests. */
  readonly guestPage: string;
  now(): number;
  random(size: number): Bytes;
  changed(): void;
  /** Ask the service; null: it was done. */
  request(message: CounsellorMessage, answered: (fault: Fault | null) => void): void;
}

/** An offer that is asked about is made again after this time: before it expires (E6, E7). */
const RENEW_MS = 90_000;
/** So often, while the visitor thinks. */
const OFFERS = 20;
/** A question that was withdrawn can be answered until its offer has expired. */
const WITHDRAWN_MS = 125_000;
/** Where nothing is ended by taking it off the screen: it goes on elsewhere. */
const GONE: readonly string[] = ["moved", "handed-over", "gone"];
/** Came from the queue, is in by an earlier duty key, or was asked to come. */
type From = Leased | Told | (Invited & { readonly purpose: Joining });
const RETRY_MS = 1_000;

export class Case {
  private here = true;
  /** How many pages of guests are open. */
  guests = 0;
  private readonly away = new Away();
  /** Whether the visitor was away since the newest offer. */
  private wasAway = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  admitted = false;
  /** With a simulated visitor. */
  practice = false;
  readonly conversation: Conversation;
  /** An offer is on its way, or stands in the log. */
  private asked = false;
  private offered = false;
  private offers = 0;
  /** Not wanted any more, but the visitor may still say yes (E3). */
  withdrawn = false;
  private isGone = () => {};
  private readonly calls: Calls;
  private readonly hosting: Hosting;

  /** What is to be taken from the queue, without being asked: this one under its next id, or once more (E9). */
  wants: string | null = null;
  /** Stays the same under every id. */
  readonly id: string;
  /** By a code, to which visitor of this page; 0: to one that it does not have any more (R2). */
  readonly cameBackTo: number | null;

  private constructor(
    private readonly seat: Seat,
    private readonly log: Log,
    private readonly reader: MemberReader,
    readonly number: number,
    private from: From,
    private readonly before: Case | undefined,
    left: number,
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
    this.hosting = new Hosting(log, duty, seat.guestPage, random);
    this.calls = new Calls(() => this.conversation.tell("nobody-came"));
    this.cameBackTo = before?.cameBackTo ?? (from.returned ? left : null);
  }

  /**
   * S5, E7, E9: the lease is ours, or a place in it; the log is followed from its start and verified. `left`: the number of the
   * visitor who came back by a code (R2), 0 where nobody knows.
   */
  static async open(seat: Seat, from: From, number: number, before?: Case, left = 0): Promise<Case> {
    const { trust, documents } = seat.standing;
    const reader = new MemberReader(trust, seat.duty.hash, seat.duty.hpke.privateKey);
    const log = await Log.open(trust, unb64(from.sid), documents, reader);
    return new Case(seat, log, reader, number, from, before, left);
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
      if (fault && !this.conversation.lost && !this.wants) this.notFollowed(fault.code);
    });
    if (this.conversation.lost) this.tellOfLoss();
    else this.conversation.relinked();
  }

  private notFollowed(code: string): void {
    if (FOR_NOW.includes(code)) this.seat.link.again();
    else if (this.from.type === "invited")
      this.conversation.stop({ code: this.admitted ? "gone" : "unanswered" });
    else if (this.admitted) this.conversation.stop({ code });
    else this.lost("lease-lost");
  }

  // Where the store has lost a part (E9)

  /** The visitor's page may not know: the service tells it, and this one waits. */
  private tellOfLoss(): void {
    if (this.wants) return;
    if (this.admitted) this.seat.request({ type: "lost", ref: 0, sid: this.sid }, () => {});
    else this.lost("lease-lost");
  }

  /** What is waited for is asked for once more: the visitor may have been away, and an answer may have been lost. */
  pursue(): void {
    if (this.over) return;
    if (this.wants) this.seat.request({ type: "take", ref: 0, sid: this.wants }, () => {});
    else if (this.conversation.lost) this.follow();
  }

  /**
   * The visitor's word for it, held against the log of this page; then the new one is taken without being asked. Its sid where
   * that is one of its own, since somebody came back by a code (R2).
   */
  async isContinued(word: SignedBytes): Promise<string | null> {
    const { admitted, conversation, log } = this;
    if (this.over) return null;
    const waits = admitted || (this.before && log.newest);
    // Whoever was in beside the counsellor is asked for once more, by a member (E6).
    if (!waits || this.seat.certificate.role !== "counsellor") {
      conversation.over("continued");
      return null;
    }
    try {
      const { new: sid, reason } = await recogniseContinuation(log, word);
      // Another person may have the words: nothing that was said goes along.
      if (reason === "returned") {
        conversation.over("returned");
        return b64(sid);
      }
      this.wants = b64(sid);
      conversation.lose();
    } catch (error) {
      conversation.refuse(error);
    }
    return null;
  }

  /** R1: the visitor is away and has a code. Nothing ends by it. */
  setAside(answered: (fault: Fault | null) => void): void {
    this.seat.request({ type: "set-aside", ref: 0, sid: this.sid }, answered);
  }

  /** The lease before was not used in time; the log is held already. */
  leaseAgain(leased: Leased): void {
    this.from = leased;
    this.wants = null;
    this.asked = false;
    this.offered = false;
    this.follow();
    // That it was leased may stand in the part that is held.
    this.conversation.soon(() => this.offer());
  }

  /** The answer to a request that was made twice. */
  holds({ lease }: Leased): boolean {
    return this.lease === lease && !this.wants && !this.admitted;
  }

  /**
   * Off the screen. A visitor who had not let anybody in keeps the place; for one who had, it ends: nobody reads on. Where
   * another tab goes on, nothing ends.
   */
  dismiss(): void {
    const { ended, alarm } = this.conversation;
    const closes =
      this.seat.certificate.role === "counsellor" && (this.admitted || this.from.type !== "invited");
    const open = closes && !ended && !GONE.includes(alarm?.code ?? "");
    const close = () => this.seat.request({ type: "close", ref: 0, sid: this.sid }, () => {});
    // Refused: the visitor had just let this page in.
    if (this.from.type === "leased" && !this.admitted) this.release(close);
    else if (open) close();
    this.wipe();
  }

  /** Nothing more is done here, and nothing stays of what was said. */
  wipe(): void {
    this.forget();
    this.conversation.thread.wipe();
  }

  /** E6: not wanted any more. The visitor's yes to what stands in the log already is answered by leaving (E3). */
  withdraw(gone: () => void): void {
    this.withdrawn = true;
    this.isGone = () => {
      this.giveUp();
      gone();
    };
    this.after(WITHDRAWN_MS, this.isGone);
    this.takeBack();
  }

  /** E6: from the visitor's screen, where the question stands already. An offer that is still on its way is taken back when it has come. */
  private takeBack(): void {
    const { conversation, log, reader, seat } = this;
    conversation.soon(async () => {
      const entry = await takeBack(log, reader.offers, seat.duty.signing.privateKey);
      if (!entry || conversation.stating) return;
      conversation.state(entry, { kind: "refuse", ...writeSigned(entry) }, () => {});
    });
  }

  /** E6: at once, and without waiting for what the visitor says. */
  giveUp(): void {
    this.unask();
    this.forget();
  }

  /** E6: out of the conversation, which goes on; the visitor's page makes an epoch without this one. */
  bowOut(): void {
    this.conversation.signal("leave");
  }

  /** The service asks others to come, for this page. */
  call(purpose: Joining, to: string | null): void {
    this.calls.add(purpose, to);
  }

  callOff(purpose: Joining): void {
    this.calls.drop(purpose);
  }

  /** E6: a link for somebody from outside. */
  inviteGuest(organisation: string): void {
    this.conversation.soon(async () => {
      const access = await this.hosting.invite(organisation);
      this.seat.request({ type: "invite", ref: 0, sid: this.sid, access }, (fault) => {
        if (!fault) return;
        this.hosting.drop(access);
        this.conversation.alarm = faultView(fault);
        this.seat.changed();
      });
      this.seat.changed();
    });
  }

  /** Links for guests that only this page can vouch for. */
  get hasLinks(): boolean {
    return !this.over && this.hosting.open;
  }

  dropGuest(access: string): void {
    this.hosting.drop(access);
  }

  /** E6: somebody has opened a link. Keys that are not of whoever has it are an alarm, and nobody is vouched for. */
  guestArrives(arrived: Arrived): void {
    this.conversation.soon(async () => {
      try {
        await this.hosting.arrives(arrived);
      } catch (error) {
        this.conversation.alarm = alarmOf(error);
      }
      await this.vouch();
      this.seat.changed();
    });
  }

  /** One word at a time: the next when this one stands. */
  private async vouch(): Promise<void> {
    const { conversation, hosting } = this;
    if (!this.admitted || this.over || conversation.stating) return;
    const word = await hosting.next(this.seat.now());
    if (!word) return;
    conversation.state(word, { kind: "guest", ...writeSigned(word) }, () => {
      hosting.again();
      this.after(RETRY_MS, () => conversation.soon(() => this.vouch()));
    });
  }

  /** The page goes away. Who was not let in yet gives the visitor back at once, and not only when the lease is over (E8). */
  leave(): void {
    if (this.admitted || this.over) return;
    this.release();
    this.unask();
  }

  /** Others may come in this one's place. */
  private unask(): void {
    if (this.from.type !== "invited") return;
    const { purpose } = this.from;
    this.seat.request({ type: "unask", ref: 0, sid: this.sid, purpose }, () => {});
  }

  /** Nothing more is done here. */
  forget(): void {
    clearTimeout(this.timer);
    this.calls.stop();
    this.conversation.forget();
  }

  /** Where the visitor stands in the queue, as long as nobody was let in; else null. */
  get place(): number | null {
    return this.from.type === "leased" && !this.admitted && this.from.number ? this.from.number : null;
  }

  /** As told by the visitor; what goes on under another id is about the same. */
  private get about(): ConversationView["about"] {
    return readAbout(this.from.about) ?? this.before?.about ?? null;
  }

  get view(): Omit<ConversationView, "crisis" | "recognised"> {
    const { thread, members, alarm, ended, unread, refused, paused } = this.conversation;
    const { lost } = this.conversation;
    const joins = this.from.type === "invited" ? "asking" : this.asked ? "offered" : "opening";
    const before = this.from.type === "member" ? "rejoining" : joins;
    const stage = this.admitted && !lost ? "talking" : this.before || lost ? "restoring" : before;
    return {
      sid: this.id,
      number: this.number,
      practice: this.practice,
      phase: ended ? "ended" : refused ? "refused" : stage,
      purpose: this.from.type === "invited" ? this.from.purpose : null,
      calls: this.calls.view,
      guests: this.hosting.view,
      visitorHere: this.visitorHere,
      away: this.away.look(members, this.guests, this.seat.now()),
      paused,
      hasCode: this.log.returnKeys.length > 0,
      cameBackTo: this.cameBackTo,
      messages: thread.messages,
      members,
      alarm,
      ended,
      unread,
      about: this.about,
      place: ended || refused ? null : this.place,
    };
  }

  private taken(meaning: Meaning): void {
    const { newest } = this.log;
    const isIn = newest !== null && memberOf(newest, this.seat.duty.hash) !== undefined;
    this.calls.taken(meaning);
    this.hosting.taken(meaning);
    if (this.admitted && !isIn) this.isOut();
    if (isIn && !this.admitted) this.isLetIn();
    if (this.admitted) {
      this.conversation.soon(() => this.vouch());
      return;
    }
    if (this.from.type === "member") this.rejoin(meaning, this.from.index);
    else if (this.from.type === "invited") this.join(meaning, this.from.index);
    else this.wait(meaning);
  }

  private isLetIn(): void {
    this.admitted = true;
    if (!this.withdrawn) clearTimeout(this.timer);
    else this.bowOut();
  }

  /** E6, E7: by another page of this device, by who took over, or left out as it left or was revoked. */
  private isOut(): void {
    const members = this.log.newest?.members ?? [];
    const { role } = this.seat.certificate;
    const taken = role === "counsellor" && members.some((m) => m.role === role);
    this.calls.stop();
    if (this.withdrawn) this.isGone();
    this.conversation.stop({ code: this.replaced.length ? "moved" : taken ? "handed-over" : "gone" });
  }

  /** E6: at the end of the log as it was told, and again over every new announcement; the visitor's no is the end of it. */
  private join(meaning: Meaning, index: number): void {
    const refused = meaning.kind === "refuse" && this.isMine(meaning.offer);
    if (refused) this.lost("visitor-refused");
    if (this.withdrawn && meaning.kind === "offer") this.takeBack();
    if (refused || this.log.index < index || this.withdrawn) return;
    if (meaning.kind === "announcement") this.asked = false;
    this.conversation.soon(() => this.offer());
  }

  private isMine({ hash }: { hash: Bytes }): boolean {
    return this.reader.offers.has(String(hash));
  }

  private wait(meaning: Meaning): void {
    if (meaning.kind === "offer") this.offered ||= this.isMine(meaning.offer);
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
    const refused = meaning.kind === "refuse" && this.isMine(meaning.offer);
    if (refused || !this.replaced.length) this.lost("not-rejoined");
    else this.conversation.soon(() => this.offer());
  }

  /** E6, E7: nobody answered. A visitor who thinks, or was away, is asked again; one who was here has not let this page in. */
  private renew(): void {
    if (this.admitted || this.over || this.withdrawn) return;
    this.asked = false;
    const invited = this.from.type === "invited";
    if (this.wasAway || (invited && this.offers < OFFERS)) this.conversation.soon(() => this.offer());
    else this.lost(invited ? "unanswered" : "not-rejoined");
  }

  private after(ms: number, what: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(what, ms);
  }

  /** E5: signed again where the newest announcement or the roster has changed in between. */
  private async offer(): Promise<void> {
    if (this.admitted || this.asked || this.withdrawn) return;
    const again = () => this.conversation.soon(() => this.offer());
    const { standing, certificate, duty, now } = this.seat;
    const rejoins = this.from.type === "member";
    const purpose = this.from.type === "invited" ? this.from.purpose : undefined;
    const roster = standing.trust.freshRoster(now());
    const replaced = rejoins ? this.replaced : ABSENT;
    const entry = await makeOffer(this.log, duty, certificate, roster.hash, now(), replaced, purpose);
    const name = String(await digest(entry.doc));
    // Of the same second it would be the same one, which is good once: it was taken back, and this one comes again.
    if (this.log.offers.has(name)) return this.after(RETRY_MS, again);
    this.asked = true;
    this.offers += 1;
    this.reader.offers.add(name);
    this.wasAway = !this.here;
    const waits = rejoins || purpose !== undefined;
    if (waits) this.after(RENEW_MS, () => this.renew());
    this.conversation.state(entry, writeOffer(entry, this.lease), (code) => this.refused(code, waits));
  }

  private refused(code: string, waits: boolean): void {
    this.asked = false;
    const again = () => this.conversation.soon(() => this.offer());
    if (code !== "stale-offer") this.lost(code);
    else if (waits) this.after(RETRY_MS, again);
    else again();
  }

  private get lease(): string | null {
    return this.from.type === "leased" ? this.from.lease : null;
  }

  /** Not let in: the visitor has the old place again. */
  private lost(code: string): void {
    clearTimeout(this.timer);
    if (this.withdrawn) {
      this.isGone();
      return;
    }
    this.release();
    this.unask();
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
