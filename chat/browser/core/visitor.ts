/**
 * A visitor's page (K6): it owns the conversation's keys, lets counsellors in after verifying them (E5), and forgets
 * everything at once when the visitor leaves. What the screen shows is `view`; nothing else comes out.
 */

import { Admission } from "./admission.ts";
import { continueAs } from "./continuation.ts";
import { alarmOf, Conversation, faultView } from "./conversation.ts";
import { Early } from "./early.ts";
import { type Bytes, b64, type Realm, unb64 } from "./encoding.ts";
import { writeSigned } from "./entry.ts";
import { Refused, Unreachable, verify } from "./errors.ts";
import { Link, type OnWake } from "./link.ts";
import type { Meaning } from "./log.ts";
import type { Ended, Error as Fault, Freshness, Logged, ServerMessage, Start, Welcome } from "./messages.ts";
import { type Opening, openHere } from "./opening.ts";
import { Restoring } from "./restoring.ts";
import { Serial } from "./serial.ts";
import { Standing, wrongClock } from "./standing.ts";
import { type Thread, toParts } from "./thread.ts";
import { Veil } from "./veil.ts";
import type { ErrorView, LinkState, VisitorEnd, VisitorView } from "./view.ts";

/** So long a press of *End the chat* waits for the service before this page ends by itself. */
const END_MS = 10_000;

export type Entrance = "self" | "other" | "work";

export interface VisitorOptions {
  /** Of the service, such as "https://chat.example". */
  readonly origin: string;
  /** H(R) as base64url, pinned by the page. */
  readonly root: string;
  readonly realm?: Realm;
  readonly language: string;
  onChange(view: VisitorView): void;
  /** Sends a few bytes even while the page goes away. */
  readonly beacon?: (url: string, body: string) => boolean;
  readonly onWake?: OnWake;
  /** Unix seconds. */
  readonly clock?: () => number;
  readonly random?: (size: number) => Bytes;
}

/** What belongs to one conversation and to nobody else. */
type Keys = Pick<Opening, "sid" | "capability" | "leaveToken" | "pair">;

export class Visitor {
  private link: Link | null = null;
  private linkState: LinkState = "connecting";
  private standing: Standing | null = null;
  private conversation: Conversation | null = null;
  private admission: Admission | null = null;
  private keys: Keys | null = null;
  /** Of what is being continued, until that has ended. */
  private keysBefore: Keys | null = null;
  private startMessage: Start | null = null;
  private started = false;
  private readonly restoring = new Restoring();
  private readonly serial = new Serial();
  private entrance: Entrance | null = null;
  private readonly early = new Early();
  /** As long as nobody looks. */
  private veil: Veil | null = null;
  private covered = false;
  private phase: "start" | "connecting" | "open" | "closed" | "refused" | "ended" = "start";
  private place: number | null = null;
  private onDuty = 0;
  private within: number | null = null;
  private counsellors = 0;
  private alarm: ErrorView | null = null;
  private ended: VisitorEnd | null = null;
  private readonly now: () => number;
  private readonly random: (size: number) => Bytes;

  constructor(private readonly options: VisitorOptions) {
    const { clock } = options;
    this.now = () => Math.floor(clock ? clock() : Date.now() / 1000);
    this.random = options.random ?? ((size) => crypto.getRandomValues(new Uint8Array(size)));
  }

  // What a visitor does

  /** *Start chat*. */
  start(entrance: Entrance | null = null): void {
    if (this.phase !== "start" && this.phase !== "closed") return;
    this.entrance = entrance;
    this.phase = "connecting";
    this.alarm = null;
    this.changed();
    if (this.link) {
      this.soon(() => this.begin());
      return;
    }
    this.link = this.makeLink();
    this.link.open();
  }

  /** Kept until it is stored; it may be written before there is a link. Raises where it could not be kept. */
  write(text: string): void {
    if (this.conversation) this.conversation.write(text);
    else if (this.phase === "ended") throw new Refused("full");
    else if (toParts(text, this.random(16)).length) this.early.add(b64(this.random(16)), text);
    this.changed();
  }

