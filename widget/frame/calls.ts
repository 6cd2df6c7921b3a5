/**
 * *Ask us to call you*, as the first screens know it: whether it is on the screen, and its code, which comes when somebody asks
 * for it. What is asked there, and what is sealed, it does not know.
 */

import type { ComponentType } from "preact";
import { signal } from "../../chat/browser/ui/signal.ts";

/** What is on the screen meanwhile; what it is given. */
export interface Call {
  readonly Screen: ComponentType<{ answered: boolean; onClose(): void }>;
  /** Nobody looks: words leave the screen and memory. */
  hide(): void;
  show(): void;
  wipe(): void;
}

const PATIENCE_MS = 45 * 60_000;

export class Calls {
  readonly on = signal(false);
  readonly call = signal<Call | null>(null);
  /** Its code did not come. */
  readonly missing = signal(false);

  /** `make`: fetches the code, and begins. */
  constructor(readonly make: () => Promise<Call>) {}

  async ask(): Promise<void> {
    this.on.value = true;
    this.missing.value = false;
    const call = await this.make().catch(() => null);
    this.missing.value = !call;
    if (this.on.value) this.call.value = call;
  }

  /** Gone with everything in it. */
  close(): void {
    this.call.value?.wipe();
    this.call.value = null;
    this.on.value = false;
  }

  /** So long nobody may look, in ms. */
  get patience(): number {
    return this.on.value ? PATIENCE_MS : Number.POSITIVE_INFINITY;
  }
}
