/**
 * A visitor's page (K6): it owns the conversation's keys, lets counsellors in after verifying them (E5), and forgets
 * everything at once when the visitor leaves. What the screen shows is `view`; nothing else comes out.
 */

import { Admission } from "./admission.ts";
import { alarmOf, faultView } from "./alarms.ts";
import type { Inside } from "./asking.ts";
import { Conversation, FOR_NOW } from "./conversation.ts";
import type { ConversationEvents } from "./conversation-events.ts";
import { Early } from "./early.ts";
import { type Bytes, b64 } from "./encoding.ts";
import { Refused, Unreachable, verify } from "./errors.ts";
import { giveNotice } from "./leaving.ts";
import { Link } from "./link.ts";
import type {
  Ended,
  Error as Fault,
  Freshness,
  Presence,
  Queue,
  ServerMessage,
  Signed,
  Start,
  Told,
  Welcome,
} from "./messages.ts";
import { asked, firstEntry, type Opening, openHere } from "./opening.ts";
import { clockOf, type Entrance, randomOf, type VisitorOptions } from "./options.ts";
import { Restoring, wordFor } from "./restoring.ts";
import { Serial } from "./serial.ts";
import { Sight } from "./sight.ts";
import { Standing, wrongClock } from "./standing.ts";
import { type Thread, toParts } from "./thread.ts";
import type { ErrorView, LinkState, VisitorEnd, VisitorView } from "./view.ts";

/** So long a press of *End the chat* waits for the service before this page ends by itself. */
const END_MS = 10_000;
/** Nothing is begun now, and it may be later. */
const CLOSED = ["chat-closed", "queue-full", "cooling-down"];

/** R1, R2 (coming-back.ts), where the visitor has made a code, or came back by one. */
export interface Returns {
  /** The word that a conversation goes on as this one. */
  readonly word?: (sid: Bytes) => Promise<Signed>;
  /** Whether a word says that this one goes on on another page. */
  readonly knows?: (word: Signed) => Promise<boolean>;
}

export class Visitor {
  private link: Link | null = null;
  private linkState: LinkState = "connecting";
  private standing: Standing | null = null;
  conversation: Conversation | null = null;
  private admission: Admission | null = null;
  keys: Opening | null = null;
  /** Of what is being continued, until that has ended. */
  private keysBefore: Opening | null = null;
  private startMessage: Start | null = null;
  private started = false;
  /** The request to follow. */
  private followed = 0;
  readonly restoring = new Restoring();
  /** What the code of the return code brings, which is not loaded with this one. */
  returns: Returns = {};
  private readonly serial = new Serial();
  private entrance: Entrance | null = null;
  private told: Told | null = null;
  /** The request by which something else was told than at the start; 0: none. */
  private retold = 0;
  private readonly early = new Early();
  private readonly sight = new Sight(this.early, (work) => this.soon(work));
  private phase: "start" | "connecting" | "open" | "closed" | "refused" | "ended" = "start";
  private queue: Queue | null = null;
  presence: Pick<Presence, "counsellors" | "guests"> = { counsellors: 0 };
  private alarm: ErrorView | null = null;
  private ended: VisitorEnd | null = null;
  /** Of an end for abuse: until when this page waits (Staff 5). */
  private until: number | null = null;
  private readonly now: () => number;
  private readonly random: (size: number) => Bytes;

  constructor(private readonly options: VisitorOptions) {
    this.now = clockOf(options);
    this.random = randomOf(options);
  }

  // What a visitor does

  /** *Start chat*. */
  start(entrance: Entrance | null = null, told: Told | null = null): void {
    if (this.phase !== "start" && this.phase !== "closed") return;
    this.entrance = entrance;
    this.told = told;
    this.phase = "connecting";
    this.alarm = null;
    this.changed();
    if (this.link) this.soon(() => this.begin());
    else this.openLink();
  }

  /** Something else than before, as long as nobody was let in (Before 7, 8). */
  tell(told: Told): void {
    this.told = told;
    this.retold = -1;
    if (this.startMessage) this.startMessage = { ...this.startMessage, told };
    this.tellAgain();
  }

  /** On every connection: an answer may have been lost. */
  private tellAgain(): void {
    const { conversation, link, told } = this;
    if (!this.retold || !this.started || !told || !link || !conversation || conversation.members.length)
      return;
    this.retold = link.ref();
    link.send({ type: "tell", ref: this.retold, sid: conversation.name, told });
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
    if (this.conversation && this.started) this.conversation.end();
    else this.endHere();
    setTimeout(() => this.endHere(), END_MS);
  }

