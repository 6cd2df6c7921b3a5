/**
 * A guest's page (E6): it makes its keys, opens the link once, and is in one conversation by a member's word and the visitor's yes.
 * It verifies what every member's page verifies, and knows nothing else of the service. What the screen shows is `view`.
 */

import { alarmOf, faultView } from "./alarms.ts";
import { Conversation } from "./conversation.ts";
import { type Bytes, b64, equal, unb64 } from "./encoding.ts";
import { writeSigned } from "./entry.ts";
import { guestAccess, keyProof, parseGuest } from "./guest.ts";
import { type HpkePair, makeHpkePair } from "./hpke.ts";
import { readStaffMessage } from "./inbox-staff.ts";
import { Link } from "./link.ts";
import { Log, type Meaning } from "./log.ts";
import type { Error as Fault, Logged, ServerMessage, Welcome } from "./messages.ts";
import { clockOf, type GuestOptions, randomOf } from "./options.ts";
import { GuestReader } from "./readers.ts";
import { Serial } from "./serial.ts";
import { makeSigningPair, type SigningPair } from "./signing.ts";
import { Standing, wrongClock } from "./standing.ts";
import { takeBack } from "./taking-back.ts";
import type { ErrorView, GuestPageView, LinkState } from "./view.ts";

/** So long a page that does not want to come waits for the service's word. */
const TAKING_BACK_MS = 5_000;

interface Keys {
  readonly signing: SigningPair;
  readonly hpke: HpkePair;
}

interface Inside {
  readonly conversation: Conversation;
  readonly reader: GuestReader;
  readonly voice: { name: Bytes; readonly privateKey: CryptoKey };
}

export class GuestPage {
  private link: Link | null = null;
  private linkState: LinkState = "connecting";
  private standing: Standing | null = null;
  private keys: Keys | null = null;
  private inside: Inside | null = null;
  private entered = 0;
  private phase: GuestPageView["phase"] = "opening";
  private wasIn = false;
  private visitorHere = true;
  private alarm: ErrorView | null = null;
  private readonly serial = new Serial();
  private readonly now: () => number;
  private readonly random: (size: number) => Bytes;

  constructor(private readonly options: GuestOptions) {
    this.now = clockOf(options);
    this.random = randomOf(options);
  }

  start(): void {
    const { origin, onWake } = this.options;
    const events = {
      message: (message: ServerMessage) => this.received(message),
      state: (state: LinkState) => {
        this.linkState = state;
        this.changed();
      },
      refused: () => this.stop("refused", { code: "not-invited" }),
    };
    this.link = new Link(`${origin}/v1/guest`, events, onWake, null, readStaffMessage);
    this.link.open();
  }

  write(text: string): void {
    this.inside?.conversation.write(text);
  }

  /** A person has seen what stands there. */
  read(): void {
    this.inside?.conversation.read();
  }

  /** *Leave the conversation*: the visitor's page makes an epoch without this one. */
  leave(): void {
    if (this.wasIn && this.phase === "talking") this.inside?.conversation.signal("leave");
    else this.takeBack();
  }

  /** Not to come after all: the question goes from the visitor's screen. */
  private takeBack(): void {
    const { inside, keys, standing } = this;
    const gone = () => this.stop("left", null);
    if (!inside || !keys || !standing) {
      gone();
      return;
    }
    const { conversation, reader } = inside;
    conversation.soon(async () => {
      const entry = await takeBack(conversation.log, reader.offers, keys.signing.privateKey);
      if (!entry || conversation.stating) return gone();
      conversation.state(entry, { kind: "refuse", ...writeSigned(entry) }, gone);
    });
    setTimeout(() => this.phase === "waiting" && gone(), TAKING_BACK_MS);
  }

  get view(): GuestPageView {
    const conversation = this.inside?.conversation;
    const ended = conversation?.ended ?? null;
    const over = conversation?.refused && this.phase !== "left" ? "refused" : this.phase;
    return {
      phase: ended ? "ended" : over,
      link: this.linkState,
      demo: (this.standing?.trust.realm ?? this.options.realm) === "varsam-demo",
      visitorHere: this.visitorHere,
      paused: conversation?.paused ?? false,
      messages: conversation?.thread.messages ?? [],
      members: conversation?.members ?? [],
      unread: conversation?.unread ?? 0,
      alarm: conversation?.alarm ?? this.alarm,
    };
  }

