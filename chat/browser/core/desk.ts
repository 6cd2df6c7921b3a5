/**
 * A counsellor's page: signed in with its device (K3), on duty with keys of its own (K5), taking visitors from the queue
 * and in several conversations at once. What the screen shows is `view`; nothing else comes out.
 */

import { Case, type Seat } from "./case.ts";
import type { Certificate, SignedBytes } from "./chain.ts";
import { alarmOf } from "./conversation.ts";
import { certify, type Device, makeDevice } from "./device.ts";
import { type Duty, makeDuty } from "./duty.ts";
import { type Bytes, digest, equal, type Realm } from "./encoding.ts";
import { writeSigned } from "./entry.ts";
import { Unreachable, verify } from "./errors.ts";
import { Link, type OnWake } from "./link.ts";
import type {
  CounsellorMessage,
  Desk as DeskMessage,
  Error as Fault,
  Freshness,
  Leased,
  ServerMessage,
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
  readonly onWake?: OnWake;
  /** Unix seconds. */
  readonly clock?: () => number;
  readonly random?: (size: number) => Bytes;
}

export class Desk {
  private link: Link | null = null;
  private linkState: LinkState = "connecting";
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

  /** Sign in to a demo: this page makes its device's keys, and the demo's registrar certifies them. */
  signIn(pseudonym: string): void {
    this.soon(async () => {
      if (this.link) return;
      this.device ??= await makeDevice();
      this.papers = await certify(this.device, this.options, pseudonym);
      this.connect();
    });
  }

  goOnDuty(): void {
    this.soon(() => this.beginDuty(DUTY_TRIES));
  }

  /** The service refuses it while conversations are open. */
  goOffDuty(): void {
    this.ask({ type: "duty-off", ref: 0 }, () => {
      this.onDuty = false;
      this.duty = null;
      this.cases = this.cases.filter((c) => c.over);
    });
  }

  /** *Take next*. */
  take(): void {
    this.ask({ type: "take", ref: 0 }, () => {});
  }

  write(sid: string, text: string): void {
    this.of(sid)?.conversation.write(text);
  }

  /** A person has seen what stands there. */
  read(sid: string): void {
    this.of(sid)?.conversation.read();
  }

  /** *End the chat*. */
  end(sid: string): void {
    const open = this.of(sid);
    if (open?.admitted) open.conversation.end();
    else this.dismiss(sid);
  }

  /** Off the screen; a visitor who was not let in yet goes back to the same place. */
  dismiss(sid: string): void {
    this.of(sid)?.dismiss();
    this.cases = this.cases.filter((c) => c.sid !== sid);
    this.changed();
  }

  get view(): DeskView {
    return {
      link: this.linkState,
      signedInAs: this.certificate?.pseudonym ?? null,
      demo: (this.standing?.trust.realm ?? this.options.realm) === "varsam-demo",
      onDuty: this.onDuty,
      capacity: CAPACITY,
      waiting: this.queue.waiting.map((w) => ({
        since: w.since,
        language: w.language,
        entrance: w.entrance ?? null,
        leased: w.leased ?? false,
        away: w.away ?? false,
      })),
      waitingLength: this.queue.length,
      colleagues: this.queue.on_duty,
      conversations: this.cases.map((c) => c.view),
      alarm: this.alarm,
    };
  }

  // Signing in, and on duty

  private connect(): void {
    const { origin, onWake } = this.options;
    const events = {
      message: (message: ServerMessage) => this.received(message),
      state: (state: LinkState) => {
        this.linkState = state;
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
    for (const open of this.cases) open.conversation.stop({ code: "signed-out" });
    this.certificate = null;
    this.duty = null;
    this.onDuty = false;
    this.warn({ code: "signed-out" });
  }

  private async beginDuty(tries: number): Promise<void> {
    const { standing, certificate, device } = this;
    if (!standing || !certificate || !device || !this.link) return this.warn({ code: "signed-out" });
    this.duty ??= await makeDuty(standing.trust.realm, certificate.hash, device.signing, this.now());
    await standing.learn([this.duty.signed]);
    this.sendDuty((fault) => {
      if (fault?.code === "unverified" && tries > 1) {
        setTimeout(() => this.soon(() => this.beginDuty(tries - 1)), DUTY_RETRY_MS);
      } else if (fault) this.warn(faultView(fault));
      else this.onDuty = true;
    });
  }

  private sendDuty(answered: (fault: Fault | null) => void): void {
    if (!this.duty) return;
    const documents = this.papers.map(writeSigned);
    const message = {
      type: "duty-on",
      ref: 0,
      duty: writeSigned(this.duty.signed),
      documents,
      capacity: CAPACITY,
    };
    this.request(message as CounsellorMessage, answered);
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
        break;
      case "leased":
        this.requests.delete(message.ref);
        this.soon(() => this.open(message));
        break;
      case "entry":
        this.of(message.sid)?.conversation.received(message);
        break;
      case "ack":
        this.of(message.sid)?.conversation.acked(message);
        break;
      case "ended":
        this.of(message.sid)?.conversation.over(message.reason);
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
    this.certificate ??= await this.ownCertificate(standing);
    if (!this.onDuty) return;
    this.sendDuty((fault) => {
      if (fault) this.warn(faultView(fault));
    });
    for (const open of this.cases) open.follow();
  }

  private async freshened(message: Freshness): Promise<void> {
    const { standing } = this;
    await standing?.take(message);
    if (standing) this.certificate ??= await this.ownCertificate(standing);
  }

  /** K1–K3: what the registrar certified is this device and nothing else. */
  private async ownCertificate(standing: Standing): Promise<Certificate> {
    const { device, papers } = this;
    const mine = papers.at(-1);
    verify(device !== null && mine !== undefined, "K3", "there is no certificate");
    const certificate = await standing.trust.certificate(
      await digest(mine.doc),
      standing.documents,
      this.now(),
    );
    const same =
      equal(certificate.signatureKey, device.signing.publicKey) &&
      equal(certificate.hpkeKey, device.hpke.publicKey);
    verify(same, "K3", "the certificate is another device's");
    return certificate;
  }

  private present(sid: string, visitorHere: boolean): void {
    const open = this.of(sid);
    if (open) open.visitorHere = visitorHere;
  }

  private faulted(fault: Fault): void {
    for (const { conversation } of this.cases) if (conversation.fault(fault)) return;
    if (fault.code === "signed-out") this.signedOut();
    else this.answer(fault.ref ?? 0, fault);
  }

  private async open(leased: Leased): Promise<void> {
    const { standing, certificate, duty, link, now, random } = this;
    if (!standing || !certificate || !duty || !link) return;
    // F2: a second pen of this duty key would begin at seq 0 again, and a key and nonce must never meet twice.
    verify(!this.of(leased.sid)?.admitted, "F2", "a conversation that this page is in already");
    const request: Seat["request"] = (message, answered) => this.request(message, answered);
    const seat = { standing, certificate, duty, link, now, random, request, changed: () => this.changed() };
    this.numbers += 1;
    const opened = await Case.open(seat, leased, this.numbers);
    this.cases = [...this.cases.filter((c) => c.sid !== opened.sid), opened];
    opened.follow();
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
    this.alarm = alarm;
    this.changed();
  }

  private of(sid: string): Case | undefined {
    return this.cases.find((c) => c.sid === sid);
  }

  private changed(): void {
    this.options.onChange(this.view);
  }
}

function faultView({ code, retry_after }: Fault): ErrorView {
  return { code, ...(retry_after ? { retryAfter: retry_after } : {}) };
}
