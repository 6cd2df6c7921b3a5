/**
 * The link to the service: messages both ways over something that comes back by itself. It knows no conversation and no
 * key. Reconnecting is the same as connecting: whoever uses it begins anew at every `welcome` (S2).
 */

import { type Read, readMessage } from "./inbox.ts";
import type { ServerMessage } from "./messages.ts";
import { bySocket } from "./socket.ts";
import type { LinkState } from "./view.ts";
import type { ClientMessage, OpenWay, Way } from "./way.ts";

export type { ClientMessage } from "./way.ts";

const RETRY_LEAST_MS = 300;
const RETRY_MOST_MS = 10_000;
const WELCOME_MS = 10_000;
/** Of sockets that this page has never seen work, where there is another way. */
const UNPROVEN_MS = 5_000;
/** So many sockets that die young in a row, and the other way is tried; one is enough where none ever came through. */
const DEATHS = 3;
const YOUNG_MS = 30_000;
/** So long after sockets were given up they are tried again beside the other way; and whenever the page wakes. */
const SOCKETS_AGAIN_MS = 5 * 60_000;
/** Silence for so long is asked about, and then for so long waited: a half-open link is found within 25 s. */
const PING_MS = 12_000;
const PONG_MS = 8_000;
/** What lives so long has not failed. */
const STEADY_MS = 5_000;
/** One waking is told in several events. */
const WAKE_MS = 1_000;
/** Close codes after which the same attempt would fail again: wrong origin or role, signed out, foreign capability. */
const FINAL_CODES: readonly number[] = [4401, 4403];

export interface LinkEvents {
  message(message: ServerMessage): void;
  state(state: LinkState): void;
  /** The service does not want this page: no other attempt is made. */
  refused(): void;
}

/** Calls back whenever the page wakes, comes back to the screen, or the device has a network again; the answer ends that. */
export type OnWake = (awake: () => void) => () => void;

export class Link {
  private way: Way | null = null;
  private readonly bySocket: OpenWay;
  private readonly sleep: () => void;
  private retry = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastRef = 0;
  private closed = false;
  /** When this way was welcomed, and when it last heard anything; 0: not yet. */
  private welcomedAt = 0;
  private heardAt = 0;
  private wokeAt = 0;
  private opened = false;
  /** Whether a socket was ever welcomed here; how many died young since one did not; what the way now is. */
  private proven = false;
  private deaths = 0;
  private polls = false;
  /** A socket that is tried beside the polls, and when the next will be. */
  private trial: Way | null = null;
  private trialTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    url: string,
    private readonly events: LinkEvents,
    onWake: OnWake = () => () => {},
    /** Long polling, where there is that. */
    private readonly byPolling: OpenWay | null = null,
    read: Read = readMessage,
  ) {
    this.bySocket = bySocket(url, read);
    this.sleep = onWake(() => this.wake());
  }

  /** A number for a request; its answer carries it back. */
  ref(): number {
    this.lastRef += 1;
    return this.lastRef;
  }

  open(): void {
    if (this.closed || this.way) return;
    this.opened = true;
    const current = () => this.way === way;
    this.polls = this.byPolling !== null && this.deaths >= (this.proven ? DEATHS : 1);
    const open = (this.polls && this.byPolling) || this.bySocket;
    const way: Way | null = open({
      came: (message) => current() && this.came(message),
      closed: (code) => current() && this.lost(code),
    });
    this.way = way;
    this.welcomedAt = 0;
    if (!this.polls) this.tried();
    else this.trialTimer ??= setTimeout(() => this.tries(), SOCKETS_AGAIN_MS);
    const patience = this.byPolling && !this.proven && !this.polls ? UNPROVEN_MS : WELCOME_MS;
    if (way) this.after(patience, () => this.lost());
    else this.lost();
  }

  /** Give this way up and connect again. */
  again(): void {
    this.lost();
  }

  /** False: there is no link now; nothing is kept here. */
  send(message: ClientMessage): boolean {
    return this.way?.send(message) ?? false;
  }

  close(): void {
    this.end();
    this.way?.close();
    this.way = null;
  }

  private end(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.tried();
    this.sleep();
  }

  /** Timers sleep with the page, so nothing is known of the link: it is tried at once. */
  private wake(): void {
    const now = Date.now();
    if (this.closed || !this.opened || now - this.wokeAt < WAKE_MS) return;
    this.wokeAt = now;
    if (this.polls) this.tries();
    if (!this.way) {
      this.retry = 0;
      this.open();
    } else if (this.welcomedAt && now - this.heardAt >= WAKE_MS) this.ping();
  }

  /** Sockets may come through again: one is tried beside the polls, and takes their place when it is welcomed. */
  private tries(): void {
    if (this.trial) return;
    this.tried();
    if (!this.polls) return;
    const trial = this.bySocket({
      came: (message) => {
        if (this.trial === trial && message?.type === "welcome") this.changeTo(trial);
        if (this.way === trial) this.came(message);
      },
      closed: (code) => {
        if (this.way === trial) this.lost(code);
        else if (this.trial === trial) this.trial = null;
      },
    });
    this.trial = trial;
    // One deadline for the socket, and then the next attempt.
    this.trialTimer = setTimeout(() => {
      this.tried();
      this.trialTimer = setTimeout(() => this.tries(), SOCKETS_AGAIN_MS);
    }, UNPROVEN_MS);
  }

  /** Nothing that was said is lost: what has no answer is said again after every welcome (S3). */
  private changeTo(trial: Way | null): void {
    this.trial = null;
    this.tried();
    this.way?.close();
    this.way = trial;
    this.polls = false;
    // One that dies young now is enough to poll again.
    this.deaths = DEATHS - 1;
  }

  private tried(): void {
    clearTimeout(this.trialTimer);
    this.trialTimer = undefined;
    this.trial?.close();
    this.trial = null;
  }

  private came(message: ServerMessage | null): void {
    this.heardAt = Date.now();
    this.after(PING_MS, () => this.ping());
    if (message?.type === "welcome") {
      this.welcomedAt = this.heardAt;
      if (!this.polls) this.proven = true;
      this.events.state("online");
    }
    if (message && message.type !== "pong") this.events.message(message);
  }

  /** A half-open socket sends and never receives: silence ends it. */
  private ping(): void {
    this.send({ type: "ping", ref: this.ref() });
    this.after(PONG_MS, () => this.lost());
  }

  private lost(code = 0): void {
    const { way } = this;
    this.way = null;
    way?.close();
    if (this.closed) return;
    if (FINAL_CODES.includes(code)) {
      this.end();
      this.events.state("offline");
      this.events.refused();
      return;
    }
    const lived = this.welcomedAt ? Date.now() - this.welcomedAt : 0;
    if (lived >= STEADY_MS) this.retry = 0;
    this.count(lived);
    this.retry += 1;
    // Full jitter, so that a restart does not bring everybody back at once.
    const most = Math.min(RETRY_MOST_MS, RETRY_LEAST_MS * 2 ** this.retry);
    this.after(RETRY_LEAST_MS + Math.random() * (most - RETRY_LEAST_MS), () => this.open());
    this.events.state("offline");
  }

  /** Where both ways fail they take turns; polling that worked is tried again first. */
  private count(lived: number): void {
    if (!this.polls) this.deaths = lived >= YOUNG_MS ? 0 : this.deaths + 1;
    else if (!this.welcomedAt) this.deaths = 0;
  }

  /** There is one deadline at a time. */
  private after(ms: number, what: () => void): void {
    clearTimeout(this.timer);
    if (!this.closed) this.timer = setTimeout(what, ms);
  }
}
