/**
 * A counsellor's page: signed in with its device (K3), on duty with keys of its own (K5), taking visitors from the queue
 * and in several conversations at once. What the screen shows is `view`; nothing else comes out.
 */

import { alarmOf, faultView } from "./alarms.ts";
import { Case, type Seat } from "./case.ts";
import { Caseload } from "./caseload.ts";
import type { Certificate, SignedBytes } from "./chain.ts";
import {
  type Certified,
  certify,
  type Device,
  findDevice,
  forgetDevice,
  keepDevice,
  makeDevice,
  ownCertificate,
} from "./device.ts";
import { type Duty, dutyOn, makeDuty } from "./duty.ts";
import { type Bytes, equal, unb64 } from "./encoding.ts";
import { readSigned } from "./entry.ts";
import { Unreachable, verify } from "./errors.ts";
import { readStaffMessage } from "./inbox-staff.ts";
import { Link } from "./link.ts";
import type {
  Asks,
  CounsellorMessage,
  Desk as DeskMessage,
  Ended,
  Error as Fault,
  Freshness,
  Invited,
  Leased,
  Presence,
  ServerMessage,
  Member as Told,
  Welcome,
} from "./messages.ts";
import { clockOf, type DeskOptions, randomOf } from "./options.ts";
import { Practice } from "./practice.ts";
import { type Answered, Requests } from "./requests.ts";
import { Serial } from "./serial.ts";
import { Standing, wrongClock } from "./standing.ts";
import type { Place } from "./team-keys.ts";
import { Readiness, readWaiting } from "./told.ts";
import type { DeskView, DutyState, ErrorView, Joining, LinkState } from "./view.ts";

/** Conversations at once, until the service has said how many (Staff 1). */
const CAPACITY = 3;
/** The service hears of a new roster within seconds; so often going on duty is tried again. */
const DUTY_TRIES = 5;
const DUTY_RETRY_MS = 1_000;

export class Desk {
  private link: Link | null = null;
  private linkState: LinkState | "moved" = "connecting";
  private resuming = false;
  private lastDuty = 0;
  private standing: Standing | null = null;
  private device: Device | null = null;
  private papers: readonly SignedBytes[] = [];
  private certificate: Certificate | null = null;
  private duty: Duty | null = null;
  private onDuty = false;
  private queue: Pick<DeskMessage, "waiting" | "length" | "on_duty" | "capacity"> = {
    waiting: [],
    length: 0,
    on_duty: [],
  };
  private readonly readiness = new Readiness();
  private readonly cases = new Caseload();
  private told: Pick<Asks, "asks" | "colleagues"> = { asks: [], colleagues: [] };
  /** What this page comes for, by sid, until the service has answered. */
  private readonly coming = new Map<string, Joining>();
  /** Who came back by a code to a visitor of this page, by that one's number, and is not here yet (R2). */
  private readonly returning = new Map<string, number>();
  private practice: Practice | null = null;
  /** In how many conversations links for guests are open, as this tab remembers it. */
  private links = 0;
  private alarm: ErrorView | null = null;
  private readonly requests = new Requests();
  private readonly serial = new Serial();
  private readonly now: () => number;
  private readonly random: (size: number) => Bytes;

  constructor(private readonly options: DeskOptions) {
    this.now = clockOf(options);
    this.random = randomOf(options);
  }

  // What a counsellor does

  /** The page is loaded: where a device is kept here, it signs in by itself, and goes on duty if this tab was (E7). */
  resume(): void {
    this.resuming = true;
    this.soon(async () => {
      const kept = await findDevice(unb64(this.options.root));
      this.resuming = kept !== null;
      if (!kept) return;
      ({ device: this.device, papers: this.papers, lastDuty: this.lastDuty } = kept);
      this.connect();
    });
  }

  /** Sign in to a demo: this page makes its device's keys, and the demo's registrar certifies them. */
  signIn(pseudonym: string): void {
    this.soon(async () => {
      if (this.link) return;
      this.device = await makeDevice();
      this.papers = await certify(this.device, this.options, pseudonym);
      await this.keep();
      this.connect();
    });
  }

  /** A machine that the organisation has listed, at which somebody has signed in (K3). */
  enrolled({ device, papers, lastDuty }: Certified): void {
    if (this.link) return;
    Object.assign(this, { device, papers, lastDuty, alarm: null });
    this.connect();
  }

