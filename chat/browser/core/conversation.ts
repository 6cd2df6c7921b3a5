/**
 * One conversation on one page, a visitor's or a counsellor's: entries come in and are verified, what is written goes out
 * and is kept until it is stored, and the screen is told. What only one of the two sides does is in visitor.ts and desk.ts.
 */

import { ABSENT, type Bytes, b64, equal } from "./encoding.ts";
import { type Entry, readEntry, writeFrame } from "./entry.ts";
import { parseAnnouncement } from "./epochs.ts";
import { Refused, Unreachable, VerificationError } from "./errors.ts";
import { countsBody, type Kind, parseHeader } from "./frames.ts";
import type { Link } from "./link.ts";
import type { Log, Meaning, Said } from "./log.ts";
import { memberOf } from "./membership.ts";
import type { Ack, ClientEntry, Error as Fault, Logged } from "./messages.ts";
import { type Draft, Outbox, type Voice } from "./outbox.ts";
import { Receipts } from "./receipts.ts";
import { Serial } from "./serial.ts";
import { Thread, toParts } from "./thread.ts";
import { Unseen } from "./unseen.ts";
import type { Veil } from "./veil.ts";
import type { EndReason, ErrorView, MemberView } from "./view.ts";

const RETRY_S = 1;
const MAX_RETRIES = 30;
const CLOSE_MS = 3_000;
const ID_BYTES = 16;
/** What is refused for now, and sent again as it is (S3); a frame also when what comes before it must be sent again. */
const FOR_NOW: readonly string[] = ["busy", "too-fast"];
const FOR_NOW_FRAMES: readonly string[] = [...FOR_NOW, "gap", "wrong-moment"];

/** An announcement or an offer of this page, until it is stored or refused. */
interface Statement {
  readonly entry: Entry;
  readonly message: ClientEntry;
  ref: number | null;
  readonly refused: (code: string) => void;
}

export interface ConversationEvents {
  changed(): void;
  /** An entry was verified and taken. `raw`: as it came, with what stands beside its signed bytes; null: our own. */
  taken(meaning: Meaning, raw: Logged["entry"] | null): Promise<void>;
  /** A roster that an announcement names. */
  knowRoster(hash: Bytes): Promise<void>;
  /** The store has lost entries that are held here (S3): it is continued, or waits for that (E9). */
  lost(): void;
  random(size: number): Bytes;
}

export class Conversation {
  readonly name: string;
  /** What was refused last; it stands until a person has read it. */
  alarm: ErrorView | null = null;
  ended: EndReason | null = null;
  /** Something was refused: nothing is taken or sent any more (E4, F4). */
  refused = false;
  /** Entries that are held here are gone: nothing is taken or sent any more (S3). */
  lost = false;
  closing = false;
  private forgotten = false;
  /** The epoch with which everybody is there again who was in the one that this one continues (E9). */
  private restoredAt = -1;
  private readonly receipts: Receipts;
  private readonly serial = new Serial();
  private readonly unseen: Unseen;
  private readonly outbox: Outbox;
  private statement: Statement | null = null;
  /** What was appended over this link, until it is answered: an `ack` stands for it in the log. */
  private readonly sent = new Map<number, Entry>();
  private closeSent = false;
  private retries = 0;

  constructor(
    readonly log: Log,
    private readonly voice: Voice,
    /** The visitor's page, or a member's. */
    private readonly visitor: boolean,
    private readonly link: Link,
    private readonly events: ConversationEvents,
    readonly thread = new Thread(),
  ) {
    this.name = b64(log.sid);
    this.receipts = new Receipts(thread, () => this.soon(() => this.giveReceipt()));
    this.outbox = new Outbox(log.trust.realm, log, voice, (entry) => this.post(entry, writeFrame(entry)));
    this.unseen = new Unseen(this.thread, this.outbox);
  }

  /** E4: exactly the members of the newest announcement. */
  get members(): MemberView[] {
    return (this.log.newest?.members ?? []).map((member) => ({
      pseudonym: member.pseudonym,
      role: member.role,
      joining: this.log.isJoining(member),
      me: equal(member.duty, this.voice.name),
    }));
  }

