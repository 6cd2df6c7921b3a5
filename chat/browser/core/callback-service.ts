/**
 * What a visitor's page says to the service about being called (C1–C3, W1): it verifies to whom it seals, seals, works, and sends the same
 * bytes until the service says that they are kept. Nothing of what was asked stays here.
 */

import { type Ask, askBytes, callbackId, expiryOf, queueOf, type Version, versionBytes } from "./callback.ts";
import type {
  CallbackAsk,
  CallbackChallenge,
  CallbackKept,
  CallbackSend,
  CallbackStatus,
  CoverStory,
} from "./callback-bodies.ts";
import { cardBytes, numberBytes } from "./callback-card.ts";
import {
  type CallbackSecrets,
  callbackSecrets,
  makeRequestKey,
  openCallbackBlob,
  type RequestKey,
  sealCallbackBlob,
} from "./callback-code.ts";
import { sealRequest } from "./callback-parts.ts";
import type { CardView } from "./callback-view.ts";
import { DIGITS_VERSION, makeDigits, readDigits } from "./code-digits.ts";
import { type Bytes, b64, digest, type Realm, text, typeOf, unb64 } from "./encoding.ts";
import { readSigned, writeSigned } from "./entry.ts";
import { Refused, verify } from "./errors.ts";
import { sign } from "./signing.ts";
import { Standing } from "./standing.ts";
import { openTeam, type Team } from "./team.ts";
import { Trust } from "./trust.ts";
import { work } from "./work.ts";

const ANSWER_MS = 20_000;
const BODY_BYTES = 32 * 1024;
const NONCE_BYTES = 12;
/** Waits between the same bytes, in ms; the last one again and again. */
const WAITS_MS = [1_000, 2_000, 4_000, 8_000, 15_000];
/** A challenge runs out in minutes; more often than this something else is wrong. */
const CHALLENGES = 5;
const PURPOSE = "callback";
const KEPT_ASKING: readonly string[] = ["offline", "busy", "too-slow"];

export interface ServiceOptions {
  /** Of the service. */
  readonly origin: string;
  /** H(R), as base64url. */
  readonly root: string;
  /** Where the page knows it; else that of the pinned root's document (K1). */
  readonly realm?: Realm;
  /** Unix seconds. */
  readonly clock?: () => number;
  readonly random?: (size: number) => Bytes;
}

/** A request that is known by its code. */
export interface KnownRequest {
  readonly key: RequestKey;
  readonly id: Bytes;
  readonly realm: Realm;
}

export interface Wanted {
  readonly card: CardView;
  /** + and digits. */
  readonly number: string;
}

export interface Terms {
  readonly spans: readonly { readonly start: number; readonly end: number }[];
  readonly zone: string;
  readonly covers: readonly { readonly words: string; readonly text: CoverStory["text"] & {} }[];
}

export type Telling = (progress: { at: "seal" | "work" | "send" | "wait"; part: number }) => void;

interface Challenged {
  readonly said: CallbackChallenge;
  readonly realm: Realm;
  readonly team: Team;
}

export class CallbackService {
  private standing: Standing | null = null;
  private stopped = false;
  private readonly now: () => number;
  private readonly random: (size: number) => Bytes;

  constructor(private readonly options: ServiceOptions) {
    this.now = () => Math.floor(options.clock ? options.clock() : Date.now() / 1000);
    this.random = options.random ?? ((size) => crypto.getRandomValues(new Uint8Array(size)));
  }

  /** Nothing more is done, and what is under way comes to nothing. */
  stop(): void {
    this.stopped = true;
  }

  /** When somebody can call, and what may be said. Refuses where it cannot be verified to whom would be sealed. */
  async terms(): Promise<Terms> {
    const { said } = await this.challenge();
    const covers = said.covers.map(({ words = "", text: own = {} }) => ({ words, text: own }));
    return { spans: said.spans, zone: said.zone, covers };
  }

  /** The words of the code, once it is kept; null for a new version of a request that is known. */
  async send(wanted: Wanted, known: KnownRequest | null, tell: Telling): Promise<string[] | null> {
    const key = known?.key ?? (await makeRequestKey());
    const words = known ? null : makeDigits(this.random);
    for (let left = CHALLENGES; ; left -= 1) {
      try {
        tell({ at: "seal", part: 0 });
        await this.sendOnce(wanted, key, known !== null, words, tell);
        return words;
      } catch (error) {
        const again = error instanceof Refused && error.code === "stale-challenge" && left > 1;
        if (!again) throw error;
      }
    }
  }

  /** Null: these are no words of a code. Of an unknown one `Refused("callback-unknown")`, whatever it was (C3). */
  async find(written: string): Promise<KnownRequest | null> {
    const words = readDigits(written);
    if (!words) return null;
    // Whoever wants to cancel can, also while nobody could open a request.
    const realm = this.options.realm ?? (await this.challenge()).realm;
    const { locator, key } = await this.secrets(realm, words);
    const { blob } = await this.ask<{ blob: string }>("code", { locator: b64(locator) });
    const own = await openCallbackBlob(realm, key, unb64(blob));
    return { key: own, id: await callbackId(realm, own.publicKey), realm };
  }

  status(known: KnownRequest): Promise<CallbackStatus> {
    return this.signed(known, "status");
  }

  cancel(known: KnownRequest): Promise<CallbackStatus> {
    return this.signed(known, "cancel");
  }

