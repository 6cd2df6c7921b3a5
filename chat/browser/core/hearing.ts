/**
 * What was verified comes onto the screen: by whom it is there, which of the service's words are shown, and what of it has
 * to be told back. It verifies nothing and sends nothing.
 */

import { type Bytes, equal } from "./encoding.ts";
import type { Log, Meaning, Said } from "./log.ts";
import type { Outbox, Voice } from "./outbox.ts";
import type { Receipts } from "./receipts.ts";
import type { Thread } from "./thread.ts";
import type { MemberView } from "./view.ts";

export class Hearing {
  /** The epoch with which everybody is there again who was in the one that this one continues (E9). */
  restoredAt = -1;

  constructor(
    private readonly log: Log,
    private readonly voice: Voice,
    /** The visitor's page, or a member's. */
    private readonly visitor: boolean,
    private readonly thread: Thread,
    private readonly receipts: Receipts,
    private readonly outbox: Outbox,
  ) {}

  take(meaning: Meaning, index: number, at: number): void {
    const { thread, restoredAt } = this;
    switch (meaning.kind) {
      case "service":
        // On the screen it is one conversation: how it came to go on is not its visitors' and counsellors' concern (E9).
        if ((this.log.newest?.epoch ?? 0) >= restoredAt) thread.say(meaning.word, index, at);
        break;
      case "frame":
        this.hear(meaning.said);
        break;
      case "refuse":
        thread.say(meaning.withdrawn ? "withdrawn" : "refused", index, at);
        break;
      case "announcement":
        for (const said of meaning.opened) this.hear(said);
        for (const { pseudonym } of meaning.rejoined) thread.say("rejoined", index, at, pseudonym);
        for (const { pseudonym } of meaning.joined) thread.say("joined", index, at, pseudonym);
        for (const { pseudonym } of meaning.left) thread.say("left", index, at, pseudonym);
        if (meaning.announcement.epoch === restoredAt) thread.say("restored", index, at);
        break;
    }
  }

  private hear(said: Said): void {
    const { outbox, receipts, thread } = this;
    const mine = equal(said.header.sender, this.voice.name);
    const other = this.visitor === (said.by !== null);
    const by = mine ? "me" : this.isEarlier(said) ? "earlier" : other ? "other" : "ours";
    thread.take(said, by, said.by?.pseudonym ?? "visitor");
    const kind = said.repeated ? null : said.plain?.kind;
    if (!said.by && (kind === "pause" || kind === "resume")) outbox.paused = !mine && kind === "pause";
    if (by === "earlier") receipts.seen = Math.max(receipts.seen, thread.readBefore);
    if (mine) receipts.has(said.header.index);
    else receipts.plan();
  }

  /** Written by this device under an earlier duty key (E7). */
  private isEarlier({ by }: Said): boolean {
    const { certificate } = this.voice;
    return by !== null && certificate !== undefined && equal(by.certificate, certificate);
  }
}

/** E4: exactly the members of the newest announcement; `me`: this page's own name. */
export function membersOf(log: Log, me: Bytes): MemberView[] {
  return (log.newest?.members ?? []).map((member) => ({
    pseudonym: member.pseudonym,
    role: member.role,
    joining: log.isJoining(member),
    me: equal(member.duty, me),
  }));
}
