/**
 * What a conversation begins with on a visitor's page (K6, E2): its keys and secrets, A_0, the log under it, and the message
 * that asks the service for it. Nothing here is sent or kept.
 */

import { openConversation, type Opening as Secrets, writeAnnouncement } from "./announcing.ts";
import { type Bytes, b64, digest } from "./encoding.ts";
import { visitorName } from "./epochs.ts";
import { Log } from "./log.ts";
import type { Logged, Start } from "./messages.ts";
import type { Voice } from "./outbox.ts";
import { VisitorReader } from "./readers.ts";
import { makeSigningPair, type SigningPair } from "./signing.ts";
import type { Standing } from "./standing.ts";

const SECRET_BYTES = 32;

export interface Opening {
  readonly pair: SigningPair;
  readonly voice: Voice;
  readonly reader: VisitorReader;
  readonly log: Log;
  readonly sid: string;
  readonly capability: string;
  readonly leaveToken: string;
  readonly announcement: Start["announcement"];
}

/** Made once for a conversation; A_0 is sent again as it is until it is stored. */
export async function openHere(standing: Standing, random: (size: number) => Bytes): Promise<Opening> {
  const { trust, documents } = standing;
  const { realm, root } = trust;
  const secret = () => random(SECRET_BYTES);
  const secrets: Secrets = { nonce: secret(), secret: secret(), leaveToken: secret() };
  const pair = await makeSigningPair();
  const { sid, entry } = await openConversation(realm, root, pair, secrets);
  const reader = new VisitorReader();
  reader.propose({ hash: await digest(entry.doc), secret: secrets.secret, seats: new Map() });
  return {
    pair,
    voice: { name: await visitorName(realm, pair.publicKey), privateKey: pair.privateKey },
    reader,
    log: await Log.open(trust, sid, documents, reader),
    sid: b64(sid),
    capability: b64(secret()),
    leaveToken: b64(secrets.leaveToken),
    announcement: writeAnnouncement(entry),
  };
}

/** What the service is told of it. */
export function asked({ sid, capability, announcement }: Opening): Pick<Start, keyof Opening & keyof Start> {
  return { sid, capability, announcement };
}

/** As it stands in the log, which begins with it. */
export function firstEntry({ sid, announcement: entry }: Start, at: number): Logged {
  return { type: "entry", sid, index: 1, at, entry };
}