  /** A person has seen what stands here. */
  read(): void {
    this.conversation?.read();
  }

  /** *End the chat*. */
  end(): void {
    if (!this.conversation || !this.started) {
      if (this.keys) this.sendNotice(this.keys);
      this.over("closed");
      return;
    }
    this.conversation.end();
    setTimeout(() => {
      if (this.ended || !this.keys) return;
      this.sendNotice(this.keys);
      this.over("closed");
    }, END_MS);
  }

  /** Nobody has looked for a while: texts leave the screen and are no longer kept as words; keys and place stay (Trace 6). */
  hide(): void {
    this.veil ??= new Veil();
    const { veil, conversation } = this;
    if (this.phase === "ended" || this.phase === "refused") conversation?.thread.wipe();
    else if (conversation) conversation.hide(veil);
    else this.soon(async () => (this.veil === veil ? this.early.hide(veil) : undefined));
    this.changed();
  }

  /** Somebody looks again. */
  show(): void {
    const { conversation } = this;
    this.veil = null;
    if (conversation) conversation.reveal();
    else this.soon(() => this.early.show());
  }

  /** *Someone came in* (Leave 9), and back: out of sight, and those who talk with this visitor are told. */
  cover(on: boolean): void {
    this.covered = on;
    this.conversation?.pause(on);
    if (on) this.hide();
    else this.show();
  }

  /** Out of sight for too long: as if left, and said so when somebody looks again. */
  expire(): void {
    this.vanish("unseen");
  }

  /** *Leave this page*: keys first, then the notice; nothing here waits for anything (Leave 3). */
  leave(): void {
    this.vanish("left-quickly");
  }

  private vanish(reason: VisitorEnd): void {
    const { keys, conversation } = this;
    this.early.wipe();
    this.conversation = null;
    conversation?.forget();
    conversation?.thread.wipe();
    this.keys = null;
    if (keys) this.sendNotice(keys);
    this.over(reason);
  }

  get view(): VisitorView {
    const { conversation, phase } = this;
    const members = conversation?.members ?? [];
    return {
      phase: phase !== "open" ? phase : conversation?.refused ? "refused" : this.stage,
      link: this.linkState,
      place: members.length ? null : this.place,
      onDuty: this.onDuty,
      within: this.within,
      demo: (this.standing?.trust.realm ?? this.options.realm) === "varsam-demo",
      messages: conversation?.hidden ? [] : (conversation?.thread.messages ?? this.early.messages),
      members,
      awaited: members.length ? [] : this.restoring.awaited,
      counsellorHere: this.counsellors > 0,
      alarm: conversation?.alarm ?? this.alarm,
      ended: this.ended,
    };
  }

  private get stage(): "talking" | "restoring" | "offered" | "waiting" {
    if (this.conversation?.members.length) return "talking";
    if (this.restoring.awaited.length) return "restoring";
    return this.admission?.offered ? "offered" : "waiting";
  }

  private makeLink(): Link {
    const { origin, onWake } = this.options;
    const events = {
      message: (message: ServerMessage) => this.received(message),
      state: (state: LinkState) => {
        this.linkState = state;
        this.changed();
      },
      refused: () => this.refuse({ code: "foreign-capability" }),
    };
    const socket = `${origin.replace(/^http/, "ws")}/v1/visitor`;
    return new Link(socket, events, onWake, `${origin}/v1/visitor/poll`);
  }

  // What the service says

  private received(message: ServerMessage): void {
    const { conversation } = this;
    switch (message.type) {
      case "welcome":
        this.soon(() => this.welcomed(message));
        break;
      case "freshness":
        this.soon(() => this.freshened(message));
        break;
      case "entry":
        if (message.sid === conversation?.name) conversation.received(message);
        break;
      case "ack":
        if (message.ref === this.startMessage?.ref) this.opened(message.index, message.at);
        else conversation?.acked(message);
        break;
      case "queue":
        if (message.sid !== conversation?.name) break;
        this.place = message.position;
        this.onDuty = message.on_duty;
        this.within = message.within ?? null;
        break;
      case "presence":
        if (message.sid === conversation?.name) this.counsellors = message.counsellors;
        break;
      case "ended":
        this.heardEnd(message);
        break;
      case "error":
        this.faulted(message);
        break;
    }
    this.changed();
  }

