/**
 * The return code (R1, R2): what its words give, what lies sealed under them, and what a page that comes back checks before it
 * goes on. It knows no list of words and no transport. Nothing sealed here opens a text.
 */

import type { SignedBytes } from "./chain.ts";
import { ownKey } from "./code-key.ts";
import { continuationBytes } from "./continuation.ts";
import type { Realm } from "./encoding.ts";
import { type Bytes, concat, dec, enc, equal, hash32, hkdf, pack, text, ZEROS } from "./encoding.ts";
import { type Announcement, parseAnnouncement, verifyConversationId } from "./epochs.ts";
import { VerificationError, verify } from "./errors.ts";
import { verifyReturnKey } from "./return-key.ts";
import { sign, verifySignature } from "./signing.ts";

const NONCE_BYTES = 12;

/** What a code gives, 32 bytes each: where its blob lies, and what opens that. */
export interface CodeSecrets {
  readonly locator: Bytes;
  readonly key: Bytes;
}

/** What comes back needs: whose conversation, the private half of the return key, and a capability that only reads. */
export interface Blob {
  readonly sid: Bytes;
  readonly scalar: Bytes;
  readonly capability: Bytes;
}

/** What a page that comes back holds of the conversation. */
export interface Trail {
  readonly sid: Bytes;
  readonly newest: Announcement;
  readonly everHadMember: boolean;
  readonly privateKey: CryptoKey;
}

/** R1. `root`: H(R); `version`: of the list; `words`: whole, as the list has them, or groups of digits. */
export async function codeSecrets(
  realm: Realm,
  root: Bytes,
  version: string,
  words: readonly string[],
): Promise<CodeSecrets> {
  const lower = pack(words.map((word) => text(word.toLowerCase())));
  const code = enc(realm, "return-code", root, text(version), lower);
  return {
    locator: await hkdf(code, enc(realm, "code-locator")),
    key: await hkdf(code, enc(realm, "code-key")),
  };
}

/** R1: the nonce, 12 random bytes, then the ciphertext. */
export async function sealBlob(realm: Realm, key: Bytes, nonce: Bytes, blob: Blob): Promise<Bytes> {
  const plain = enc(realm, "return-blob", blob.sid, blob.scalar, blob.capability);
  const how = { name: "AES-GCM", iv: nonce };
  return concat([nonce, new Uint8Array(await crypto.subtle.encrypt(how, await aes(key), plain))]);
}

/** R2: by the words that it was sealed under, and whole. */
export async function openBlob(realm: Realm, key: Bytes, sealed: Bytes): Promise<Blob> {
  let plain: Bytes;
  try {
    const how = { name: "AES-GCM", iv: sealed.slice(0, NONCE_BYTES) };
    plain = new Uint8Array(await crypto.subtle.decrypt(how, await aes(key), sealed.slice(NONCE_BYTES)));
  } catch {
    throw new VerificationError("R2", "what lies under the code does not open");
  }
  const [sid, scalar, capability] = dec(realm, "return-blob", plain, 3);
  return { sid: hash32(sid), scalar: hash32(scalar), capability: hash32(capability) };
}

/** R2: the announcements one after another, by one visitor, under this id; and the return key is the one in the blob. */
export async function readTrail(
  realm: Realm,
  root: Bytes,
  blob: Blob,
  announcements: readonly SignedBytes[],
  key: SignedBytes,
): Promise<Trail> {
  const parsed: Announcement[] = [];
  for (const { doc } of announcements) parsed.push(await parseAnnouncement(realm, doc));
  const [first] = parsed;
  verify(first !== undefined, "R2", "no announcement");
  await verifyConversationId(realm, first, root);
  let newest = first;
  for (const [epoch, a] of parsed.entries()) {
    const { doc, sig } = announcements[epoch] as SignedBytes;
    const follows = equal(a.sid, blob.sid) && a.epoch === epoch;
    verify(
      follows && equal(a.previous, epoch ? newest.hash : ZEROS),
      "R2",
      "an announcement does not follow",
    );
    await verifySignature("R2", first.key, doc, sig);
    newest = a;
  }
  const publicKey = await verifyReturnKey(realm, key, blob.sid, first.key);
  const privateKey = await ownKey("R2", { publicKey, scalar: blob.scalar });
  const everHadMember = parsed.some((a) => a.members.length > 0);
  return { sid: blob.sid, newest, everHadMember, privateKey };
}

/** E9, R2: the word of who came back by the code, that the conversation goes on as `sid`. */
export async function returnAs(realm: Realm, trail: Trail, sid: Bytes): Promise<SignedBytes> {
  const fields = { old: trail.sid, new: sid, reason: "returned", newest: trail.newest.hash } as const;
  const doc = continuationBytes(realm, fields);
  return { doc, sig: await sign(trail.privateKey, doc) };
}

function aes(key: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);
}
