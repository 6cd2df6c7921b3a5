/**
 * The messages of one conversation as a person sees them: long texts in parts and whole again, and how far each of ours
 * has come (Talk 4). It knows frames once they are verified, and nothing of how.
 */

import { type Bytes, b64, text, u64, uint, unb64, untext } from "./encoding.ts";
import type { Member } from "./epochs.ts";
import { Refused } from "./errors.ts";
import type { Plain } from "./frames.ts";
import type { Said } from "./log.ts";
import type { MessageState, MessageView } from "./view.ts";

/** Of a text's UTF-8, so that the padded plaintext keeps within its greatest size (F2). */
const PART_BYTES = 3_900;
const MAX_PARTS = 64;
/** The place of what is not stored yet. */
const LAST = Number.MAX_SAFE_INTEGER;

interface Written {
  readonly id: string;
  readonly text: string;
  /** Where the parts are stored, 0 where one is not yet. */
  readonly indexes: number[];
  /** Where it stands on the screen, from when it was first stored. */
  place: number;
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
  /** The id of what was written here before the page was reloaded. */
  readonly own?: string | undefined;
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
  /** How many entries the logs had that this one continues (E9): indexes here go on from there. */
  private before = 0;

  /** The last index of the log at which somebody else wrote a text. */
  lastHeard = 0;
  /** Up to where a person had seen the log here before the page was reloaded. */
  readBefore = 0;

  /** This page writes a text in so many parts. */
  write(words: string, id: Bytes, parts: number): void {
    const whole = words.normalize("NFC");
    const indexes = Array(parts).fill(0);
    this.written.set(b64(id), { id: b64(id), text: whole, indexes, place: LAST, at: 0 });
  }

  /**
   * E9: from now on another log goes on after `last` entries of this one. What the others are not known to hold from above
   * `held` is written once more, in its place on the screen: as frames say it.
   */
  goOn(last: number, held: number): Plain[] {
    const earlier = this.lines.filter((l) => l.own && l.index > this.before + held);
    this.lines = this.lines.filter((l) => !earlier.includes(l));
    const all = [...earlier.map(rewritten), ...this.written.values()];
    const again = all.filter((w) => stored(w) > this.before + held);
    for (const { indexes } of again) indexes.fill(0);
    this.written.clear();
    for (const one of all) this.written.set(one.id, one);
    this.before += last;
    this.lastHeard -= last;
    return again.flatMap((w) => toParts(w.text, unb64(w.id)));
  }

  /** A frame in its place, by the other side, by somebody on our own, by this page, or by the one it took the place of. */
  take(said: Said, by: "other" | "ours" | "me" | "earlier", from: string): void {
    const { header, plain, at } = said;
    const { before } = this;
    if (by === "other") this.delivered = Math.max(this.delivered, before + header.index);
    if (!plain || said.repeated) return;
    if (plain.kind === "read" && by === "other")
      this.read = Math.max(this.read, before + Math.min(uint(plain.body), header.index));
    if (plain.kind === "read" && by === "earlier") this.readBefore = Math.min(uint(plain.body), header.index);
    if (plain.kind !== "text") return;
    const index = before + said.index;
    if (by === "me") this.store(plain, index, at);
    else this.hear(plain, said.by, by === "earlier" ? "me" : from, index, at);
    if (by !== "me" && by !== "earlier") this.lastHeard = said.index;
  }

  /** The service's own words (F6), or this page's about what happened; `about`: to whom. */
  say(code: string, index: number, at: number, about = ""): void {
    const place = this.before + index;
    const view = { id: `${code}-${place}${about}`, from: "service", text: code, about, state: null, at };
    this.lines.push({ index: place, view });
  }

  /** Texts by others above an index. */
  unread(seen: number): number {
    const from = this.before + seen;
    return this.lines.filter((l) => l.index > from && l.view.from !== "service" && l.view.from !== "me")
      .length;
  }

  /** In the order of the log; what is not stored yet stands last. */
  get messages(): readonly MessageView[] {
    const own = [...this.written.values()].map((w) => ({ index: w.place, view: this.view(w) }));
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
    written.at ||= at;
    written.place = Math.min(written.place, stored(written));
  }

  private hear(plain: Plain, by: Member | null, from: string, index: number, at: number): void {
    // By whom, whatever the key: the same device under its next duty key, the same visitor in the next log (E7, E9).
    const id = `${by ? b64(by.certificate) : "visitor"} ${b64(plain.id)}`;
    const parts = Math.min(plain.parts, MAX_PARTS);
    const heard = this.heard.get(id) ?? { parts: Array(parts).fill(null), missing: parts };
    if (parts !== heard.parts.length || heard.parts[plain.part] !== null) return;
    heard.parts[plain.part] = untext(plain.body);
    heard.missing -= 1;
    this.heard.set(id, heard);
    if (heard.missing > 0) return;
    const view = { id, from, text: heard.parts.join(""), state: null, at };
    this.lines.push({ index, view, own: from === "me" ? b64(plain.id) : undefined });
  }

  private view(written: Written): MessageView {
    const { id, text: words, at } = written;
    return { id, from: "me", text: words, state: this.stateOf(written), at };
  }

  private stateOf(written: Written): MessageState {
    const last = stored(written);
    return last === LAST ? "waiting" : this.stateAt(last);
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

/** Where a text is stored: at its last part. */
function stored({ indexes }: Written): number {
  return indexes.includes(0) ? LAST : Math.max(...indexes);
}

function rewritten({ index, own, view }: Line): Written {
  const id = own ?? "";
  const parts = toParts(view.text, unb64(id)).length;
  return { id, text: view.text, indexes: Array(parts).fill(index), place: index, at: view.at };
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
