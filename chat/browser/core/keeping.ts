/**
 * What a staff machine keeps between two loads of the console, in IndexedDB of the console's own origin (K3): the signature
 * key as a CryptoKey that nothing can read out, and everything else sealed under another such key. Nothing stands there in
 * clear, and no key of a time on duty or of a conversation ever does.
 */

import type { Bytes } from "./encoding.ts";

const DATABASE = "varsam";
const STORE = "device";
const NAME = "own";
const SEALING = { name: "AES-GCM", length: 256 };
const NONCE_BYTES = 12;

/** As it stands in the store. */
interface Kept {
  readonly signing: CryptoKey;
  readonly sealing: CryptoKey;
  readonly nonce: Bytes;
  readonly sealed: Bytes;
}

export interface Kit {
  /** Not extractable. */
  readonly signing: CryptoKey;
  readonly secret: Bytes;
}

/** Keep this, in the place of what was kept before. */
export async function keep({ signing, secret }: Kit): Promise<void> {
  const sealing = await crypto.subtle.generateKey(SEALING, false, ["encrypt", "decrypt"]);
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const how = { name: SEALING.name, iv: nonce };
  const sealed = new Uint8Array(await crypto.subtle.encrypt(how, sealing, secret));
  const kept: Kept = { signing, sealing, nonce, sealed };
  await within("readwrite", (store) => store.put(kept, NAME));
}

/** Null: nothing is kept here, or it cannot be opened. */
export async function find(): Promise<Kit | null> {
  try {
    const kept = (await within("readonly", (store) => store.get(NAME))) as Kept | undefined;
    if (!kept) return null;
    const how = { name: SEALING.name, iv: kept.nonce };
    const secret = new Uint8Array(await crypto.subtle.decrypt(how, kept.sealing, kept.sealed));
    return { signing: kept.signing, secret };
  } catch {
    return null;
  }
}

export async function forget(): Promise<void> {
  await within("readwrite", (store) => store.delete(NAME));
}

async function within<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await opened();
  try {
    return await done(work(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

function opened(): Promise<IDBDatabase> {
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
