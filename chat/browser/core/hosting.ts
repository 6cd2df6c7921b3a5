/**
 * The guests whom one member has invited into one conversation (E6): a link for each, and the word for whoever opens it, over every
 * new announcement until the visitor has answered. Whether the keys are those of the link is verified here, and nowhere else.
 */

import type { Duty } from "./duty.ts";
import { type Bytes, b64, digest, unb64 } from "./encoding.ts";
import type { GuestEntry } from "./entry.ts";
import { GUEST_S, guestAccess, invite, verifyProof } from "./guest.ts";
import type { Log, Meaning } from "./log.ts";
import type { Arrived } from "./messages.ts";
import type { GuestView } from "./view.ts";

const TOKEN_BYTES = 32;

interface Invited {
  readonly organisation: string;
  readonly token: Bytes;
  /** H of what the guest's page shows. */
  readonly access: string;
  arrived: Arrived | null;
  state: GuestView["state"];
  /** H(guest) of every word for it. */
  readonly words: Set<string>;
  /** H(A_e) of what was vouched over last. */
  over: string;
}

export class Hosting {
  private invited: readonly Invited[] = [];

  constructor(
    private readonly log: Log,
    private readonly duty: Duty,
    /** Of the page for guests. */
    private readonly address: string,
    private readonly random: (size: number) => Bytes,
  ) {}

  get view(): readonly GuestView[] {
    return this.invited.map(({ organisation, token, access, state }) => ({
      id: access,
      organisation,
      link: state === "invited" ? `${this.address}#${b64(token)}` : null,
      state,
    }));
  }

  /** Somebody may still open a link, or waits for the visitor: all that is lost when this page is loaded anew. */
  get open(): boolean {
    return this.invited.some(({ state }) => state === "invited" || state === "asked");
  }

  /** A new link, which the service does not know yet; what it is to be told. */
  async invite(organisation: string): Promise<string> {
    const token = this.random(TOKEN_BYTES);
    const access = b64(await digest(await guestAccess(this.log.trust.realm, token)));
    const opened = { arrived: null, state: "invited" as const, words: new Set<string>(), over: "" };
    this.invited = [...this.invited, { organisation, token, access, ...opened }];
    return access;
  }

  /** Off the screen; a page that has the link is vouched for by nobody any more. */
  drop(access: string): void {
    this.invited = this.invited.filter((one) => one.access !== access);
  }

  /** Raises where the keys are not those of whoever has the link. */
  async arrives(arrived: Arrived): Promise<void> {
    const one = this.invited.find(({ access }) => access === arrived.access);
    if (!one || one.arrived) return;
    const keys = [unb64(arrived.signature_key), unb64(arrived.hpke_key)] as const;
    await verifyProof(this.log.trust.realm, one.token, ...keys, unb64(arrived.proof));
    one.arrived = arrived;
    one.state = "asked";
  }

  /** The next word that is to be said, if there is one: for who has come and is not answered, over the newest announcement. */
  async next(now: number): Promise<GuestEntry | null> {
    const { newest, sid, trust } = this.log;
    const one = this.invited.find((i) => i.arrived && i.state === "asked" && i.over !== String(newest?.hash));
    if (!one?.arrived || !newest) return null;
    one.over = String(newest.hash);
    const keys = { signatureKey: unb64(one.arrived.signature_key), hpkeKey: unb64(one.arrived.hpke_key) };
    const placed = { sid, over: newest.hash, inviter: this.duty.hash, pseudonym: one.organisation };
    const given = { ...placed, ...keys, expiry: now + GUEST_S };
    const word = await invite(trust.realm, this.duty.signing.privateKey, given);
    one.words.add(String(await digest(word.doc)));
    return word;
  }

  /** The visitor has answered, or somebody has left. */
  taken(meaning: Meaning): void {
    for (const one of this.invited) {
      if (meaning.kind === "refuse" && one.words.has(String(meaning.offer.hash)))
        one.state = meaning.withdrawn ? "left" : "refused";
      if (meaning.kind !== "announcement") continue;
      const isIn = meaning.announcement.members.some(({ duty }) => one.words.has(String(duty)));
      if (isIn) one.state = "in";
      else if (one.state === "in") one.state = "left";
    }
  }

  /** What was to stand over the newest announcement does not: it is said again. */
  again(): void {
    for (const one of this.invited) one.over = "";
  }
}