  private async signed({ key, id, realm }: KnownRequest, what: Ask): Promise<CallbackStatus> {
    const doc = askBytes(realm, id, what);
    const asked: CallbackAsk = writeSigned({ doc, sig: await sign(key.privateKey, doc) });
    return this.ask<CallbackStatus>(what, asked);
  }

  private async sendOnce(
    { card, number }: Wanted,
    key: RequestKey,
    again: boolean,
    words: string[] | null,
    tell: Telling,
  ): Promise<void> {
    const { said, realm, team } = await this.challenge();
    const id = await callbackId(realm, key.publicKey);
    const before = again ? await this.status({ key, id, realm }) : null;
    const version = (before?.version ?? 0) + 1;
    const plain = { card: cardBytes(realm, card), number: numberBytes(realm, number) };
    const whose = { realm, id, version, team: team.hash };
    const { sealed, ...halves } = await sealRequest(whose, team.key, plain, this.random);
    const { windows, language } = card;
    const expiry = expiryOf(windows);
    const queue = queueOf(card.entrance);
    const made: Version = { id, version, sealed: await digest(sealed), windows, language, expiry, queue };
    const doc = versionBytes(realm, made);
    const task = {
      purpose: PURPOSE,
      challenge: unb64(said.challenge),
      body: doc,
      target: unb64(said.target),
    };
    const n = await work(
      realm,
      task,
      () => this.stopped,
      (part) => tell({ at: "work", part }),
    );
    if (n === null) throw new Refused("offline");
    const body: CallbackSend = {
      version: writeSigned({ doc, sig: await sign(key.privateKey, doc) }),
      key: b64(key.publicKey),
      sealed: b64(sealed),
      card: b64(halves.card),
      number: b64(halves.number),
      challenge: said.challenge,
      n,
      ...(words ? { code: await this.code(realm, words, key) } : {}),
    };
    const kept = await this.repeat<CallbackKept>("", body, tell);
    verify(kept.id === b64(id) && kept.version === version, "C1", "the service kept something else");
  }

  /** C3: what is kept under the words. */
  private async code(realm: Realm, words: string[], key: RequestKey) {
    const secrets = await this.secrets(realm, words);
    const blob = await sealCallbackBlob(realm, secrets.key, this.random(NONCE_BYTES), key);
    return { code: b64(await digest(secrets.locator)), blob: b64(blob) };
  }

  private secrets(realm: Realm, words: readonly string[]): Promise<CallbackSecrets> {
    return callbackSecrets(realm, unb64(this.options.root), DIGITS_VERSION, words);
  }

  /** W1, C2, K1–K4: what is worked for, and to whom is sealed. */
  private async challenge(): Promise<Challenged> {
    const said = await this.ask<CallbackChallenge>("challenge", {});
    const now = this.now();
    if (Math.abs(said.now - now) > 3_600) throw new Refused("wrong-clock");
    const signed = readSigned(said.team);
    const told: Realm = typeOf("varsam", signed.doc) === "team" ? "varsam" : "varsam-demo";
    const realm = this.options.realm ?? told;
    this.standing ??= new Standing(new Trust(realm, unb64(this.options.root)), this.options.origin, this.now);
    const { standing } = this;
    const { trust } = standing;
    verify(trust.realm === realm, "K1", "the service is of another organisation");
    if (said.freshness) await standing.take(said.freshness);
    const hash = unb64(said.roster);
    await standing.know(hash);
    const roster = trust.rosterOf(hash);
    if (roster && (!trust.roster || roster.number >= trust.roster.number)) trust.roster = roster;
    await standing.learn(said.documents.map(readSigned));
    const team = await openTeam(trust, signed, unb64(said.signer), standing.documents, now);
    return { said, realm, team };
  }

  /** The same bytes, until the service has answered them. */
  private async repeat<T>(path: string, body: CallbackSend, tell: Telling): Promise<T> {
    const text_ = JSON.stringify(body);
    verify(text(text_).length <= BODY_BYTES, "C2", "a request is too long");
    for (let tries = 0; ; tries += 1) {
      tell({ at: tries ? "wait" : "send", part: 1 });
      try {
        return await this.post<T>(path, text_);
      } catch (error) {
        if (!(error instanceof Refused) || !KEPT_ASKING.includes(error.code) || this.stopped) throw error;
      }
      await new Promise((next) => setTimeout(next, WAITS_MS[tries] ?? WAITS_MS.at(-1)));
    }
  }

  private ask<T>(path: string, body: object): Promise<T> {
    return this.post<T>(path, JSON.stringify(body));
  }

  /** S7: POST, text/plain, no credentials, no header of its own. A refusal is its code on the first line. */
  private async post<T>(path: string, body: string): Promise<T> {
    if (this.stopped) throw new Refused("offline");
    const answer = await fetch(`${this.options.origin}/v1/callbacks${path && `/${path}`}`, {
      method: "POST",
      body,
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(ANSWER_MS),
    }).catch(() => {
      throw new Refused("offline");
    });
    const said = await answer.text().catch(() => {
      throw new Refused("offline");
    });
    const [code = ""] = said.split("\n", 1);
    // What stands before the service has answered with words of its own.
    if (!answer.ok) throw new Refused(/^[a-z-]{2,40}$/.test(code) ? code : "busy");
    return JSON.parse(said) as T;
  }
}