  private received(message: ServerMessage): void {
    const conversation = this.inside?.conversation;
    switch (message.type) {
      case "welcome":
        this.soon(() => this.welcomed(message));
        break;
      case "freshness":
        this.soon(async () => {
          await this.standing?.take(message);
        });
        break;
      case "done":
        if (message.ref === this.entered && this.phase === "opening") this.phase = "waiting";
        break;
      case "expected":
        this.soon(() => this.follow(message.sid));
        break;
      case "entry":
        conversation?.received(message);
        break;
      case "ack":
        conversation?.acked(message);
        break;
      case "presence":
        this.visitorHere = message.visitor;
        break;
      case "ended":
        conversation?.over(message.reason);
        break;
      case "error":
        this.faulted(message);
        break;
    }
    this.changed();
  }

  private async welcomed(welcome: Welcome): Promise<void> {
    const { options, now } = this;
    const clock = wrongClock(welcome.now, now());
    if (clock) return this.stop("refused", clock);
    this.standing ??= Standing.of(welcome, options, now);
    this.standing.verifyWelcome(welcome);
    if (welcome.freshness) await this.standing.take(welcome.freshness);
    const [signing, hpke] = await Promise.all([makeSigningPair(), makeHpkePair()]);
    this.keys ??= { signing, hpke };
    await this.enter(this.standing, this.keys);
  }

  /** Once; and again by the same page, after a lost connection. */
  private async enter({ trust }: Standing, { signing, hpke }: Keys): Promise<void> {
    const { link, options } = this;
    if (!link) return;
    const token = unb64(options.token);
    const proof = await keyProof(trust.realm, token, signing.publicKey, hpke.publicKey);
    this.entered = link.ref();
    link.send({
      type: "enter",
      ref: this.entered,
      access: b64(await guestAccess(trust.realm, token)),
      signature_key: b64(signing.publicKey),
      hpke_key: b64(hpke.publicKey),
      proof: b64(proof),
    });
  }

  /** S2: from the entry held on. */
  private async follow(sid: string): Promise<void> {
    const { standing, keys, link } = this;
    if (!standing || !keys || !link) return;
    this.inside ??= await this.open(sid, standing, keys, link);
    const { conversation } = this.inside;
    if (conversation.name !== sid) return;
    link.send({ type: "follow", ref: link.ref(), sid, after: conversation.log.index });
    conversation.relinked();
  }

  private async open(sid: string, standing: Standing, keys: Keys, link: Link): Promise<Inside> {
    const { trust, documents } = standing;
    const none = new Uint8Array(0);
    const reader = new GuestReader(trust, none, keys.hpke.privateKey);
    const log = await Log.open(trust, unb64(sid), documents, reader);
    const voice = { name: none as Bytes, privateKey: keys.signing.privateKey };
    const conversation = new Conversation(log, voice, false, link, {
      changed: () => this.changed(),
      taken: (meaning, raw) => this.taken(meaning, raw),
      knowRoster: (hash) => standing.know(hash),
      lost: () => conversation.stop({ code: "lost-entries" }),
      random: this.random,
    });
    return { conversation, reader, voice };
  }

  /** Which words are for this page's keys, and by which of them it was let in. */
  private async taken(meaning: Meaning, raw: Logged["entry"] | null): Promise<void> {
    const { inside, keys, standing } = this;
    if (!inside || !keys || !standing) return;
    const { reader, voice, conversation } = inside;
    if (meaning.kind === "offer" && raw?.kind === "guest") {
      const guest = await parseGuest(standing.trust.realm, unb64(raw.doc));
      if (equal(guest.signatureKey, keys.signing.publicKey)) reader.offers.add(String(guest.hash));
    }
    if (meaning.kind === "refuse" && reader.offers.has(String(meaning.offer.hash))) {
      if (meaning.withdrawn) this.stop("left", null);
      else this.stop("refused", { code: "visitor-refused" });
    }
    if (meaning.kind !== "announcement") return;
    const mine = meaning.announcement.members.find((m) => reader.offers.has(String(m.duty)));
    if (mine) {
      voice.name = mine.duty;
      this.wasIn = true;
      this.phase = "talking";
    } else if (this.wasIn) {
      this.phase = "left";
      conversation.forget();
      this.link?.close();
    }
  }

  private faulted(fault: Fault): void {
    if (this.inside?.conversation.fault(fault)) return;
    const turnedAway = fault.code === "not-invited" && !this.wasIn;
    if (turnedAway || (fault.ref === this.entered && this.phase === "opening"))
      this.stop("refused", faultView(fault));
    else if (typeof fault.ref !== "number") this.alarm = faultView(fault);
  }

  private stop(phase: "refused" | "left", alarm: ErrorView | null): void {
    this.phase = phase;
    this.alarm = alarm;
    this.inside?.conversation.forget();
    this.link?.close();
    this.changed();
  }

  private soon(work: () => Promise<void>): void {
    this.serial.run(
      async () => {
        await work();
        this.changed();
      },
      (error) => this.stop("refused", alarmOf(error)),
    );
  }

  private changed(): void {
    this.options.onChange(this.view);
  }
}
