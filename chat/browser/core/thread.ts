/**
 * The messages of one conversation as a person sees them: long texts in parts and whole again, and how far each of ours
 * has come (Talk 4). It knows frames once they are verified, and nothing of how.
 */

import { type Bytes, b64, text, u64, uint, untext } from "./encoding.ts";
import { Refused } from "./errors.ts";
import type { Plain } from "./frames.ts";
import type { Said } from "./log.ts";
import type { MessageState, MessageView } from "./view.ts";

/** Of a text's UTF-8, so that the padded plaintext keeps within its greatest size (F2). */
const PART_BYTES = 3_900;
const MAX_PARTS = 64;

interface Written {
  readonly id: string;
  readonly text: string;
  /** Indexes of the parts, 0 where it is not stored yet. */
  readonly indexes: number[];
  at: number;
}

interface Heard {
  /** Null: not here yet. */
  readonly parts: (string | null)[];
  missing: number;
}

interface Line {
  readonly index: number;
  readonly view: MessageView;
  /** Written here before the page was reloaded. */
  readonly own?: boolean;
}

/** Everything in a thread that is words. */
export type Words = readonly [[string, Written][], [string, Heard][], Line[]];

export class Thread {
  private readonly written = new Map<string, Written>();
  private readonly heard = new Map<string, Heard>();
  private lines: Line[] = [];
  /** What the other side's page holds, and what a person there has seen: indexes of the log. */
  private delivered = 0;
  private read = 0;

  /** The last index at which somebody else wrote a text. */
  lastHeard = 0;
  /** Up to where a person had seen the log here before the page was reloaded. */
  readBefore = 0;

  /** This page writes a text in so many parts. */
  write(words: string, id: Bytes, parts: number): void {
    const whole = words.normalize("NFC");
    this.written.set(b64(id), { id: b64(id), text: whole, indexes: Array(parts).fill(0), at: 0 });
  }

  /** A frame in its place, by the other side, by somebody on our own, by this page, or by the one it took the place of. */
  take(said: Said, by: "other" | "ours" | "me" | "earlier", from: string): void {
    const { header, plain, index, at } = said;
    if (by === "other") this.delivered = Math.max(this.delivered, header.index);
    if (!plain || said.repeated) return;
    if (plain.kind === "read" && by === "other")
      this.read = Math.max(this.read, Math.min(uint(plain.body), header.index));
    if (plain.kind === "read" && by === "earlier") this.readBefore = Math.min(uint(plain.body), header.index);
    if (plain.kind !== "text") return;
    if (by === "me") this.store(plain, index, at);
    else this.hear(plain, b64(header.sender), by === "earlier" ? "me" : from, index, at);
    if (by !== "me" && by !== "earlier") this.lastHeard = index;
  }

  /** The service's own words (F6), or this page's about what happened; `about`: to whom. */
  say(code: string, index: number, at: number, about = ""): void {
    const view = { id: `${code}-${index}`, from: "service", text: code, about, state: null, at };
    this.lines.push({ index, view });
  }

  /** Texts by others above an index. */
  unread(seen: number): number {
    return this.lines.filter((l) => l.index > seen && l.view.from !== "service" && l.view.from !== "me")
      .length;
  }

  /** In the order of the log; what is not stored yet stands last. */
  get messages(): readonly MessageView[] {
    const own = [...this.written.values()].map((w) => ({ index: place(w), view: this.view(w) }));
    const heard = this.lines.map((l) =>
      l.own ? { ...l, view: { ...l.view, state: this.stateAt(l.index) } } : l,
    );
    return [...heard, ...own].sort((a, b) => a.index - b.index).map((line) => line.view);
  }

  /** Out of here, so that they can be kept where nobody reads them. */
  takeOut(): Words {
    const words: Words = [[...this.written], [...this.heard], this.lines];
    this.wipe();
    return words;
  }

  /** Back, before whatever has come meanwhile. */
  putBack([written, heard, lines]: Words): void {
    const [since, heardSince] = [[...this.written], [...this.heard]];
    this.written.clear();
    for (const [id, one] of [...written, ...since]) this.written.set(id, one);
    for (const [id, one] of [...heard, ...heardSince]) this.heard.set(id, one);
    this.lines = [...lines, ...this.lines];
  }

  wipe(): void {
    this.written.clear();
    this.heard.clear();
    this.lines = [];
  }

  private store(plain: Plain, index: number, at: number): void {
    const written = this.written.get(b64(plain.id));
    if (!written || plain.part >= written.indexes.length) return;
    written.indexes[plain.part] = index;
    written.at = at;
  }

  private hear(plain: Plain, sender: string, from: string, index: number, at: number): void {
    const id = `${sender} ${b64(plain.id)}`;
    const parts = Math.min(plain.parts, MAX_PARTS);
    const heard = this.heard.get(id) ?? { parts: Array(parts).fill(null), missing: parts };
    if (parts !== heard.parts.length || heard.parts[plain.part] !== null) return;
    heard.parts[plain.part] = untext(plain.body);
    heard.missing -= 1;
    this.heard.set(id, heard);
    if (heard.missing > 0) return;
    const view = { id, from, text: heard.parts.join(""), state: null, at };
    this.lines.push({ index, view, own: from === "me" });
  }

  private view(written: Written): MessageView {
    const { id, text: words, at } = written;
    return { id, from: "me", text: words, state: this.stateOf(written), at };
  }

  private stateOf(written: Written): MessageState {
    const last = place(written);
    return last === Number.POSITIVE_INFINITY ? "waiting" : this.stateAt(last);
  }

  private stateAt(index: number): MessageState {
    if (index <= this.read) return "read";
    return index <= this.delivered ? "delivered" : "sent";
  }
}

/** A text as frames say it; none if there is nothing to say. Raises if it is too long to be kept. */
export function toParts(words: string, id: Bytes): Plain[] {
  const whole = words.normalize("NFC");
  if (!whole.trim()) return [];
  const bodies = split(whole);
  if (bodies.length > MAX_PARTS) throw new Refused("oversize");
  return bodies.map((body, part) => ({ kind: "text", id, part, parts: bodies.length, body }));
}

/** The body of `read` (F2). */
export function readBody(index: number): Bytes {
  return u64(index);
}

/** Where a text stands: at its last part. */
function place({ indexes }: Written): number {
  return indexes.includes(0) ? Number.POSITIVE_INFINITY : Math.max(...indexes);
}

/** Between characters, never within one: every part is a text by itself. */
function split(whole: string): Bytes[] {
  const parts: Bytes[] = [];
  let part = "";
  let size = 0;
  for (const character of whole) {
    const more = text(character).length;
    if (size + more > PART_BYTES) {
      parts.push(text(part));
      part = "";
      size = 0;
    }
    part += character;
    size += more;
  }
  return [...parts, text(part)];
}
