/** What a page is made with: where the service is, what it is held to, and what a test holds still. */

import type { Certified } from "./device.ts";
import type { Bytes, Realm } from "./encoding.ts";
import type { OnWake } from "./link.ts";
import type { Passkeys } from "./passkeys.ts";
import type { DeskView, GuestPageView, OfficeView, Shift, VisitorView } from "./view.ts";
import type { OpenWay } from "./way.ts";

export type Entrance = "self" | "other" | "work";

interface Options {
  /** Of the service, such as "https://chat.example", or of the console. */
  readonly origin: string;
  /** H(R) as base64url, pinned by the page. */
  readonly root: string;
  readonly realm?: Realm;
  readonly onWake?: OnWake;
  /** Unix seconds. */
  readonly clock?: () => number;
  readonly random?: (size: number) => Bytes;
}

/** `until`, in Unix seconds: from then on another conversation may begin. */
export interface CoolDown {
  readonly capability: string;
  readonly until: number;
}

export interface VisitorOptions extends Options {
  readonly language: string;
  onChange(view: VisitorView): void;
  /** Of this page's conversation before, where that was ended for abuse; and to be told of this one's (Staff 5). */
  readonly before?: string | undefined;
  readonly cooling?: (said: CoolDown) => void;
  /** A simulated visitor in a console: the service keeps it apart from the others. */
  readonly practice?: boolean;
  /** Long polling at this address, beside sockets (S7). */
  readonly polling?: (url: string) => OpenWay;
  /** Sends a few bytes even while the page goes away. */
  readonly beacon?: (url: string, body: string) => boolean;
}

export interface GuestOptions extends Options {
  /** 32 bytes as base64url, out of the link. */
  readonly token: string;
  onChange(view: GuestPageView): void;
}

export interface DeskOptions extends Options {
  onChange(view: DeskView): void;
  /** Something about callbacks has changed. */
  onCallbacks?(): void;
  /** What this tab remembers of itself when it is loaded again; null: it was not on duty. */
  readonly shift?: { was(): Shift | null; is(shift: Shift | null): void };
  /** An organisation's page has its own way in again, and its machine stays enrolled; without this (a demo) its keys are forgotten. */
  signedOut?(): void;
  /** The service says that this page was left alone, or does not know any more that it was not. */
  locked?(): void;
}

export interface OfficeOptions {
  readonly origin: string;
  readonly root: string;
  readonly realm: Realm;
  readonly passkeys: Passkeys;
  /** Of the link that was opened; null: none. */
  readonly invitation: string | null;
  readonly clock?: () => number;
  onChange(view: OfficeView): void;
  /** The machine of somebody who has a desk is listed: to work. */
  onListed(certified: Certified): void;
  onSignedOut(): void;
  /** The passkey was given: what waits for it goes on. */
  onUnlocked(): void;
}

/** Whole Unix seconds. */
export function clockOf({ clock }: Options): () => number {
  return () => Math.floor(clock ? clock() : Date.now() / 1000);
}

export function randomOf({ random }: Options): (size: number) => Bytes {
  return random ?? ((size) => crypto.getRandomValues(new Uint8Array(size)));
}
