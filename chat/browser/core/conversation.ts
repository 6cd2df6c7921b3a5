/**
 * One conversation on one page, a visitor's or a counsellor's: entries come in and are verified, what is written goes out
 * and is kept until it is stored, and the screen is told. What only one of the two sides does is in visitor.ts and desk.ts.
 */

import { alarmOf } from "./alarms.ts";
import type { ConversationEvents } from "./conversation-events.ts";
import { ABSENT, type Bytes, b64, equal } from "./encoding.ts";
import { type Entry, readEntry, signedDoc, writeFrame } from "./entry.ts";
import { parseAnnouncement } from "./epochs.ts";
import { Refused, Unreachable } from "./errors.ts";
import { countsBody, type Kind } from "./frames.ts";
import { Hearing, membersOf } from "./hearing.ts";
import type { Link } from "./link.ts";
import type { Log } from "./log.ts";
import type { Ack, Append, ClientEntry, Error as Fault, Logged } from "./messages.ts";
import { Outbox, type Voice } from "./outbox.ts";
import { Receipts } from "./receipts.ts";
import { Serial } from "./serial.ts";
import type { Statement } from "./statement.ts";
import { Thread, toParts } from "./thread.ts";
import { Unseen } from "./unseen.ts";
import type { Veil } from "./veil.ts";
import type { EndReason, ErrorView, MemberView } from "./view.ts";

const RETRY_S = 1;
const MAX_RETRIES = 30;
const CLOSE_MS = 3_000;
const ID_BYTES = 16;
/** What is refused for now, and sent again as it is (S3); a frame also when what comes before it must be sent again. */
export const FOR_NOW: readonly string[] = ["busy", "too-fast"];
const FOR_NOW_FRAMES: readonly string[] = [...FOR_NOW, "gap", "wrong-moment"];

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
  private coolDown = false;
  private forgotten = false;
  private readonly receipts: Receipts;
  private readonly serial = new Serial();
  private readonly unseen: Unseen;
  private readonly outbox: Outbox;
  private readonly hearing: Hearing;
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
    this.hearing = new Hearing(log, voice, visitor, thread, this.receipts, this.outbox);
    this.unseen = new Unseen(this.thread, this.outbox);
  }

  /** E4: exactly the members of the newest announcement. */
  get members(): MemberView[] {
    return membersOf(this.log, this.voice.name);
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
    else if (
      entry.kind !== "service" &&
      this.statement &&
      equal(entry.doc, signedDoc(this.statement.entry))
    ) {
      this.settle();
    }
    this.hearing.take(meaning, index, at);
    await this.events.taken(meaning, raw);
    await this.flush();
    this.events.changed();
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

  /** Leave 9: the visitor's page was covered, or uncovered. E6: this member leaves. The others are told (F2). */
  signal(kind: "pause" | "resume" | "leave"): void {
    this.say(kind, ABSENT);
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

  /** Append an announcement, an offer or a return key; nothing is sealed until it is settled. */
  state(
    entry: Entry,
    message: ClientEntry,
    refused: (code: string) => void,
    beside: Pick<Append, "code"> = {},
  ): void {
    this.outbox.held = true;
    this.statement = { entry, message, beside, ref: this.post(entry, message, beside), refused };
  }

  /** F5: the counts, then `close`; for abuse with a cool-down. */
  end(coolDown = false): void {
    this.closing = true;
    this.coolDown = coolDown;
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
    const { coolDown: cool_down, link } = this;
    this.closeSent = link.send({ type: "close", ref: link.ref(), sid: this.name, cool_down });
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
      const { statement } = this;
      if (statement) statement.ref = this.post(statement.entry, statement.message, statement.beside);
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
      if (code === "lost-entries" || (code === "gap" && (!draft || this.outbox.standsBefore(draft))))
        return this.lose();
      const passing = draft ? FOR_NOW_FRAMES : FOR_NOW;
      // How it ended is on its way, and may be that it goes on (S6, E9).
      if (draft && code === "unknown-conversation") return;
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

  private get mayWrite(): boolean {
    return this.log.letsWrite(this.voice.name);
  }

  private post(entry: Entry, message: ClientEntry, beside?: Pick<Append, "code">): number | null {
    const ref = this.link.ref();
    if (!this.link.send({ type: "append", ref, sid: this.name, entry: message, ...beside })) return null;
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

  /** S3: the log is never repaired. Of one that has not begun there is nothing to lose. */
  lose(): void {
    if (!this.log.index || this.lost || this.refused || this.ended || this.forgotten) return;
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
    next.hearing.restoredAt = epoch;
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