  /** Without a store that holds it, the device lives as long as the page. */
  private async keep(): Promise<void> {
    const { device, papers, lastDuty } = this;
    if (device) await keepDevice(unb64(this.options.root), { device, papers, lastDuty }).catch(() => {});
  }

  /** The passkey has opened this page again: a link that was refused meanwhile comes back at once. */
  unlocked(): void {
    this.link?.open();
  }

  goOnDuty(): void {
    this.readiness.state = "available";
    this.soon(() => this.beginDuty(DUTY_TRIES));
  }

  /** The service refuses it while conversations are open. */
  goOffDuty(): void {
    for (const open of this.cases.all) if (open.withdrawn) open.giveUp();
    this.cases.keep((c) => !c.withdrawn);
    this.ask({ type: "duty-off", ref: 0 }, () => {
      this.shift(false);
      this.duty = null;
      this.cases.keep((c) => c.over);
    });
  }

  /** *Take next*. */
  take(): void {
    this.ask({ type: "take", ref: 0 }, () => {});
  }

  /** Whether this one is given visitors (Staff 1). */
  setState(state: DutyState): void {
    const before = this.readiness.state;
    this.readiness.state = state;
    this.tellState(() => {
      this.readiness.state = before;
    });
  }

  /** This conversation leaves room for no other, or does so no more (Staff 1). */
  setCrisis(sid: string, on: boolean): void {
    this.readiness.mark(sid, on);
    this.tellState(() => this.readiness.mark(sid, !on));
  }

  private tellState(undo: () => void): void {
    this.alarm = null;
    this.request({ type: "state", ref: 0, ...this.readiness.said(this.cases.all) }, (fault) => {
      if (!fault) return this.shift(true);
      undo();
      this.warn(faultView(fault));
    });
    this.changed();
  }

  /** A conflict of interest with whoever stands at this place (Before 8). */
  decline(number: number): void {
    const open = this.cases.all.find(({ place }) => place === number);
    this.ask({ type: "decline", ref: 0, number }, () => {
      open?.forget();
      if (open) this.cases.drop(open);
    });
  }

  /** With a simulated visitor, who says these lines one after another; it is taken by itself. */
  practise(lines: readonly string[]): void {
    const { origin, root, realm, clock, random } = this.options;
    this.practice?.leave();
    const options = {
      origin,
      root,
      language: "sv",
      ...(realm && { realm }),
      ...(clock && { clock }),
      ...(random && { random }),
    };
    this.practice = new Practice(options, lines, (sid) => this.ask({ type: "take", ref: 0, sid }, () => {}));
    this.practice.start();
  }

  write(sid: string, text: string): void {
    this.cases.shown(sid)?.conversation.write(text);
  }

  /** A person has seen what stands there. */
  read(sid: string): void {
    this.cases.shown(sid)?.conversation.read();
  }

  /** *End the chat*; for abuse with a cool-down (Staff 5). */
  end(sid: string, coolDown = false): void {
    const open = this.cases.shown(sid);
    if (open?.admitted) open.conversation.end(coolDown);
    else this.dismiss(sid);
  }

  /** *Hand over* and *Ask to join* (E6): `to` by name, or the next on duty. */
  call(sid: string, purpose: Joining, to: string | null): void {
    const open = this.cases.shown(sid);
    if (open)
      this.ask({ type: "ask", ref: 0, sid: open.sid, purpose, ...(to ? { to } : {}) }, () =>
        open.call(purpose, to),
      );
  }

  /** Nobody is to come any more; who came already is asked about all the same. */
  callOff(sid: string, purpose: Joining): void {
    const open = this.cases.shown(sid);
    if (open) this.ask({ type: "unask", ref: 0, sid: open.sid, purpose }, () => open.callOff(purpose));
  }

  /** *Come* (E6). */
  come(sid: string, purpose: Joining): void {
    // F2: this duty key was in, and would begin at seq 0 again while it reads what was. A new one comes in anew.
    const beenIn = this.duty !== null && this.cases.spoke(sid, this.duty.hash);
    this.alarm = beenIn ? { code: "been-in" } : null;
    if (!beenIn) {
      this.coming.set(sid, purpose);
      this.request({ type: "join", ref: 0, sid, purpose }, (fault) => {
        if (!fault) return;
        this.coming.delete(sid);
        this.warn(fault.code === "wrong-moment" ? { code: "came-late" } : faultView(fault));
      });
    }
    this.changed();
  }

