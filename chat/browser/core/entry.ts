/** The entries of a log, out of the wire's text and as the bytes that the head covers (F4). */

import type { SignedBytes } from "./chain.ts";
import { type Bytes, b64, type Realm, unb64 } from "./encoding.ts";
import { frameBytes } from "./frames.ts";
import type { AnyEntry, Frame, Offer, Signed } from "./messages.ts";

export interface FrameEntry {
  readonly kind: "frame";
  readonly header: Bytes;
  readonly ciphertext: Bytes;
  readonly sig: Bytes;
}

export interface AnnouncementEntry {
  readonly kind: "announcement";
  readonly doc: Bytes;
  readonly sig: Bytes;
  readonly wraps: readonly Bytes[];
}

export interface OfferEntry {
  readonly kind: "offer";
  readonly doc: Bytes;
  readonly sig: Bytes;
  readonly documents: readonly SignedBytes[];
}

export interface ReturnKeyEntry {
  readonly kind: "return-key";
  readonly doc: Bytes;
  readonly sig: Bytes;
}

export interface RefusalEntry {
  readonly kind: "refuse";
  readonly doc: Bytes;
  readonly sig: Bytes;
}

/** E6: a member's word for a guest. */
export interface GuestEntry {
  readonly kind: "guest";
  readonly doc: Bytes;
  readonly sig: Bytes;
}

export interface ServiceEntry {
  readonly kind: "service";
  readonly doc: Bytes;
}

export type Entry =
  | FrameEntry
  | AnnouncementEntry
  | OfferEntry
  | ReturnKeyEntry
  | RefusalEntry
  | GuestEntry
  | ServiceEntry;

/** F4: what the head covers; never a signature. */
export function entryBytes(realm: Realm, entry: Entry): Bytes {
  return entry.kind === "frame" ? frameBytes(realm, entry.header, entry.ciphertext) : entry.doc;
}

export function readEntry(entry: AnyEntry): Entry {
  switch (entry.kind) {
    case "frame":
      return {
        kind: "frame",
        header: unb64(entry.header),
        ciphertext: unb64(entry.ciphertext),
        sig: unb64(entry.sig),
      };
    case "announcement":
      return { kind: "announcement", ...readSigned(entry), wraps: (entry.wraps ?? []).map(unb64) };
    case "offer":
      return { kind: "offer", ...readSigned(entry), documents: (entry.documents ?? []).map(readSigned) };
    case "return-key":
    case "refuse":
    case "guest":
      return { kind: entry.kind, ...readSigned(entry) };
    default:
      return { kind: "service", doc: unb64(entry.doc) };
  }
}

export function writeFrame(entry: FrameEntry): Frame {
  return {
    kind: "frame",
    header: b64(entry.header),
    ciphertext: b64(entry.ciphertext),
    sig: b64(entry.sig),
  };
}

/** `lease` stands beside an offer to accept (S5). */
export function writeOffer(entry: OfferEntry, lease: string | null): Offer {
  const documents = entry.documents.map(writeSigned);
  const offer: Offer = { kind: "offer", doc: b64(entry.doc), sig: b64(entry.sig), documents };
  return lease === null ? offer : { ...offer, lease };
}

export function readSigned(signed: Signed): SignedBytes {
  return { doc: unb64(signed.doc), sig: unb64(signed.sig) };
}

export function writeSigned(signed: SignedBytes): Signed {
  return { doc: b64(signed.doc), sig: b64(signed.sig) };
}

/** Its bytes that a signature is over: of a frame the header alone. */
export function signedDoc(entry: Entry): Bytes {
  return entry.kind === "frame" ? entry.header : entry.doc;
}