  /** E9: what is continued ends by that; where the service does not know it any more, there is nothing to continue. */
  private heardEnd({ sid, reason }: Ended): void {
    const gone = sid === this.restoring.before && !this.started && reason !== "continued";
    const over = reason === "continued" ? "unknown" : reason;
    if (gone || sid === this.conversation?.name) this.over(over);
  }

  /** After what the service said before; what it raises is refused in words. */
  private soon(work: () => Promise<void>): void {
    this.serial.run(
      async () => {
        if (this.phase === "ended" || this.phase === "refused") return;
        await work();
        this.changed();
      },
      (error) => (error instanceof Unreachable ? this.link?.again() : this.refuse(alarmOf(error))),
    );
  }

  private async welcomed(welcome: Welcome): Promise<void> {
    const { options, now } = this;
    const clock = wrongClock(welcome.now, now());
    if (clock) return this.started ? this.warn(clock) : this.refuse(clock);
    this.standing ??= Standing.of(welcome, options, now);
    this.standing.verifyWelcome(welcome);
    if (welcome.freshness) await this.standing.take(welcome.freshness);
    this.admission?.refreshed();
    if (this.started) this.resume();
    else await this.begin();
  }

  private async freshened(message: Freshness): Promise<void> {
    try {
      await this.standing?.take(message);
    } catch (error) {
      // What is held stays as it is: nobody is let in by this, and nobody is thrown out.
      if (error instanceof Unreachable) throw error;
      this.warn(alarmOf(error));
    }
    this.admission?.refreshed();
    if (this.phase === "closed") await this.begin();
  }

  /** K6, E2: keys and A_0, made once; sent again as they are until they are stored. */
  private async begin(): Promise<void> {
    const { startMessage, standing } = this;
    if (startMessage?.continues) return this.ask(startMessage);
    if (!standing?.fresh) return this.close({ code: "chat-closed" });
    this.phase = "connecting";
    this.alarm = null;
    this.startMessage ??= await this.makeStart(standing);
    this.ask(this.startMessage);
  }

  private ask(start: Start): void {
    this.link?.send(start);
  }

  private async makeStart(standing: Standing): Promise<Start> {
    const { link, entrance, random } = this;
    const { language } = this.options;
    const opening = await openHere(standing, random);
    await this.early.show();
    verify(link !== null && !this.ended, "K6", "the page was left");
    const conversation = this.takeUp(opening, standing, link);
    for (const text of this.early.take()) conversation.write(text);
    if (this.veil) conversation.hide(this.veil);
    const { sid, capability, announcement } = opening;
    return { type: "start", ref: link.ref(), sid, capability, announcement, language, entrance };
  }

  /** From now on this page is in that conversation. */
  private takeUp(opening: Opening, standing: Standing, link: Link, thread?: Thread): Conversation {
    const { now, random } = this;
    const { log, voice, reader, pair } = opening;
    const events = {
      changed: () => this.changed(),
      taken: async (meaning: Meaning, raw: Logged["entry"] | null) => this.admission?.taken(meaning, raw),
      knowRoster: (hash: Bytes) => standing.know(hash),
      lost: () => this.goOn(),
      random,
    };
    const conversation = new Conversation(log, voice, true, link, events, thread);
    const warn = (alarm: ErrorView) => this.warn(alarm);
    const { expected } = this.restoring;
    this.keys = opening;
    this.conversation = conversation;
    this.admission = new Admission({ conversation, reader, pair, expected, now, random, warn });
    if (this.covered) conversation.pause(true);
    return conversation;
  }