  /** *Invite a guest* (E6): whoever opens the link is vouched for as from that organisation. */
  inviteGuest(sid: string, organisation: string): void {
    this.cases.shown(sid)?.inviteGuest(organisation);
  }

  /** The link counts no more. */
  dropGuest(sid: string, id: string): void {
    this.cases.shown(sid)?.dropGuest(id);
    this.changed();
  }

  /** *Leave*, of a conversation that goes on without this one; before the visitor's yes the question is withdrawn (E6). */
  leaveConversation(sid: string): void {
    const open = this.cases.shown(sid);
    if (open?.admitted) open.bowOut();
    else open?.withdraw(() => this.dropGone(open));
    this.changed();
  }

  private dropGone(open: Case): void {
    this.cases.drop(open);
    this.changed();
  }

  /** Off the screen; a visitor who was not let in yet goes back to the same place. */
  dismiss(sid: string): void {
    const open = this.cases.shown(sid);
    open?.dismiss();
    if (open) this.cases.drop(open);
    this.changed();
  }

  /** *Set aside*: the visitor is away and may come back by a code; until then nobody has to look after them (R1). */
  setAside(sid: string): void {
    const open = this.cases.shown(sid);
    this.alarm = null;
    open?.setAside((fault) => {
      if (fault) return this.warn(faultView(fault));
      open.wipe();
      this.cases.drop(open);
      this.changed();
    });
    this.changed();
  }

  /** Whoever came back by a code is the same person. */
  recognise(sid: string): void {
    this.readiness.recognise(sid);
    this.remember();
    this.changed();
  }

  /** The page goes away, for another or for itself once more. */
  leave(): void {
    this.practice?.leave();
    for (const open of this.cases.all) open.leave();
  }

  get view(): DeskView {
    return {
      link: this.linkState,
      signedInAs: this.certificate?.pseudonym ?? null,
      role: this.certificate?.role ?? "",
      demo: (this.standing?.trust.realm ?? this.options.realm) === "varsam-demo",
      resuming: this.resuming,
      onDuty: this.onDuty,
      state: this.readiness.state,
      capacity: this.queue.capacity ?? CAPACITY,
      waiting: this.queue.waiting.map(readWaiting),
      waitingLength: this.queue.length,
      colleagues: this.queue.on_duty,
      others: this.told.colleagues,
      asked: this.told.asks.map((ask) => ({ by: null, ...ask, coming: this.coming.has(ask.sid) })),
      conversations: this.cases.all
        .filter((c) => !c.withdrawn)
        .map((c) => ({ ...c.view, ...this.readiness.marksOf(c.id) })),
      alarm: this.alarm,
    };
  }

  /** This machine at work, for what it does beside conversations; null: nobody is signed in. */
  get place(): Place | null {
    const { standing, device, certificate } = this;
    return standing && device && certificate && { standing, device, pseudonym: certificate.pseudonym };
  }

  // Signing in, and on duty

  private shift(on: boolean): void {
    this.onDuty = on;
    if (!on) this.told = { asks: [], colleagues: [] };
    this.remember();
  }

  private remember(): void {
    this.options.shift?.is(this.onDuty ? this.readiness.kept(this.cases.all) : null);
  }

  private connect(): void {
    const { origin, onWake } = this.options;
    const events = {
      message: (message: ServerMessage) => this.received(message),
      state: (state: LinkState) => {
        if (this.linkState !== "moved") this.linkState = state;
        if (state === "offline") this.requests.clear();
        this.changed();
      },
      refused: () => this.signedOut(),
    };
    this.link = new Link(`${origin}/v1/counsellor`, events, onWake, null, readStaffMessage);
    this.link.open();
  }

  private signedOut(): void {
    this.link = null;
    this.certificate = null;
    if (!this.options.signedOut) this.serial.run(forgetDevice, () => {});
    this.stop("signed-out");
    this.options.signedOut?.();
  }

  /** E7: this device is on duty in another tab, which goes on with everything. */
  private moved(): void {
    this.linkState = "moved";
    this.link?.close();
    this.stop("moved");
  }

