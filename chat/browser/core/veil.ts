/**
 * What nobody looks at is not kept as words: sealed under a key that only this page's memory holds and that cannot be read
 * out, until somebody looks again (Trace 6). It knows no conversation.
 */

import type { Bytes } from "./encoding.ts";

const IV_BYTES = 12;

/** Something that was covered. */
export interface Covered {
  readonly iv: Bytes;
  readonly sealed: Bytes;
}

export class Veil {
  private readonly key = crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);

  /** Any value that JSON can say. Whoever hands it over drops it. */
  async cover(value: unknown): Promise<Covered> {
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const plain = new TextEncoder().encode(JSON.stringify(value));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await this.key, plain);
    return { iv, sealed: new Uint8Array(sealed) };
  }

  /** The value that was covered by this veil; anything else raises. */
  async lift({ iv, sealed }: Covered): Promise<unknown> {
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, await this.key, sealed);
    return JSON.parse(new TextDecoder().decode(plain));
  }
}
