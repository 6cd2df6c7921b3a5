/**
 * The chain of trust of one page, fed by what the service brings: the welcome, freshness, and rosters by their hash. It
 * shows the service to be the pinned organisation's, or refuses it.
 */

import { byHash, type SignedBytes, TOLERANCE_S } from "./chain.ts";
import { type Bytes, b64, equal, type Realm, unb64 } from "./encoding.ts";
import { readSigned } from "./entry.ts";
import { Unreachable, verify } from "./errors.ts";
import type { Freshness, Signed, Welcome } from "./messages.ts";
import { Trust } from "./trust.ts";
import type { ErrorView } from "./view.ts";

const FETCH_MS = 10_000;
const ROSTER_BYTES = 256 * 1024;

/** `/v1/roster/<hash>`: `registrar` = H of the one that signed, in `documents` with the root. */
interface RosterFile {
  readonly roster: Signed;
  readonly registrar: string;
  readonly documents: readonly Signed[];
}

/** What a page has in it. */
export interface Pinned {
  readonly root: string;
  readonly realm?: Realm;
  readonly origin: string;
}

/** What to say where the device's clock and the service's are too far apart to verify anything; null: they are not. */
export function wrongClock(service: number, device: number): ErrorView | null {
  if (Math.abs(service - device) <= TOLERANCE_S) return null;
  return { code: "wrong-clock", numbers: { device, service } };
}

export class Standing {
  /** Everything that was sent, by hash; nothing in it counts before it verifies. */
  readonly documents = new Map<string, SignedBytes>();

  constructor(
    readonly trust: Trust,
    private readonly origin: string,
    private readonly now: () => number,
  ) {}

  /** `root`: H(R) as the page has it pinned. A realm that the page does not name is the root document's own (K1). */
  static of(welcome: Welcome, { root, realm, origin }: Pinned, now: () => number): Standing {
    const standing = new Standing(new Trust(realm ?? welcome.realm, unb64(root)), origin, now);
    standing.verifyWelcome(welcome);
    return standing;
  }

  verifyWelcome(welcome: Welcome): void {
    const { realm, root } = this.trust;
    const same = welcome.root === b64(root) && welcome.realm === realm;
    verify(same, "K1", "the service is of another organisation");
  }

  /** Whether somebody can be let in now (K4, E5). */
  get fresh(): boolean {
    return this.trust.isFresh(this.now());
  }

  /** K4: the roster in force, fetched where it is new, and the newest freshness over it. */
  async take(message: Freshness): Promise<void> {
    const hash = unb64(message.roster);
    if (!this.trust.roster || !equal(this.trust.roster.hash, hash)) {
      const { roster, registrar } = await this.fetch(hash);
      await this.trust.takeRoster(roster, registrar, this.documents, this.now());
    }
    await this.learn(message.documents.map(readSigned));
    const signer = unb64(message.signer);
    await this.trust.takeFreshness(readSigned(message.fresh), signer, this.documents, this.now());
  }

  /** A roster that an announcement names, which may not be the one in force here (E3). */
  async know(hash: Bytes): Promise<void> {
    if (this.trust.rosterOf(hash)) return;
    const { roster, registrar } = await this.fetch(hash).catch((error: unknown) => {
      // One that the service never had is a lie of whoever names it, and no reason to connect again.
      const lie = error instanceof Unreachable && error.missing;
      verify(!lie, "K4", "a roster that the service does not have");
      throw error;
    });
    await this.trust.knowRoster(roster, registrar, this.documents, this.now());
  }

  async learn(documents: readonly SignedBytes[]): Promise<void> {
    for (const [hash, signed] of await byHash(documents)) this.documents.set(hash, signed);
  }

  private async fetch(hash: Bytes): Promise<{ roster: SignedBytes; registrar: Bytes }> {
    const text = await fetchText(`${this.origin}/v1/roster/${b64(hash)}`);
    verify(text.length <= ROSTER_BYTES, "K4", "the roster is too large");
    const file = JSON.parse(text) as RosterFile;
    const roster = readSigned(file.roster);
    const own = await byHash([roster]);
    verify(own.has(String(hash)), "K4", "another roster than the one that is named");
    await this.learn(file.documents.map(readSigned));
    return { roster, registrar: unb64(file.registrar) };
  }
}

async function fetchText(url: string): Promise<string> {
  let missing = false;
  try {
    const answer = await fetch(url, {
      credentials: "omit",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(FETCH_MS),
    });
    if (answer.ok) return await answer.text();
    missing = answer.status === 404;
  } catch {
    // Told apart from what is wrong with it: see below.
  }
  throw new Unreachable("the roster could not be fetched", missing);
}
