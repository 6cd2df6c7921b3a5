/**
 * A counsellor's page: signed in with its device (K3), on duty with keys of its own (K5), taking visitors from the queue
 * and in several conversations at once. What the screen shows is `view`; nothing else comes out.
 */

import { Case, type Seat } from "./case.ts";
import type { Certificate, SignedBytes } from "./chain.ts";
import { alarmOf, faultView } from "./conversation.ts";
import {
  certify,
  type Device,
  findDevice,
  forgetDevice,
  keepDevice,
  makeDevice,
  ownCertificate,
} from "./device.ts";
import { type Duty, dutyOn, makeDuty } from "./duty.ts";
import { type Bytes, equal, type Realm, unb64 } from "./encoding.ts";
import { readSigned } from "./entry.ts";
import { Unreachable, verify } from "./errors.ts";
import { Link, type OnWake } from "./link.ts";
import type {
  CounsellorMessage,
  Desk as DeskMessage,
  Ended,
  Error as Fault,
  Freshness,
  Leased,
  ServerMessage,
  Member as Told,
  Welcome,
} from "./messages.ts";
import { Serial } from "./serial.ts";
import { Standing, wrongClock } from "./standing.ts";
import type { DeskView, ErrorView, LinkState } from "./view.ts";

/** Conversations at once, unless the counsellor says otherwise (Staff 1). */
const CAPACITY = 3;
/** The service hears of a new roster within seconds; so often going on duty is tried again. */
const DUTY_TRIES = 5;
const DUTY_RETRY_MS = 1_000;

