/**
 * What the service says, read before anything is done with it: a message has the fields of its type, and they are of their
 * kind. What is in the bytes of an entry or a document is verified elsewhere.
 */

import type { ServerMessage } from "./messages.ts";

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === "string";
const truth: Check = (value) => typeof value === "boolean";
const whole: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const seconds: Check = (value) => typeof value === "number" && value >= 0;
const part: Check = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

function list(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

function maybe(check: Check): Check {
  return (value) => value === undefined || value === null || check(value);
}

function record(fields: Readonly<Record<string, Check>>): Check {
  const checks = Object.entries(fields);
  return (value) => part(value) && checks.every(([name, check]) => check((value as Fields)[name]));
}

type Fields = Readonly<Record<string, unknown>>;

const signed = record({ doc: text, sig: text });
const freshness = { roster: text, fresh: signed, signer: text, documents: list(signed) };
const waiting = record({
  since: whole,
  language: text,
  entrance: maybe(text),
  leased: maybe(truth),
  away: maybe(truth),
});

/** Of a log, by kind. */
const ENTRIES: ReadonlyMap<unknown, Check> = new Map([
  ["frame", record({ header: text, ciphertext: text, sig: text })],
  ["announcement", record({ doc: text, sig: text, wraps: maybe(list(text)), lease: maybe(text) })],
  ["offer", record({ doc: text, sig: text, documents: maybe(list(signed)), lease: maybe(text) })],
  ["service", record({ doc: text })],
]);
const entry: Check = (value) => part(value) && ENTRIES.get((value as Fields).kind)?.(value) === true;

/** By type; a type that is not here is nothing that a page acts on. */
const MESSAGES: ReadonlyMap<unknown, Check> = new Map([
  ["welcome", record({ now: whole, realm: text, root: text, freshness: maybe(record(freshness)) })],
  ["freshness", record(freshness)],
  ["entry", record({ sid: text, index: whole, at: whole, entry })],
  ["ack", record({ ref: whole, sid: text, index: whole, at: whole })],
  ["done", record({ ref: whole })],
  ["pong", record({ ref: whole })],
  ["error", record({ code: text, ref: maybe(whole), sid: maybe(text), retry_after: maybe(seconds) })],
  ["ended", record({ sid: text, reason: text, continuation: maybe(signed) })],
  ["presence", record({ sid: text, visitor: truth, counsellors: whole })],
  ["queue", record({ sid: text, position: whole, on_duty: whole, within: maybe(whole) })],
  ["desk", record({ waiting: list(waiting), length: whole, on_duty: list(text) })],
  ["leased", record({ ref: whole, sid: text, lease: text, deadline: whole })],
  ["member", record({ sid: text, index: whole })],
]);

const message: Check = (value) => {
  if (!part(value) || !text((value as Fields).type)) return false;
  return MESSAGES.get((value as Fields).type)?.(value) ?? true;
};
const polled = record({ messages: list(message), known: part, closed: maybe(whole) });

/** The answer to a poll (wire.Polled). */
export interface Polled {
  readonly messages: readonly ServerMessage[];
  /** Given back as it is. */
  readonly known: object;
  readonly closed?: number | null;
}

/** The message in a text; null if it is none. */
export function readMessage(data: string): ServerMessage | null {
  return read(data, message);
}

/** The answer in a text; null if it is none. */
export function readPolled(data: string): Polled | null {
  return read(data, polled);
}

function read<T>(data: string, check: Check): T | null {
  try {
    const value: unknown = JSON.parse(data);
    return check(value) ? (value as T) : null;
  } catch {
    return null;
  }
}