  /** An announcement or an offer of ours is under way. */
  get stating(): boolean {
    return this.statement !== null;
  }

  get unread(): number {
    return this.thread.unread(this.receipts.seen);
  }

  /** After the last step so far; what it raises is refused in words. */
  soon(work: () => Promise<void>): void {
    this.serial.run(
      async () => {
        const over = this.refused || this.ended || this.forgotten || this.lost;
        if (!over) await this.unseen.lift(work);
      },
      (error) => (error instanceof Unreachable ? this.link.again() : this.refuse(error)),
    );
  }

  // Out of sight (Trace 6)

  /** Nobody looks: what was written and heard is no longer kept as words. */
  hide(veil: Veil): void {
    if (this.unseen.hide(veil)) this.soon(async () => {});
  }

  /** Somebody looks again. */
  reveal(): void {
    this.serial.run(
      async () => {
        await this.unseen.reveal();
        this.events.changed();
      },
      (error) => this.refuse(error),
    );
  }

  get hidden(): boolean {
    return this.unseen.hidden;
  }

  // In

  received({ index, at, entry: raw }: Logged): void {
    this.soon(async () => {
      const entry = readEntry(raw);
      if (index > this.log.index) await this.take(entry, index, at, raw);
      else await this.recognise(entry, index);
    });
  }

  /** S3: what was held and is not itself any more, the store has lost. */
  private async recognise(entry: Entry, index: number): Promise<void> {
    if (!(await this.log.holds(entry, index))) this.lose();
  }

  /** S3: our own entry in its place; of an index that was passed it is the answer to a repeat. */
  acked({ ref, index, at }: Ack): void {
    const entry = this.sent.get(ref);
    this.sent.delete(ref);
    this.soon(async () => {
      if (entry && index > this.log.index) await this.take(entry, index, at, null);
      else if (entry) await this.recognise(entry, index);
    });
  }

  private async take(entry: Entry, index: number, at: number, raw: Logged["entry"] | null): Promise<void> {
    // A hole is the link's fault: from the entry held on, it is asked for again (S2).
    if (index !== this.log.index + 1) throw new Unreachable("entries are missing");
    if (entry.kind === "announcement" && this.log.newest) {
      const { roster } = await parseAnnouncement(this.log.trust.realm, entry.doc);
      if (roster.length) await this.events.knowRoster(roster);
    }
    const meaning = await this.log.take(entry, index, at);
    // Whoever left while this was verified must not find a secret or a word of it afterwards.
    if (this.forgotten) return this.log.wipe();
    if (entry.kind === "frame") this.outbox.stored(entry.header);
    else if (entry.kind !== "service" && this.statement && equal(entry.doc, docOf(this.statement.entry))) {
      this.settle();
    }
    this.show(meaning, index, at);
    await this.events.taken(meaning, raw);
    await this.flush();
    this.events.changed();
  }

  private show(meaning: Meaning, index: number, at: number): void {
    switch (meaning.kind) {
      case "service":
        // On the screen it is one conversation: how it came to go on is not its visitors' and counsellors' concern (E9).
        if ((this.log.newest?.epoch ?? 0) >= this.restoredAt) this.thread.say(meaning.word, index, at);
        break;
      case "frame":
        this.hear(meaning.said);
        break;
      case "announcement":
        for (const said of meaning.opened) this.hear(said);
        for (const { pseudonym } of meaning.rejoined) this.thread.say("rejoined", index, at, pseudonym);
        if (meaning.announcement.epoch === this.restoredAt) this.thread.say("restored", index, at);
        break;
    }
  }

  private hear(said: Said): void {
    const mine = equal(said.header.sender, this.voice.name);
    const other = this.visitor === (said.by !== null);
    const by = mine ? "me" : this.isEarlier(said) ? "earlier" : other ? "other" : "ours";
    this.thread.take(said, by, said.by?.pseudonym ?? "visitor");
    const kind = said.repeated ? null : said.plain?.kind;
    if (!said.by && (kind === "pause" || kind === "resume")) this.outbox.paused = !mine && kind === "pause";
    const { receipts } = this;
    if (by === "earlier") receipts.seen = Math.max(receipts.seen, this.thread.readBefore);
    if (mine) receipts.has(said.header.index);
    else receipts.plan();
  }

