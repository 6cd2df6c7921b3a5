/** A file of vectors that the core makes: cases with its own verdicts, long strings once each (tests/vectors/README.md). */

import type { SignedBytes } from "../../../../chat/browser/core/chain.ts";
import { type Bytes, b64, concat } from "../../../../chat/browser/core/encoding.ts";
import { type Case, type Fields, type Json, verdict } from "./checker.ts";

/** Shorter strings stand where they are used. */
const NAMED_FROM = 60;

export class Vectors {
  private readonly cases: Json[] = [];
  private readonly names = new Map<string, string>();

  /** The core's own verdict is what the other implementation is held to. */
  async add(name: string, op: string, given: Fields): Promise<void> {
    const vector: Case = { name, op, in: given };
    this.cases.push(this.named({ ...vector, ...(await verdict(vector)) }) as Json);
  }

  get text(): string {
    const bytes = Object.fromEntries([...this.names].map(([value, name]) => [name, value]));
    const head = [`"format": 1`, `"by": "typescript"`, `"bytes": ${JSON.stringify(bytes, null, 1)}`];
    const cases = this.cases.map((vector) => JSON.stringify(vector)).join(",\n");
    return `{\n${head.join(",\n")},\n"cases": [\n${cases}\n]\n}\n`;
  }

  private named(value: unknown): unknown {
    if (typeof value === "string" && value.length >= NAMED_FROM && /^[\w-]+$/.test(value))
      return this.nameOf(value);
    if (Array.isArray(value)) return value.map((item) => this.named(item));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.named(item)]));
  }

  private nameOf(value: string): string {
    const name = this.names.get(value) ?? `b${this.names.size}`;
    this.names.set(value, name);
    return `@${name}`;
  }
}

/** The same bytes with one of them another, one too few, and one too many. */
export function alterations(bytes: Bytes): [string, Bytes][] {
  const flipped = (at: number) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
  return [
    ["its first byte altered", flipped(0)],
    ["a byte in the middle altered", flipped(bytes.length >> 1)],
    ["its last byte altered", flipped(bytes.length - 1)],
    ["cut short", bytes.slice(0, -1)],
    ["a byte too long", concat([bytes, new Uint8Array(1)])],
  ];
}

export const wire = ({ doc, sig }: SignedBytes): Fields => ({ doc: b64(doc), sig: b64(sig) });
