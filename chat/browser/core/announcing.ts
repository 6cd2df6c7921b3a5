/**
 * The visitor's announcements (E1, E2, K6): what opens a conversation, and every epoch after it. It makes and signs; that
 * nobody is let in who was not verified is admission.ts's.
 */

import { ABSENT, type Bytes, b64, digest, type Realm, ZEROS } from "./encoding.ts";
import type { AnnouncementEntry } from "./entry.ts";
import {
  announcementBytes,
  commitment,
  conversationId,
  epochBytes,
  logStart,
  MAX_EPOCHS,
  type Member,
  wrap,
} from "./epochs.ts";
import { verify } from "./errors.ts";
import type { Log } from "./log.ts";
import { memberOf, type Seats } from "./membership.ts";
import type { Announcement } from "./messages.ts";
import { type SigningPair, sign } from "./signing.ts";

/** 32 random bytes each. */
export interface Opening {
  readonly nonce: Bytes;
  readonly secret: Bytes;
  readonly leaveToken: Bytes;
}

/** K6, E2: A_0 and the id that it gives the conversation. */
export async function openConversation(
  realm: Realm,
  root: Bytes,
  pair: SigningPair,
  { nonce, secret, leaveToken }: Opening,
): Promise<{ sid: Bytes; entry: AnnouncementEntry }> {
  const key = pair.publicKey;
  const sid = await conversationId(realm, key, root, nonce);
  const [head, commit] = [await logStart(realm, sid), await commitment(realm, secret, sid, 0)];
  const body = epochBytes(realm, {
    sid,
    epoch: 0,
    previous: ZEROS,
    roster: ABSENT,
    index: 0,
    head,
    members: [],
    commit,
  });
  const doc = await announcementBytes(realm, body, [], { key, nonce, leave: await digest(leaveToken) });
  return { sid, entry: { kind: "announcement", doc, sig: await sign(pair.privateKey, doc), wraps: [] } };
}

/** E1, E2: the next epoch, with these members and no other. `secret`: s_e; `roster`: H of the one in force. */
export async function announce(
  log: Log,
  pair: SigningPair,
  members: readonly Member[],
  seats: Seats,
  secret: Bytes,
  roster: Bytes,
): Promise<AnnouncementEntry> {
  const { newest, sid, index, head } = log;
  const { realm } = log.trust;
  verify(newest !== null && newest.epoch + 1 < MAX_EPOCHS, "E1", "no more epochs");
  const epoch = newest.epoch + 1;
  const commit = await commitment(realm, secret, sid, epoch);
  const previous = newest.hash;
  const body = epochBytes(realm, { sid, epoch, previous, roster, index, head, members, commit });
  const hash = await digest(body);
  const wraps: Bytes[] = [];
  for (const { duty, historyFrom } of members) {
    const first = memberOf(newest, duty) ? epoch : historyFrom;
    const secrets = [...log.secrets, [epoch, secret] as const].filter(([j]) => j >= first);
    wraps.push(await wrap(realm, hash, duty, sealKey(seats, duty), secrets));
  }
  const doc = await announcementBytes(realm, body, wraps);
  return { kind: "announcement", doc, sig: await sign(pair.privateKey, doc), wraps };
}

/** For the wire; `lease` stands beside an admission (S1). */
export function writeAnnouncement({ doc, sig, wraps }: AnnouncementEntry, lease?: string): Announcement {
  const message: Announcement = { kind: "announcement", doc: b64(doc), sig: b64(sig), wraps: wraps.map(b64) };
  return lease === undefined ? message : { ...message, lease };
}

function sealKey(seats: Seats, duty: Bytes): Bytes {
  const staff = seats.get(String(duty));
  verify(staff !== undefined, "E2", "a member without a key");
  return staff.duty.hpkeKey;
}
