/**
 * PURE. Where each sender of a log stands (F1, F4): how many frames of an epoch are held of it, and how far it had seen the log.
 * Whether it may write at all is log.ts's.
 */

import { type Bytes, equal, ZEROS } from "./encoding.ts";
import { verify } from "./errors.ts";
import type { Count, Header, Plain } from "./frames.ts";

/** Where a sender stands in an epoch. */
export interface Turn extends Count {
  readonly prev: Bytes;
  readonly index: number;
}

type Turns = readonly Turn[];
type Place = Pick<Turn, "sender" | "epoch">;

export function sameTurn(a: Place, b: Place): boolean {
  return a.epoch === b.epoch && equal(a.sender, b.sender);
}

/** How many frames of it are held. */
export function framesOf(turns: Turns, place: Place): number {
  return turns.find((t) => sameTurn(t, place))?.frames ?? 0;
}

/** F1: up to which index a sender has seen the log, in any epoch. */
export function seenBy(turns: Turns, sender: Bytes): number {
  return Math.max(0, ...turns.filter((t) => equal(t.sender, sender)).map((t) => t.index));
}

/** F4: seq, prev, and what the sender had seen. `heads`: L_i by i. */
export function verifyTurn(turns: Turns, header: Header, index: number, heads: readonly Bytes[]): void {
  const turn = turns.find((t) => sameTurn(t, header));
  const next = header.seq === (turn?.frames ?? 0) && equal(header.prev, turn?.prev ?? ZEROS);
  verify(next, "F4", "not the frame that follows its sender's last");
  const possible = seenBy(turns, header.sender) <= header.index && header.index < index;
  verify(possible, "F4", "what it has seen is not below its own index, or falls");
  verify(equal(header.head, heads[header.index] as Bytes), "F4", "its sender has seen another log");
}

/** F5: whoever ends held no more than is held here. */
export function verifyCounts(turns: Turns, counts: readonly Count[]): void {
  for (const count of counts)
    verify(framesOf(turns, count) >= count.frames, "F5", "fewer frames came than its sender held");
}

/** The same for a frame that was sent once more. */
export function messageName(header: Header, plain: Plain): string {
  return `${header.sender} ${plain.id} ${plain.part}`;
}