  private stop(code: string): void {
    for (const open of this.cases.all) open.conversation.stop({ code });
    this.duty = null;
    this.shift(false);
    this.warn({ code });
  }

  private async beginDuty(tries: number, held = this.duty): Promise<void> {
    this.duty = held;
    const { standing, certificate, device } = this;
    if (!standing || !certificate || !device || !this.link) return this.warn({ code: "signed-out" });
    if (!this.duty) {
      this.lastDuty = Math.max(this.now(), this.lastDuty + 1);
      await this.keep();
      this.duty = await makeDuty(standing.trust.realm, certificate.hash, device.signing, this.lastDuty);
    }
    await standing.learn([this.duty.signed]);
    this.sendDuty((fault) => {
      if (fault?.code === "unverified" && tries > 1) {
        setTimeout(() => this.soon(() => this.beginDuty(tries - 1)), DUTY_RETRY_MS);
      } else if (fault) this.warn(faultView(fault));
      else this.shift(true);
    });
  }

  private sendDuty(answered: Answered): void {
    if (!this.duty) return;
    const state = this.readiness.said(this.cases.all);
    this.request(dutyOn(this.duty, this.papers, state), answered);
  }

  // What the service says

  private received(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        this.soon(() => this.welcomed(message));
        break;
      case "freshness":
        this.soon(() => this.freshened(message));
        break;
      case "desk":
        this.queue = message;
        this.pursue();
        break;
      case "leased":
        this.requests.forget(message.ref);
        this.soon(() => this.open(message));
        break;
      case "asks":
        this.told = message;
        break;
      case "invited":
        this.requests.forget(message.ref);
        this.soon(() => this.isInvited(message));
        break;
      case "arrived":
        this.cases.of(message.sid)?.guestArrives(message);
        break;
      case "member":
        this.soon(() => this.rejoin(message));
        break;
      case "entry":
        this.cases.of(message.sid)?.conversation.received(message);
        break;
      case "ack":
        this.cases.of(message.sid)?.conversation.acked(message);
        break;
      case "ended":
        this.heardEnd(message);
        break;
      case "presence":
        this.present(message);
        break;
      case "callbacks":
        this.options.onCallbacks?.();
        break;
      case "done":
        this.requests.answer(message.ref, null);
        break;
      case "error":
        this.faulted(message);
        break;
    }
    this.changed();
  }

  private async welcomed(welcome: Welcome): Promise<void> {
    const { options, now } = this;
    const clock = wrongClock(welcome.now, now());
    if (clock) return this.warn(clock);
    this.standing ??= Standing.of(welcome, options, now);
    const { standing } = this;
    standing.verifyWelcome(welcome);
    await standing.learn(this.papers);
    if (!welcome.freshness) return this.warn({ code: "chat-closed" });
    await standing.take(welcome.freshness);
    const first = this.certificate === null;
    this.certificate ??= await ownCertificate(this.device, this.papers, standing, this.now());
    this.resuming = false;
    const before = first && this.options.shift?.was();
    if (before) {
      this.readiness.takeUp(before);
      return this.beginDuty(DUTY_TRIES);
    }
    if (!this.onDuty) return;
    this.sendDuty((fault) => {
      if (fault) this.warn(faultView(fault));
    });
    for (const open of this.cases.all) open.follow();
    // Answers that the lost connection would have brought.
    for (const [sid, purpose] of this.coming) this.come(sid, purpose);
  }

  private async freshened(message: Freshness): Promise<void> {
    const { standing } = this;
    await standing?.take(message);
    if (standing) this.certificate ??= await ownCertificate(this.device, this.papers, standing, this.now());
  }

  private present({ sid, visitor, guests }: Presence): void {
    const open = this.cases.of(sid);
    if (!open) return;
    open.visitorHere = visitor;
    open.guests = guests ?? 0;
  }

  private faulted(fault: Fault): void {
    const ours = this.cases.all.some(({ conversation }) => conversation.fault(fault));
    const asked = typeof fault.ref === "number";
    if (fault.code === "moved") this.moved();
    // K5: the duty key's time is over. With the next one every conversation goes on (E7).
    else if (fault.code === "off-duty" && !asked) this.soon(() => this.beginDuty(DUTY_TRIES, null));
    else if (fault.code === "signed-out") this.signedOut();
    else if (fault.code === "locked" && this.options.locked) this.options.locked();
    else if (fault.code === "lost-entries" && !asked) this.cases.of(fault.sid ?? "")?.conversation.lose();
    else if (!ours && !this.requests.answer(fault.ref ?? 0, fault)) this.warn(faultView(fault));
  }

  /** E7: an earlier load of this page, or an earlier duty key of it, is in. */
  private async rejoin(told: Told): Promise<void> {
    const known = this.cases.of(told.sid);
    if (!this.duty || (known && equal(known.duty, this.duty.hash))) return;
    known?.forget();
    await this.open(told, known?.number);
  }

  /** E6: from now on the log may be followed. */
  private async isInvited(invited: Invited): Promise<void> {
    const purpose = this.coming.get(invited.sid);
    this.coming.delete(invited.sid);
    const known = this.cases.of(invited.sid);
    if (purpose && (!known || known.over)) await this.open({ ...invited, purpose }, known?.number);
  }

  private async open(from: Parameters<typeof Case.open>[1], number?: number): Promise<void> {
    const { standing, certificate, duty, link, now, random } = this;
    if (!standing || !certificate || !duty || !link) return;
    // F2: a second pen of this duty key would begin at seq 0 again, and a key and nonce must never meet twice.
    const before = from.type === "leased" ? this.cases.wanting(from.sid) : undefined;
    if (before?.sid === from.sid) return before.leaseAgain(from as Leased);
    if (from.type === "leased" && this.cases.of(from.sid)?.holds(from)) return;
    verify(!this.cases.spoke(from.sid, duty.hash), "F2", "a conversation that this page is in already");
    const request: Seat["request"] = (message, answered) => this.request(message, answered);
    const guestPage = `${this.options.origin}/staff/guest`;
    const changed = () => this.changed();
    const seat = { standing, certificate, duty, link, guestPage, now, random, request, changed };
    const known = before?.number ?? number ?? this.cases.nextNumber();
    const hadLinks = (before ?? this.cases.of(from.sid))?.hasLinks || this.readiness.hasLost(from.sid);
    const opened = await Case.open(seat, from, known, before, this.returning.get(from.sid));
    this.returning.delete(from.sid);
    opened.practice = from.sid === this.practice?.sid;
    this.cases.put(opened, before);
    if (this.readiness.isCrisis(opened.id)) this.tellState(() => {});
    if (hadLinks) opened.conversation.tell("links-gone");
    opened.follow();
  }

  /** E9: it ended because it goes on under another id; that one is taken by itself, as long as it is there. */
  private heardEnd({ sid, reason, continuation }: Ended): void {
    const open = this.cases.of(sid);
    this.returning.delete(sid);
    if (reason !== "continued" || !continuation || !open)
      (open ?? this.cases.wanting(sid))?.conversation.over(reason);
    else
      this.soon(async () => {
        const next = await open.isContinued(readSigned(continuation));
        if (next) this.returning.set(next, open.number);
        this.pursue();
      });
  }

  /** E9: with all news of the queue, which come every few seconds. */
  private pursue(): void {
    if (!this.duty || this.linkState !== "online") return;
    for (const open of this.cases.all) open.pursue();
    for (const sid of this.returning.keys()) this.request({ type: "take", ref: 0, sid }, () => {});
  }

  // Requests and their answers

  /** Ask, and say in words what was refused. */
  private ask(message: CounsellorMessage, done: () => void): void {
    this.alarm = null;
    this.request(message, (fault) => {
      if (fault) this.warn(faultView(fault));
      else done();
    });
    this.changed();
  }

  private request(message: CounsellorMessage, answered: Answered): void {
    if (!this.link || !this.requests.send(this.link, message, answered)) this.warn({ code: "offline" });
  }

  private soon(work: () => Promise<void>): void {
    this.serial.run(
      async () => {
        await work();
        this.changed();
      },
      (error) => (error instanceof Unreachable ? this.link?.again() : this.warn(alarmOf(error))),
    );
  }

  private warn(alarm: ErrorView): void {
    this.resuming = false;
    this.alarm = alarm;
    this.changed();
  }

  private changed(): void {
    const links = this.cases.all.filter((c) => c.hasLinks).length;
    if (links !== this.links) this.remember();
    this.links = links;
    this.options.onChange(this.view);
  }
}
