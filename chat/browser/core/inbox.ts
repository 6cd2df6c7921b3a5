/**
 * What the service says, read before anything is done with it: a message has the fields of its type, and they are of their
 * kind. What is in the bytes of an entry or a document is verified elsewhere.
 */

import type { ServerMessage } from "./messages.ts";

export type Check = (value: unknown) => boolean;

export const text: Check = (value) => typeof value === "string";
export const truth: Check = (value) => typeof value === "boolean";
export const whole: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const seconds: Check = (value) => typeof value === "number" && value >= 0;
export const part: Check = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

export function list(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

export function maybe(check: Check): Check {
  return (value) => value === undefined || value === null || check(value);
}

export function record(fields: Readonly<Record<string, Check>>): Check {
  const checks = Object.entries(fields);
  return (value) => part(value) && checks.every(([name, check]) => check((value as Fields)[name]));
}

type Fields = Readonly<Record<string, unknown>>;

const signed = record({ doc: text, sig: text });
const freshness = { roster: text, fresh: signed, signer: text, documents: list(signed) };
/** Of a log, by kind. */
const ENTRIES: ReadonlyMap<unknown, Check> = new Map([
  ["frame", record({ header: text, ciphertext: text, sig: text })],
  ["announcement", record({ doc: text, sig: text, wraps: maybe(list(text)), lease: maybe(text) })],
  ["offer", record({ doc: text, sig: text, documents: maybe(list(signed)), lease: maybe(text) })],
  ["return-key", signed],
  ["refuse", signed],
  ["guest", signed],
  ["service", record({ doc: text })],
]);
const entry: Check = (value) => part(value) && ENTRIES.get((value as Fields).kind)?.(value) === true;

type Messages = ReadonlyMap<unknown, Check>;

/** By type, what a visitor's page acts on; a type that is not here is nothing to it. */
export const MESSAGES: Messages = new Map([
  ["welcome", record({ now: whole, realm: text, root: text, freshness: maybe(record(freshness)) })],
  ["freshness", record(freshness)],
  ["entry", record({ sid: text, index: whole, at: whole, entry })],
  ["ack", record({ ref: whole, sid: text, index: whole, at: whole })],
  ["done", record({ ref: whole })],
  ["pong", record({ ref: whole })],
  ["error", record({ code: text, ref: maybe(whole), sid: maybe(text), retry_after: maybe(seconds) })],
  ["ended", record({ sid: text, reason: text, continuation: maybe(signed) })],
  ["presence", record({ sid: text, visitor: truth, counsellors: whole, guests: maybe(whole) })],
  [
    "queue",
    record({ sid: text, position: whole, on_duty: whole, within: maybe(whole), unmet: maybe(list(text)) }),
  ],
]);

function messageOf(messages: Messages): Check {
  return (value) => {
    if (!part(value) || !text((value as Fields).type)) return false;
    return messages.get((value as Fields).type)?.(value) ?? true;
  };
}

/** The answer to a poll (wire.Polled). */
export interface Polled {
  readonly messages: readonly ServerMessage[];
  /** Given back as it is. */
  readonly known: object;
  readonly closed?: number | null;
}

/** Reads a text: the message in it; null if it is none. */
export type Read = (data: string) => ServerMessage | null;

export function reader(messages: Messages): Read {
  const check = messageOf(messages);
  return (data) => read(data, check);
}

export const readMessage = /* @__PURE__ */ reader(MESSAGES);

/** The answer in a text; null if it is none. */
export function readPolled(data: string): Polled | null {
  const messages = list(messageOf(MESSAGES));
  return read(data, record({ messages, known: part, closed: maybe(whole) }));
}

function read<T>(data: string, check: Check): T | null {
  try {
    const value: unknown = JSON.parse(data);
    return check(value) ? (value as T) : null;
  } catch {
    return null;
  }
}
