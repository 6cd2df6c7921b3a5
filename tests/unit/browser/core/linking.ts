/** A link of a page, whose sockets and whose time the test has. */

import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { Link } from "../../../../chat/browser/core/link.ts";
import type { ServerMessage } from "../../../../chat/browser/core/messages.ts";
import { byPolling } from "../../../../chat/browser/core/polling.ts";

export const WELCOME = { type: "welcome", now: 1, realm: "varsam", root: "r" };

/** The browser's WebSocket, whose other end the test is. */
export class LooseSocket {
  static readonly OPEN = 1;
  static made: LooseSocket[] = [];
  readyState = 0;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: string[] = [];
  closed = false;

  constructor(
    readonly url: string,
    readonly protocol: string,
  ) {
    LooseSocket.made.push(this);
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.closed = true;
  }

  hears(message: object): void {
    this.readyState = LooseSocket.OPEN;
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  dies(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  get pings(): number {
    return this.sent.filter((text) => JSON.parse(text).type === "ping").length;
  }
}

export let states: string[];
export let messages: ServerMessage[];
export let refusals: number;
export let wakes: () => void;
export let link: Link;
export let connects: (poll?: string) => void;

/** A page has just begun to connect. */
export function begins(t: TestContext): void {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_800_000_000_000 });
  t.mock.property(globalThis, "WebSocket", LooseSocket as unknown as typeof WebSocket);
  LooseSocket.made = [];
  [states, messages, refusals] = [[], [], 0];
  const events = {
    message: (message: ServerMessage) => messages.push(message),
    state: (state: string) => states.push(state),
    refused: () => {
      refusals += 1;
    },
  };
  wakes = () => assert.fail("nobody listens for waking");
  connects = (poll = "") => {
    LooseSocket.made = [];
    const onWake = (awake: () => void) => {
      wakes = awake;
      return () => {
        wakes = () => {};
      };
    };
    link = new Link("wss://chat.example/v1/visitor", events, onWake, poll ? byPolling(poll) : null);
    link.open();
  };
  connects();
}

/** Instead of the link that has begun. */
export function connectsAnew(poll = ""): void {
  link.close();
  connects(poll);
}

export function newest(): LooseSocket {
  return LooseSocket.made.at(-1) as LooseSocket;
}

/** In small steps: what a timer sets counts from its own time. */
export function passes(t: TestContext, ms: number): void {
  for (let passed = 0; passed < ms; passed += 10) t.mock.timers.tick(10);
}

/** How long it takes until the next attempt; NaN: none in a minute. */
export function waitsForTheNext(t: TestContext): number {
  const count = LooseSocket.made.length;
  for (let waited = 0; waited < 60_000; waited += 10) {
    if (LooseSocket.made.length > count) return waited;
    t.mock.timers.tick(10);
  }
  return Number.NaN;
}