export interface DeskOptions {
  /** Of the console, such as "https://staff.example". */
  readonly origin: string;
  /** H(R) as base64url, pinned by the page. */
  readonly root: string;
  readonly realm?: Realm;
  onChange(view: DeskView): void;
  /** What this tab remembers of itself when it is loaded again: whether it was on duty. */
  readonly shift?: { wasOn(): boolean; is(on: boolean): void };
  readonly onWake?: OnWake;
  /** Unix seconds. */
  readonly clock?: () => number;
  readonly random?: (size: number) => Bytes;
}

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
  private queue: Pick<DeskMessage, "waiting" | "length" | "on_duty"> = {
    waiting: [],
    length: 0,
    on_duty: [],
  };
  private cases: Case[] = [];
  /** What was taken off the screen after this page had been in, by H(duty) and sid. */
  private readonly left = new Set<string>();
  private numbers = 0;
  private alarm: ErrorView | null = null;
  private readonly requests = new Map<number, (fault: Fault | null) => void>();
  private readonly serial = new Serial();
  private readonly now: () => number;
  private readonly random: (size: number) => Bytes;

  constructor(private readonly options: DeskOptions) {
    const { clock } = options;
    this.now = () => Math.floor(clock ? clock() : Date.now() / 1000);
    this.random = options.random ?? ((size) => crypto.getRandomValues(new Uint8Array(size)));
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

  /** Without a store that holds it, the device lives as long as the page. */
  private async keep(): Promise<void> {
    const { device, papers, lastDuty } = this;
    if (device) await keepDevice(unb64(this.options.root), { device, papers, lastDuty }).catch(() => {});
  }

  goOnDuty(): void {
    this.soon(() => this.beginDuty(DUTY_TRIES));
  }

  /** The service refuses it while conversations are open. */
  goOffDuty(): void {
    this.ask({ type: "duty-off", ref: 0 }, () => {
      this.shift(false);
      this.duty = null;
      this.cases = this.cases.filter((c) => c.over);
    });
  }

  /** *Take next*. */
  take(): void {
    this.ask({ type: "take", ref: 0 }, () => {});
  }

  write(sid: string, text: string): void {
    this.shown(sid)?.conversation.write(text);
  }

  /** A person has seen what stands there. */
  read(sid: string): void {
    this.shown(sid)?.conversation.read();
  }

  /** *End the chat*. */
  end(sid: string): void {
    const open = this.shown(sid);
    if (open?.admitted) open.conversation.end();
    else this.dismiss(sid);
  }

  /** Off the screen; a visitor who was not let in yet goes back to the same place. */
  dismiss(sid: string): void {
    const open = this.shown(sid);
    if (open?.spoke(open.duty)) this.left.add(`${open.duty} ${open.sid}`);
    open?.dismiss();
    this.cases = this.cases.filter((c) => c !== open);
    this.changed();
  }

  /** The page goes away, for another or for itself once more. */
  leave(): void {
    for (const open of this.cases) open.leave();
  }

  get view(): DeskView {
    return {
      link: this.linkState,
      signedInAs: this.certificate?.pseudonym ?? null,
      demo: (this.standing?.trust.realm ?? this.options.realm) === "varsam-demo",
      resuming: this.resuming,
      onDuty: this.onDuty,
      capacity: CAPACITY,
      waiting: this.queue.waiting.map((w) => ({ entrance: null, leased: false, away: false, ...w })),
      waitingLength: this.queue.length,
      colleagues: this.queue.on_duty,
      conversations: this.cases.map((c) => c.view),
      alarm: this.alarm,
    };
  }

  // Signing in, and on duty

  private shift(on: boolean): void {
    this.onDuty = on;
    this.options.shift?.is(on);
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
    this.link = new Link(`${origin.replace(/^http/, "ws")}/v1/counsellor`, events, onWake);
    this.link.open();
  }

  private signedOut(): void {
    this.link = null;
    this.certificate = null;
    this.serial.run(forgetDevice, () => {});
    this.stop("signed-out");
  }

  /** E7: this device is on duty in another tab, which goes on with everything. */
  private moved(): void {
    this.linkState = "moved";
    this.link?.close();
    this.stop("moved");
  }

  private stop(code: string): void {
    for (const open of this.cases) open.conversation.stop({ code });
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

  private sendDuty(answered: (fault: Fault | null) => void): void {
    if (this.duty) this.request(dutyOn(this.duty, this.papers, CAPACITY), answered);
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
        this.takeWanted();
        break;
      case "leased":
        this.requests.delete(message.ref);
        this.soon(() => this.open(message));
        break;
      case "member":
        this.soon(() => this.rejoin(message));
        break;
      case "entry":
        this.of(message.sid)?.conversation.received(message);
        break;
      case "ack":
        this.of(message.sid)?.conversation.acked(message);
        break;
      case "ended":
        this.heardEnd(message);
        break;
      case "presence":
        this.present(message.sid, message.visitor);
        break;
      case "done":
        this.answer(message.ref, null);
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
    if (first && this.options.shift?.wasOn()) return this.beginDuty(DUTY_TRIES);
    if (!this.onDuty) return;
    this.sendDuty((fault) => {
      if (fault) this.warn(faultView(fault));
    });
    for (const open of this.cases) open.follow();
  }

  private async freshened(message: Freshness): Promise<void> {
    const { standing } = this;
    await standing?.take(message);
    if (standing) this.certificate ??= await ownCertificate(this.device, this.papers, standing, this.now());
  }

  private present(sid: string, visitorHere: boolean): void {
    const open = this.of(sid);
    if (open) open.visitorHere = visitorHere;
  }

  private faulted(fault: Fault): void {
    const ours = this.cases.some(({ conversation }) => conversation.fault(fault));
    const asked = typeof fault.ref === "number";
    if (fault.code === "moved") this.moved();
    // K5: the duty key's time is over. With the next one every conversation goes on (E7).
    else if (fault.code === "off-duty" && !asked) this.soon(() => this.beginDuty(DUTY_TRIES, null));
    else if (fault.code === "signed-out") this.signedOut();
    else if (fault.code === "lost-entries" && !asked) this.of(fault.sid ?? "")?.conversation.lose();
    else if (!ours) this.answer(fault.ref ?? 0, fault);
  }

  /** E7: an earlier load of this page, or an earlier duty key of it, is in. */
  private async rejoin(told: Told): Promise<void> {
    const known = this.of(told.sid);
    if (!this.duty || (known && equal(known.duty, this.duty.hash))) return;
    known?.forget();
    await this.open(told, known?.number);
  }

  private async open(from: Leased | Told, number?: number): Promise<void> {
    const { standing, certificate, duty, link, now, random } = this;
    if (!standing || !certificate || !duty || !link) return;
    // F2: a second pen of this duty key would begin at seq 0 again, and a key and nonce must never meet twice.
    const before = from.type === "leased" ? this.cases.find((c) => c.wants === from.sid) : undefined;
    if (before?.sid === from.sid) return before.leaseAgain(from as Leased);
    const spoke = this.of(from.sid)?.spoke(duty.hash) || this.left.has(`${duty.hash} ${from.sid}`);
    verify(!spoke, "F2", "a conversation that this page is in already");
    const request: Seat["request"] = (message, answered) => this.request(message, answered);
    const seat = { standing, certificate, duty, link, now, random, request, changed: () => this.changed() };
    const known = before?.number ?? number;
    if (known === undefined) this.numbers += 1;
    const opened = await Case.open(seat, from, known ?? this.numbers, before);
    const others = this.cases.filter((c) => c.sid !== opened.sid);
    this.cases = before ? others.map((c) => (c === before ? opened : c)) : [...others, opened];
    opened.follow();
  }

  /** E9: it ended because it goes on under another id; that one is taken by itself. */
  private heardEnd({ sid, reason, continuation }: Ended): void {
    const open = this.of(sid);
    if (reason !== "continued" || !continuation) open?.conversation.over(reason);
    else
      this.soon(async () => {
        await open?.isContinued(readSigned(continuation));
        this.takeWanted();
      });
  }

  /** A visitor who is away is passed over, and asked for again with every change of the queue. */
  private takeWanted(): void {
    if (!this.duty || this.linkState !== "online") return;
    for (const { wants } of this.cases) {
      if (wants) this.request({ type: "take", ref: 0, sid: wants }, () => {});
    }
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

  private request(message: CounsellorMessage, answered: (fault: Fault | null) => void): void {
    const ref = this.link?.ref() ?? 0;
    if (this.link?.send({ ...message, ref })) this.requests.set(ref, answered);
    else this.warn({ code: "offline" });
  }

  private answer(ref: number, fault: Fault | null): void {
    const answered = this.requests.get(ref);
    this.requests.delete(ref);
    if (answered) answered(fault);
    else if (fault) this.warn(faultView(fault));
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

  private of(sid: string): Case | undefined {
    return this.cases.find((c) => c.sid === sid);
  }

  /** By the name that it has on the screen. */
  private shown(id: string): Case | undefined {
    return this.cases.find((c) => c.id === id);
  }

  private changed(): void {
    this.options.onChange(this.view);
  }
}
