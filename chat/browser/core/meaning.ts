/** What an entry of a log meant, once it was verified (E3, F4). Values only; whether it may stand there is log.ts's. */

import { equal } from "./encoding.ts";
import type { Announcement, Member, Offer } from "./epochs.ts";
import type { Header, Plain } from "./frames.ts";

/** A frame in its place. `by` is null for the visitor; `plain` is null where its epoch's secret is not known. */
export interface Said {
  readonly index: number;
  /** Unix seconds, by the service. */
  readonly at: number;
  readonly by: Member | null;
  readonly header: Header;
  readonly plain: Plain | null;
  /** A message that was known before, to be dropped (S3). */
  readonly repeated: boolean;
}

/** What an entry meant. */
export type Meaning =
  | { readonly kind: "frame"; readonly said: Said }
  | Announced
  | { readonly kind: "offer"; readonly offer: Offer }
  | { readonly kind: "return-key" }
  | Refused
  | { readonly kind: "service"; readonly word: string };

/** The visitor said no to it; or whoever made it took it back. */
export interface Refused {
  readonly kind: "refuse";
  readonly offer: Offer;
  readonly withdrawn: boolean;
}

/**
 * `opened`: earlier frames that new secrets open, in order. `rejoined`: who is in by another duty key now (E7). `joined`, `left`: who
 * came and went beside those who had been in.
 */
export interface Announced {
  readonly kind: "announcement";
  readonly announcement: Announcement;
  readonly opened: readonly Said[];
  readonly rejoined: readonly Member[];
  readonly joined: readonly Member[];
  readonly left: readonly Member[];
}

/** One that changed nothing. */
export function announced(announcement: Announcement): Announced {
  return { kind: "announcement", announcement, opened: [], rejoined: [], joined: [], left: [] };
}

/** Those who are not among the others; by certificate: a device is the same under its next duty key. */
export function notIn(those: readonly Member[] = [], others: readonly Member[] = []): Member[] {
  return those.filter((m) => !others.some((o) => equal(o.certificate, m.certificate)));
}