  private endHere(): void {
    if (this.keys) this.sendNotice(this.keys);
    if (!this.ended) this.over("closed");
  }

  /** What is asked about and answered in a part of its own (E6, E8); null: there is nothing to ask about. */
  get inside(): Inside | null {
    const { admission, conversation, keys, link } = this;
    if (!admission || !conversation || !keys || !link) return null;
    return {
      admission,
      conversation,
      pair: keys.pair,
      link,
      now: this.now,
      warn: (alarm) => this.warn(alarm),
    };
  }

  /** The service refused what was asked for there. */
  onFault: ((fault: Fault) => void) | undefined;

  /** Nobody has looked for a while: texts leave the screen and are no longer kept as words; keys and place stay (Trace 6). */
  hide(): void {
    const over = this.phase === "ended" || this.phase === "refused";
    this.sight.hide(this.conversation, over);
    this.changed();
  }

  /** Somebody looks again. */
  show(): void {
    this.sight.show(this.conversation);
  }

  /** *Someone came in* (Leave 9), and back: out of sight, and those who talk with this visitor are told. */
  cover(on: boolean): void {
    this.sight.covered = on;
    this.conversation?.signal(on ? "pause" : "resume");
    if (on) this.hide();
    else this.show();
  }

  /** Out of sight for too long: as if left, and said so when somebody looks again. */
  expire(): void {
    this.vanish(this.returns.knows ? "kept" : "unseen");
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

  /** The conversation's id, once it has been begun with the service. */
  get sid(): string | null {
    return (this.started && this.conversation?.name) || null;
  }

  get view(): VisitorView {
    const { conversation, phase } = this;
    const members = conversation?.members ?? [];
    return {
      phase: phase !== "open" ? phase : conversation?.refused ? "refused" : this.stage,
      link: this.linkState,
      place: (!members.length && this.queue?.position) || null,
      onDuty: this.queue?.on_duty ?? 0,
      unmet: this.queue?.unmet ?? [],
      within: this.queue?.within ?? null,
      demo: (this.standing?.trust.realm ?? this.options.realm) === "varsam-demo",
      messages: conversation?.hidden ? [] : (conversation?.thread.messages ?? this.early.messages),
      members,
      awaited: members.length ? [] : this.restoring.awaited,
      asked: this.admission?.asked.length ?? 0,
      counsellorHere: this.presence.counsellors > 0,
      alarm: conversation?.alarm ?? this.alarm,
      ended: this.ended,
      until: this.until,
    };
  }

  private get stage(): "talking" | "restoring" | "offered" | "waiting" {
    if (this.conversation?.members.length) return "talking";
    if (this.restoring.awaited.length) return "restoring";
    return this.admission?.offered ? "offered" : "waiting";
  }

  private openLink(): void {
    const { origin, onWake, practice, polling } = this.options;
    const events = {
      message: (message: ServerMessage) => this.received(message),
      state: (state: LinkState) => {
        this.linkState = state;
        this.changed();
      },
      refused: () => this.refuse({ code: "foreign-capability" }),
    };
    const url = `${origin}/v1/${practice ? "practice" : "visitor"}`;
    this.link = new Link(url, events, onWake, polling?.(`${url}/poll`));
    this.link.open();
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
        if (message.sid === conversation?.name) this.queue = message;
        break;
      case "presence":
        if (message.sid === conversation?.name) this.presence = message;
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
  private heardEnd({ sid, reason, continuation, until }: Ended): void {
    const { knows } = this.returns;
    const here = sid === this.conversation?.name;
    if (until && this.keys && here) {
      this.until = until;
      this.options.cooling?.({ capability: this.keys.capability, until });
    }
    if (reason !== "continued") {
      const gone = sid === this.restoring.before && !this.started;
      if (gone || here) this.over(reason === "time" && knows ? "kept" : reason);
    } else if (here)
      // R2: another page goes on by the code; nothing may stay here.
      this.soon(async () =>
        this.vanish(continuation && (await knows?.(continuation)) ? "elsewhere" : "unknown"),
      );
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
    this.ask(startMessage ?? (await this.makeStart(standing)));
  }

  private ask(start: Start): void {
    this.startMessage = start;
    this.link?.send(start);
  }

  private async makeStart(standing: Standing): Promise<Start> {
    const { link, entrance, random } = this;
    const { language, before } = this.options;
    const opening = await openHere(standing, random);
    const continues = await this.returns.word?.(opening.log.sid);
    await this.early.show();
    verify(link !== null && !this.ended, "K6", "the page was left");
    const conversation = this.takeUp(opening, standing, link);
    for (const text of this.early.take()) conversation.write(text);
    this.sight.of(conversation);
    return {
      type: "start",
      ref: link.ref(),
      ...asked(opening),
      language,
      entrance,
      ...(before && { before }),
      continues: continues ?? null,
      ...(this.told && { told: this.told }),
    };
  }

  /** From now on this page is in that conversation. */
  private takeUp(opening: Opening, standing: Standing, link: Link, thread?: Thread): Conversation {
    const { now, random } = this;
    const { log, voice, reader, pair } = opening;
    const events: ConversationEvents = {
      changed: () => this.changed(),
      taken: async (meaning, raw) => this.admission?.taken(meaning, raw),
      knowRoster: (hash) => standing.know(hash),
      lost: () => this.goOn(),
      random,
    };
    const conversation = new Conversation(log, voice, true, link, events, thread);
    const warn = (alarm: ErrorView) => this.warn(alarm);
    const { expected } = this.restoring;
    this.keys = opening;
    this.conversation = conversation;
    this.admission = new Admission({ conversation, reader, pair, expected, now, random, warn });
    if (this.sight.covered) conversation.signal("pause");
    return conversation;
  }

  /** E9: the store has lost a part. With new keys, under a new id, on the same screen, by the old key's word. */
  private goOn(): void {
    const { conversation: old, keys, standing, link, startMessage, restoring } = this;
    if (!old || !keys || !standing || !link || !startMessage) return;
    if (old.closing) this.endHere();
    else if (!restoring.may(this.now())) this.refuse({ code: "unverified", step: "E9" });
    else
      old.handOver(async () => {
        const next = await openHere(standing, this.random);
        const continues = await wordFor(old.log, keys, next);
        // Whoever left meanwhile does not go on.
        if (this.keys !== keys) return;
        this.keysBefore = keys;
        restoring.from(old.log, old.name);
        const conversation = this.takeUp(next, standing, link, old.thread);
        old.goOnIn(conversation, restoring.epoch);
        this.sight.of(conversation);
        this.started = false;
        this.ask({ ...startMessage, ...asked(next), ref: link.ref(), continues });
        this.changed();
      });
  }

  private opened(index: number, at: number): void {
    const { conversation, startMessage } = this;
    if (!conversation || !startMessage || index !== 1) return;
    this.phase = "open";
    if (this.started) return;
    this.started = true;
    this.keysBefore = null;
    conversation.received(firstEntry(startMessage, at));
    this.tellAgain();
  }

  private resume(): void {
    const { conversation, keys } = this;
    if (!conversation || !keys) return;
    const { name: sid, log } = conversation;
    const { capability } = keys;
    this.followed = this.link?.ref() ?? 0;
    this.link?.send({ type: "follow", ref: this.followed, sid, after: log.index, capability });
    conversation.relinked();
    this.tellAgain();
  }

  private faulted(fault: Fault): void {
    const { conversation } = this;
    if (conversation?.fault(fault)) return;
    this.onFault?.(fault);
    if (fault.ref === this.retold && FOR_NOW.includes(fault.code)) setTimeout(() => this.tellAgain(), 1_000);
    if (fault.ref === this.followed && FOR_NOW.includes(fault.code)) this.link?.again();
    if (fault.code === "lost-entries" && fault.sid === conversation?.name) conversation?.lose();
    if (fault.ref !== this.startMessage?.ref || this.started) return;
    const alarm = faultView(fault);
    if (FOR_NOW.includes(fault.code)) {
      const again = () => this.startMessage && this.link?.send(this.startMessage);
      setTimeout(again, (fault.retry_after ?? 1) * 1000);
    } else if (CLOSED.includes(fault.code)) this.close(alarm);
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
    // Why is for the screen; to the conversation it is all one.
    if (reason !== "unseen") this.conversation?.over("closed");
    this.link?.close();
    this.changed();
  }

  private sendNotice(keys: Opening): void {
    for (const one of [keys, this.keysBefore]) if (one) giveNotice(one, this.link, this.options);
  }

  private changed(): void {
    this.options.onChange(this.view);
  }
}
