/**
 * Long polling as a way to the service, where sockets do not come through (S7): one request at a time, each of which brings
 * the place in the log and what is not answered yet, and hears what is new. It may reach any of the service's processes.
 * A request that fails ends the way; the next one begins as every connection does.
 */

import { b64 } from "./encoding.ts";
import { type Polled, readPolled } from "./inbox.ts";
import type { ServerMessage } from "./messages.ts";
import type { ClientMessage, Hearing, OpenWay, Way } from "./way.ts";

/** The service answers within 10 s; with this a dead request is found within 25 s. */
const ANSWER_MS = 18_000;
/** Of an answer: the service's bound, twice. */
const MOST = 512 * 1024;
const BATCH = 8;
const BATCH_CHARACTERS = 40_000;
/** So often the same messages are brought without an answer to any of them. */
const TRIES = 3;
/** Between two requests that only listen, so that nothing makes them run hot. */
const PAUSE_MS = 100;
const ID_BYTES = 32;

/** Where the log is held. */
interface Place {
  readonly sid: string;
  readonly capability: string;
  after: number;
}

/** `url` begins with http: or https:. */
export function byPolling(url: string): OpenWay {
  // One for the page: what it lost a moment ago is not somebody else to the service.
  const id = b64(crypto.getRandomValues(new Uint8Array(ID_BYTES)));
  return (hearing) => {
    const polling = new Polling(url, id, hearing);
    void polling.run();
    return polling;
  };
}

class Polling implements Way {
  private known: Polled["known"] = {};
  private place: Place | null = null;
  /** Not answered yet, in order. */
  private waiting: ClientMessage[] = [];
  private tries = 0;
  private welcomed = false;
  private over = false;
  /** Of the request under way, which listens only. */
  private listening: AbortController | null = null;

  constructor(
    private readonly url: string,
    private readonly id: string,
    private readonly hearing: Hearing,
  ) {}

  send(message: ClientMessage): boolean {
    if (!this.welcomed || this.over) return false;
    if (message.type === "follow" && message.capability) {
      this.place = { sid: message.sid, capability: message.capability, after: message.after };
    } else this.waiting.push(message);
    this.listening?.abort();
    return true;
  }

  /** A notice of leaving goes out all the same. */
  close(): void {
    this.over = true;
    const last = this.waiting.filter(({ type }) => type === "leave");
    if (last.length) void this.post(last, { keepalive: true }).catch(() => {});
    this.listening?.abort();
  }

  async run(): Promise<void> {
    try {
      while (!this.over) await this.round();
    } catch {
      this.end(0);
    }
  }

  private async round(): Promise<void> {
    const batch = this.batch();
    const began = Date.now();
    const polled = await this.ask(batch);
    if (!polled || this.over) return;
    this.hear(polled, batch);
    if (!batch.length) await passed(Math.max(0, PAUSE_MS - (Date.now() - began)));
  }

  private batch(): ClientMessage[] {
    let room = BATCH_CHARACTERS;
    const batch = this.waiting.slice(0, BATCH).filter((message) => {
      room -= JSON.stringify(message).length;
      return room >= 0;
    });
    return batch.length ? batch : this.waiting.slice(0, 1);
  }

  /** Null: there is no answer, because something is to be said first, or because the way is over. */
  private async ask(batch: readonly ClientMessage[]): Promise<Polled | null> {
    const ending = new AbortController();
    const timer = setTimeout(() => ending.abort("late"), ANSWER_MS);
    if (!batch.length) this.listening = ending;
    try {
      const answer = await this.post(batch, { signal: ending.signal });
      const said = answer.ok ? await answer.text() : "";
      const polled = said.length <= MOST ? readPolled(said) : null;
      if (polled) return polled;
    } catch {
      if (ending.signal.aborted && ending.signal.reason !== "late") return null;
    } finally {
      clearTimeout(timer);
      this.listening = null;
    }
    this.end(0);
    return null;
  }

  /** Nothing in it asks the service for leave first: no header of its own, no credentials. */
  private post(messages: readonly ClientMessage[], options: RequestInit): Promise<Response> {
    const { id, known, place } = this;
    const follow = place && { type: "follow", ref: 0, ...place };
    return fetch(this.url, {
      method: "POST",
      body: JSON.stringify({ id, known, follow, messages }),
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      ...options,
    });
  }

  private hear({ messages, known, closed }: Polled, batch: readonly ClientMessage[]): void {
    this.known = known;
    for (const message of messages) {
      this.note(message);
      if (!this.over) this.hearing.came(message);
    }
    if (!messages.length) this.hearing.came(null);
    const stuck = batch.length > 0 && batch.every((message) => this.waiting.includes(message));
    this.tries = stuck ? this.tries + 1 : 0;
    if (typeof closed === "number") this.end(closed);
    else if (this.tries >= TRIES) this.end(0);
  }

  private note(message: ServerMessage): void {
    if (message.type === "welcome") this.welcomed = true;
    const { place } = this;
    if (message.type === "entry" || message.type === "ack") {
      if (message.sid === place?.sid) place.after = Math.max(place.after, message.index);
    }
    if (!("ref" in message) || !message.ref) return;
    const answered = this.waiting.find(({ ref }) => ref === message.ref);
    this.waiting = this.waiting.filter((one) => one !== answered);
    if (answered?.type === "start" && message.type === "ack") {
      this.place = { sid: answered.sid, capability: answered.capability, after: message.index };
    }
  }

  private end(code: number): void {
    if (this.over) return;
    this.over = true;
    this.hearing.closed(code);
  }
}

function passed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
