/**
 * What a staff machine keeps between two loads of the console, in IndexedDB of the console's own origin (K3). Where the passkey has
 * a PRF everything is sealed under a key that only it can unwrap; else the signature key stands there as a CryptoKey that nothing
 * can read out, and the rest sealed under another such key. Nothing stands there in clear, and no key of a time on duty or of a
 * conversation ever does.
 */

import type { Bytes } from "./encoding.ts";
import { openSeal, type Prf, type Seal, type Wrap } from "./sealing.ts";

const DATABASE = "varsam";
const STORE = "device";
const NAME = "own";
const SEALING = { name: "AES-GCM", length: 256 };
const NONCE_BYTES = 12;

interface Sealed {
  readonly nonce: Bytes;
  readonly sealed: Bytes;
}

/** As it stands in the store. */
interface KeptByBrowser extends Sealed {
  readonly signing: CryptoKey;
  readonly sealing: CryptoKey;
}

interface KeptByPasskey extends Sealed {
  readonly wraps: readonly Wrap[];
  readonly keys: Bytes;
}

export interface Kit {
  /** Not extractable. */
  readonly signing: CryptoKey;
  readonly secret: Bytes;
}

/** What a passkey has opened: `keys` are the private halves, `secret` the rest. */
export interface OpenedKit {
  readonly seal: Seal;
  readonly keys: Bytes;
  readonly secret: Bytes;
}

/** Keep this, in the place of what was kept before. */
export async function keep({ signing, secret }: Kit): Promise<void> {
  const sealing = await crypto.subtle.generateKey(SEALING, false, ["encrypt", "decrypt"]);
  const kept: KeptByBrowser = { signing, sealing, ...(await sealUnder(sealing, secret)) };
  await within("readwrite", (store) => store.put(kept, NAME));
}

/** The same, so that only a passkey opens it. */
export async function keepSealed(seal: Seal, secret: Bytes): Promise<void> {
  const { key, wraps, keys } = seal;
  const kept: KeptByPasskey = { wraps: [...wraps], keys, ...(await sealUnder(key, secret)) };
  await within("readwrite", (store) => store.put(kept, NAME));
}

/** Null: nothing is kept here, or it cannot be opened. "sealed": another passkey opens it, or one that was not given yet. */
export async function find(prf: Prf | null = null): Promise<Kit | OpenedKit | "sealed" | null> {
  try {
    const kept = await within("readonly", (store) => store.get(NAME));
    if (!kept) return null;
    return "wraps" in kept ? await opened(kept as KeptByPasskey, prf) : await read(kept as KeptByBrowser);
  } catch {
    return null;
  }
}

async function read({ signing, sealing, ...rest }: KeptByBrowser): Promise<Kit> {
  return { signing, secret: await openUnder(sealing, rest) };
}

async function opened(
  { wraps, keys, ...rest }: KeptByPasskey,
  prf: Prf | null,
): Promise<OpenedKit | "sealed"> {
  const found = prf && (await openSeal(wraps, keys, prf));
  return found ? { ...found, secret: await openUnder(found.seal.key, rest) } : "sealed";
}

async function sealUnder(key: CryptoKey, secret: Bytes): Promise<Sealed> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const how = { name: SEALING.name, iv: nonce };
  return { nonce, sealed: new Uint8Array(await crypto.subtle.encrypt(how, key, secret)) };
}

async function openUnder(key: CryptoKey, { nonce, sealed }: Sealed): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.decrypt({ name: SEALING.name, iv: nonce }, key, sealed));
}

export async function forget(): Promise<void> {
  await within("readwrite", (store) => store.delete(NAME));
}

async function within<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await openDatabase();
  try {
    return await done(work(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return done(request);
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
