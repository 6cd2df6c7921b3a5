/**
 * The link to the service: texts both ways over a socket that comes back by itself. It knows no conversation and no key.
 * Reconnecting is the same as connecting: whoever uses it begins anew at every `welcome` (S2).
 */

import {
  type CounsellorMessage,
  MESSAGE_BYTES,
  type ServerMessage,
  SUBPROTOCOL,
  type VisitorMessage,
} from "./messages.ts";
import type { LinkState } from "./view.ts";

const RETRY_LEAST_MS = 300;
const RETRY_MOST_MS = 10_000;
const WELCOME_MS = 10_000;
const PING_MS = 20_000;
const PONG_MS = 10_000;
const NORMAL = 1000;
/** Close codes after which the same attempt would fail again: wrong origin or role, signed out, foreign capability. */
const FINAL_CODES: readonly number[] = [4401, 4403];

export type ClientMessage = VisitorMessage | CounsellorMessage;

export interface LinkEvents {
  message(message: ServerMessage): void;
  state(state: LinkState): void;
  /** The service does not want this page: no other attempt is made. */
  refused(): void;
}

export class Link {
  private socket: WebSocket | null = null;
  private retry = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastRef = 0;
  private closed = false;

  constructor(
    private readonly url: string,
    private readonly events: LinkEvents,
  ) {}

  /** A number for a request; its answer carries it back. */
  ref(): number {
    this.lastRef += 1;
    return this.lastRef;
  }

  open(): void {
    if (this.closed || this.socket) return;
    const socket = this.attempt();
    if (!socket) {
      this.lost();
      return;
    }
    this.socket = socket;
    const current = () => this.socket === socket;
    this.after(WELCOME_MS, () => this.lost());
    socket.onmessage = ({ data }) => current() && this.received(data);
    socket.onclose = ({ code }) => current() && this.lost(code);
  }

  /** Null where the page may not even try. */
  private attempt(): WebSocket | null {
    try {
      return new WebSocket(this.url, SUBPROTOCOL);
    } catch {
      return null;
    }
  }

  /** Give this socket up and connect again. */
  again(): void {
    this.lost();
  }

  /** False: there is no link now; nothing is kept here. */
  send(message: ClientMessage): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.socket?.close(NORMAL);
    this.socket = null;
  }

  private received(data: unknown): void {
    const message = typeof data === "string" && data.length <= 4 * MESSAGE_BYTES ? parse(data) : null;
    if (!message) {
      this.lost();
      return;
    }
    if (message.type === "welcome") {
      this.retry = 0;
      this.events.state("online");
    }
    this.after(PING_MS, () => this.ping());
    if (message.type !== "pong") this.events.message(message);
  }

  /** A half-open socket sends and never receives: silence ends it. */
  private ping(): void {
    this.send({ type: "ping", ref: this.ref() });
    this.after(PONG_MS, () => this.lost());
  }

  private lost(code = 0): void {
    const { socket } = this;
    this.socket = null;
    socket?.close();
    if (this.closed) return;
    this.events.state("offline");
    if (FINAL_CODES.includes(code)) {
      this.closed = true;
      clearTimeout(this.timer);
      this.events.refused();
      return;
    }
    // Full jitter, so that a restart does not bring everybody back at once.
    const most = Math.min(RETRY_MOST_MS, RETRY_LEAST_MS * 2 ** this.retry);
    this.retry += 1;
    this.after(Math.max(RETRY_LEAST_MS, Math.random() * most), () => this.open());
  }

  /** There is one deadline at a time. */
  private after(ms: number, what: () => void): void {
    clearTimeout(this.timer);
    if (!this.closed) this.timer = setTimeout(what, ms);
  }
}

function parse(data: string): ServerMessage | null {
  try {
    const message = JSON.parse(data);
    return typeof message?.type === "string" ? message : null;
  } catch {
    return null;
  }
}