  /** E9: the store has lost a part. With new keys, under a new id, on the same screen, by the old key's word. */
  private goOn(): void {
    const { conversation: old, keys, standing, link, startMessage, restoring } = this;
    if (!old || !keys || !standing || !link || !startMessage) return;
    if (old.closing) {
      this.sendNotice(keys);
      this.over("closed");
    } else if (!restoring.may(this.now())) this.refuse({ code: "unverified", step: "E9" });
    else old.handOver(() => this.goOnFrom(old, keys, standing, link, startMessage));
  }

  private async goOnFrom(
    old: Conversation,
    keys: Keys,
    standing: Standing,
    link: Link,
    start: Start,
  ): Promise<void> {
    const { restoring } = this;
    const opening = await openHere(standing, this.random);
    const continues = writeSigned(await continueAs(old.log, keys.pair, unb64(opening.sid)));
    // Whoever left meanwhile does not go on.
    if (this.keys !== keys) return;
    this.keysBefore = keys;
    restoring.from(old.log, old.name);
    const next = this.takeUp(opening, standing, link, old.thread);
    old.goOnIn(next, restoring.epoch);
    if (this.veil) next.hide(this.veil);
    const { sid, capability, announcement } = opening;
    this.started = false;
    this.startMessage = { ...start, ref: link.ref(), sid, capability, announcement, continues };
    this.ask(this.startMessage);
    this.changed();
  }

  private opened(index: number, at: number): void {
    const { conversation, startMessage } = this;
    if (!conversation || !startMessage || index !== 1) return;
    this.phase = "open";
    if (this.started) return;
    this.started = true;
    this.keysBefore = null;
    conversation.received({
      type: "entry",
      sid: conversation.name,
      index,
      at,
      entry: startMessage.announcement,
    });
  }

  private resume(): void {
    const { conversation, keys } = this;
    if (!conversation || !keys) return;
    const { name: sid, log } = conversation;
    this.link?.send({
      type: "follow",
      ref: this.link.ref(),
      sid,
      after: log.index,
      capability: keys.capability,
    });
    conversation.relinked();
  }

  private faulted(fault: Fault): void {
    const { conversation } = this;
    if (conversation?.fault(fault)) return;
    if (fault.code === "lost-entries" && fault.sid === conversation?.name) conversation?.lose();
    if (fault.ref !== this.startMessage?.ref || this.started) return;
    const alarm = faultView(fault);
    if (fault.code === "busy" || fault.code === "too-fast") {
      setTimeout(
        () => this.startMessage && this.link?.send(this.startMessage),
        (fault.retry_after ?? 1) * 1000,
      );
    } else if (fault.code === "chat-closed" || fault.code === "queue-full") this.close(alarm);
    else this.refuse(alarm);
  }

  // How it ends

  private close(alarm: ErrorView): void {
    this.phase = "closed";
    this.alarm = alarm;
    this.changed();
  }

  private warn(alarm: ErrorView): void {
    if (this.conversation) this.conversation.alarm = alarm;
    else this.alarm = alarm;
    this.changed();
  }

  /** There is no fallback of any kind. */
  private refuse(alarm: ErrorView): void {
    if (this.phase === "ended") return;
    this.phase = "refused";
    this.alarm = alarm;
    this.link?.close();
    this.conversation?.forget();
    this.changed();
  }

  private over(reason: VisitorEnd): void {
    this.phase = "ended";
    this.ended ??= reason;
    this.keys = null;
    this.startMessage = null;
    if (reason !== "unseen") this.conversation?.over(reason);
    this.link?.close();
    this.changed();
  }

  private sendNotice(keys: Keys): void {
    for (const { sid, leaveToken } of [keys, ...(this.keysBefore ? [this.keysBefore] : [])]) {
      const notice = { sid, token: leaveToken };
      this.link?.send({ type: "leave", ref: this.link.ref(), ...notice });
      this.options.beacon?.(`${this.options.origin}/v1/leave`, JSON.stringify(notice));
    }
  }

  private changed(): void {
    this.options.onChange(this.view);
  }
}