  /** Written by this device under an earlier duty key (E7). */
  private isEarlier({ by }: Said): boolean {
    const { certificate } = this.voice;
    return by !== null && certificate !== undefined && equal(by.certificate, certificate);
  }

  // Out

  /** Kept until it is stored. Raises where it could not be kept. */
  write(words: string): void {
    const id = this.events.random(ID_BYTES);
    const plains = toParts(words, id);
    if (this.ended || this.refused || this.closing) throw new Refused("unknown-conversation");
    if (!this.outbox.add(plains)) throw new Refused("full");
    if (plains.length) this.thread.write(words, id, plains.length);
    this.soon(() => this.flush());
    this.events.changed();
  }

  /** This page's own line in the log, by its code; `about`: whom. */
  tell(code: string, about = ""): void {
    this.thread.say(code, this.log.index, 0, about);
    this.events.changed();
  }

  /** Leave 9: the visitor's page was covered, or uncovered; the members are told (F2). */
  pause(on: boolean): void {
    this.say(on ? "pause" : "resume", ABSENT);
    this.soon(() => this.flush());
  }

  /** The visitor's page is covered, and what is written here waits. */
  get paused(): boolean {
    return this.outbox.paused;
  }

  /** A person has seen everything that stands here. */
  read(): void {
    const first = !this.visitor && this.members.some((m) => m.me && m.joining);
    this.receipts.read(this.log.index, first);
    this.events.changed();
  }

  /** Append an announcement or an offer; nothing is sealed until it is settled. */
  state(entry: Entry, message: ClientEntry, refused: (code: string) => void): void {
    this.outbox.held = true;
    this.statement = { entry, message, ref: this.post(entry, message), refused };
  }

  /** F5: the counts, then `close`. */
  end(): void {
    this.closing = true;
    this.soon(async () => {
      if (this.mayWrite) this.say("end", countsBody(this.log.counts));
      await this.flush();
      this.close();
    });
    setTimeout(() => this.sendClose(), CLOSE_MS);
  }

  private close(): void {
    if (this.closing && this.outbox.empty) this.sendClose();
  }

  private sendClose(): void {
    if (this.ended || this.closeSent) return;
    this.closeSent = this.link.send({ type: "close", ref: this.link.ref(), sid: this.name });
  }

  /** After a new `follow` over a new link: what was under way is sent again, in the same order. */
  relinked(): void {
    this.sent.clear();
    this.resend();
  }

  private resend(): void {
    this.soon(async () => {
      this.outbox.resend();
      this.closeSent = false;
      await this.flush();
      if (this.statement) this.statement.ref = this.post(this.statement.entry, this.statement.message);
      this.close();
    });
  }

  /** The service refused a request of this conversation. True: it was one of ours. */
  fault({ ref, code, retry_after }: Fault): boolean {
    if (typeof ref !== "number" || !this.sent.delete(ref)) return false;
    this.soon(async () => {
      const draft = this.outbox.of(ref);
      // Sent once more since: the later request's answer counts.
      if (!draft && this.statement?.ref !== ref) return;
      if (code === "lost-entries" || (code === "gap" && this.standsBefore(draft))) return this.lose();
      const passing = draft ? FOR_NOW_FRAMES : FOR_NOW;
      if (passing.includes(code) && this.retries < MAX_RETRIES) return this.retry(retry_after ?? RETRY_S);
      if (draft && code === "stale-epoch") this.outbox.unseal(draft);
      else if (draft) {
        this.outbox.drop(draft);
        this.alarm = { code };
      } else this.settle()?.refused(code);
      await this.flush();
      this.events.changed();
    });
    return true;
  }

