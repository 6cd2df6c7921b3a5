/**
 * What this page writes, from the first keystroke's end to the acknowledgement (S3): sealed once, kept and sent again as
 * identical bytes until it is stored; sealed anew only where the service says that nothing of it was stored.
 */

import { ABSENT, type Bytes, b64, equal, type Realm, unb64, ZEROS } from "./encoding.ts";
import type { FrameEntry } from "./entry.ts";
import {
  frameBytes,
  frameHash,
  frameKey,
  headerBytes,
  type Plain,
  parseHeader,
  sealFrame,
} from "./frames.ts";
import type { Log } from "./log.ts";
import { sign } from "./signing.ts";

/** So many frames are under way at once, below what the service takes of one sender. */
const UNDER_WAY = 8;
const MAX_DRAFTS = 1_000;

/** Who writes here: the name in the headers, and the key that signs. */
export interface Voice {
  readonly name: Bytes;
  readonly privateKey: CryptoKey;
  /** Of a member: H(certificate), by which it knows what it wrote under an earlier duty key (E7). */
  readonly certificate?: Bytes;
}

interface Sealed {
  readonly epoch: number;
  readonly entry: FrameEntry;
}

export interface Draft {
  plain: Plain;
  sealed: Sealed | null;
  /** Of the request under way. */
  ref: number | null;
}

export class Outbox {
  /** Nothing is sealed while an announcement of our own is under way. */
  held = false;
  /** No text is sealed while the visitor's page is covered (Leave 9). */
  paused = false;
  private drafts: Draft[] = [];
  private turn = { epoch: -1, seq: 0, prev: ZEROS };
  /** The service has a newer epoch than this one, which we have not seen yet. */
  private stale = -1;

  constructor(
    private readonly realm: Realm,
    private readonly log: Log,
    private readonly voice: Voice,
    /** Hand over a frame to the link; null: there is none now. */
    private readonly post: (entry: FrameEntry) => number | null,
  ) {}

  get empty(): boolean {
    return this.drafts.length === 0;
  }

  /** False: there is no room, and nothing was taken. */
  add(plains: readonly Plain[]): boolean {
    if (this.drafts.length + plains.length > MAX_DRAFTS) return false;
    this.drafts.push(...plains.map((plain) => ({ plain, sealed: null, ref: null })));
    return true;
  }

  of(ref: number): Draft | undefined {
    return this.drafts.find((draft) => draft.ref === ref);
  }

  /** The draft that became this frame of ours; it is stored, so it is kept no longer. */
  stored(header: Bytes): void {
    this.drafts = this.drafts.filter(({ sealed }) => !sealed || !equal(sealed.entry.header, header));
  }

  /** Nothing of it was stored, because there is a newer epoch: it is sealed again under that (S3). */
  unseal(draft: Draft): void {
    this.stale = Math.max(this.stale, draft.sealed?.epoch ?? -1);
    draft.sealed = null;
    draft.ref = null;
  }

  /** S3: all that comes before it was acknowledged. */
  standsBefore({ sealed }: Draft): boolean {
    return !sealed || this.log.holdsBefore(parseHeader(this.realm, sealed.entry.header));
  }

  /** Whatever was under way must be sent again: the link broke, or the service was busy. */
  resend(): void {
    for (const draft of this.drafts) draft.ref = null;
  }

  drop(draft: Draft): void {
    this.drafts = this.drafts.filter((other) => other !== draft);
  }

  wipe(): void {
    this.drafts = [];
  }

  /** The words of what is not stored yet, out of here; the drafts keep their places. */
  takeOut(): string[] {
    return this.drafts.map((draft) => {
      const { body } = draft.plain;
      draft.plain = { ...draft.plain, body: ABSENT };
      return b64(body);
    });
  }

  /** Back into the first drafts, which are the same ones: nothing is taken from them in between. */
  putBack(bodies: readonly string[]): void {
    for (const [i, body] of bodies.entries()) {
      const draft = this.drafts[i];
      if (draft) draft.plain = { ...draft.plain, body: unb64(body) };
    }
  }

  /** Seal and send what may go now, in order. `open`: whether this page may write. */
  async flush(open: boolean): Promise<void> {
    for (const draft of this.drafts.slice(0, UNDER_WAY)) {
      if (draft.ref !== null) continue;
      const waits = this.paused && draft.plain.kind === "text";
      if (!draft.sealed && (waits || !(open && this.settled))) return;
      draft.sealed ??= await this.seal(draft.plain);
      draft.ref = this.post(draft.sealed.entry);
      if (draft.ref === null) return;
    }
  }

  /** S3: what was sealed before the newest announcement is settled first. */
  private get settled(): boolean {
    const newest = this.log.newest?.epoch ?? -1;
    return (
      !this.held && newest > this.stale && this.drafts.every((d) => !d.sealed || d.sealed.epoch === newest)
    );
  }

  /** F1–F3 */
  private async seal(plain: Plain): Promise<Sealed> {
    const { realm, log, voice } = this;
    const epoch = log.newest?.epoch ?? -1;
    if (this.turn.epoch !== epoch) this.turn = { epoch, seq: 0, prev: ZEROS };
    const { seq, prev } = this.turn;
    const secret = log.secrets.get(epoch);
    if (!secret) throw new Error("no secret for the epoch to write in");
    const key = await frameKey(realm, secret, log.sid, epoch, voice.name);
    const { sid, index, head } = log;
    const fields = { sid, epoch, sender: voice.name, seq, prev, index, head };
    const header = headerBytes(realm, fields);
    const ciphertext = await sealFrame(realm, key, fields, plain);
    // Before anything else can fail: a key and a nonce must never meet twice.
    this.turn = { epoch, seq: seq + 1, prev: await frameHash(realm, header, ciphertext) };
    const sig = await sign(voice.privateKey, frameBytes(realm, header, ciphertext));
    return { epoch, entry: { kind: "frame", header, ciphertext, sig } };
  }
}