  /** S3: all that comes before it was acknowledged, and the service has less. */
  private standsBefore(draft: Draft | undefined): boolean {
    const { log } = this;
    return !draft?.sealed || log.holdsBefore(parseHeader(log.trust.realm, draft.sealed.entry.header));
  }

  private retry(seconds: number): void {
    this.retries += 1;
    setTimeout(() => this.resend(), seconds * 1000);
  }

  private settle(): Statement | null {
    const { statement } = this;
    this.statement = null;
    this.outbox.held = false;
    return statement;
  }

  private async flush(): Promise<void> {
    await this.outbox.flush(this.mayWrite);
    if (this.outbox.empty) {
      this.retries = 0;
      this.close();
    }
  }

  /** F4: a member of the newest announcement; or the visitor, as long as everybody in it counts (K4). */
  private get mayWrite(): boolean {
    const { newest, trust } = this.log;
    if (!newest) return false;
    if (this.visitor) return newest.members.every((m) => trust.counts(m.certificate));
    return memberOf(newest, this.voice.name) !== undefined;
  }

  private post(entry: Entry, message: ClientEntry): number | null {
    const ref = this.link.ref();
    if (!this.link.send({ type: "append", ref, sid: this.name, entry: message })) return null;
    this.sent.set(ref, entry);
    return ref;
  }

  private say(kind: Kind, body: Bytes): void {
    this.outbox.add([{ kind, id: this.events.random(ID_BYTES), part: 0, parts: 1, body }]);
  }

  private async giveReceipt(): Promise<void> {
    if (!this.mayWrite || !this.log.newest?.members.length) return;
    const receipt = this.receipts.next(this.log.index);
    if (receipt) this.say(receipt.kind, receipt.body);
    await this.flush();
  }

  // Going on under another id (E9)

  /** S3: the log is never repaired. */
  lose(): void {
    if (this.lost || this.refused || this.ended || this.forgotten) return;
    this.lost = true;
    this.receipts.stop();
    this.events.lost();
    this.events.changed();
  }

  /** After the last step, with all words. */
  handOver(work: () => Promise<void>): void {
    this.serial.run(
      async () => {
        if (this.forgotten) return;
        await this.unseen.reveal();
        await work();
      },
      (error) => this.refuse(error),
    );
  }

  /**
   * That one, with this one's thread, continues it: what the others may not hold is sent again. `epoch`: the one with which
   * everybody is there again.
   */
  goOnIn(next: Conversation, epoch: number): void {
    const { log, thread, visitor } = this;
    const kept = next.outbox.add(thread.goOn(log.index, log.heldByOthers(visitor)));
    if (!kept) next.alarm = { code: "full" };
    next.receipts.goOn(this.receipts, log.index);
    next.restoredAt = epoch;
    this.forget();
  }

  // Over

  /** Refused at once, visibly; nothing more is taken or sent. */
  refuse(error: unknown): void {
    this.stop(alarmOf(error));
  }

  stop(alarm: ErrorView): void {
    if (this.ended) return;
    this.refused = true;
    this.alarm = alarm;
    this.forget();
    this.events.changed();
  }

  over(reason: EndReason): void {
    // Behind the last words, which stand before it in the log.
    this.serial.run(
      async () => {
        this.ended ??= reason;
        this.forget();
        this.events.changed();
      },
      () => {},
    );
  }

  /** Keys and what was not sent: gone now. */
  forget(): void {
    this.forgotten = true;
    this.unseen.wipe();
    this.receipts.stop();
    this.log.wipe();
    this.outbox.wipe();
    this.statement = null;
  }
}

/** E4, K7: what could not be verified is shown with its step; anything else was no message of this protocol. */
export function alarmOf(error: unknown): ErrorView {
  if (error instanceof VerificationError) return { code: "unverified", step: error.step };
  return { code: error instanceof Refused ? error.code : "malformed" };
}

/** What the service refused. */
export function faultView({ code, retry_after }: Fault): ErrorView {
  return { code, ...(retry_after ? { retryAfter: retry_after } : {}) };
}

function docOf(entry: Entry): Bytes {
  return entry.kind === "frame" ? entry.header : entry.doc;
}
