/** The staff's addresses under `/staff/`: JSON from the console's own origin, with the session's cookie, which no script sees. */

import { Refused } from "./errors.ts";
import type { Signed } from "./messages.ts";

const FETCH_MS = 20_000;

export interface Me {
  readonly pseudonym: string;
  readonly role: string;
  readonly passkeys: number;
  readonly machine: "none" | "unknown" | "waiting" | "listed";
  /** Registrar and certificate, as soon as a roster lists the machine. */
  readonly documents?: readonly Signed[];
  /** Unix seconds; 0: there is none. */
  readonly standing: {
    readonly fresh_until: number;
    readonly roster_until: number;
    readonly certificate_until: number;
  };
}

/** One of one's own; `name` stands for it. */
export interface SignedInPage {
  readonly name: string;
  readonly opened: number;
  readonly here: boolean;
  readonly locked: boolean;
  readonly at: "this" | "another" | "none";
}

/** What staff did (Data 4), newest first; `head` is that of the whole chain. */
export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  readonly head: string;
}

export interface AuditEntry {
  readonly n: number;
  readonly time: number;
  readonly who: string;
  readonly what: string;
  readonly about: string;
}

export interface PersonsMachine {
  readonly name: string;
  readonly signature_key: string;
  readonly hpke_key: string;
  readonly asked: number;
  readonly state: "waiting" | "compared" | "listed" | "revoked";
}

export interface Person {
  readonly id: string;
  readonly pseudonym: string;
  readonly role: string;
  readonly state: "invited" | "active" | "revoked";
  readonly passkeys: number;
  readonly invited_until: number;
  readonly machines: readonly PersonsMachine[];
  readonly languages?: readonly string[];
  readonly gender?: "woman" | "man" | null;
  readonly takes?: "both" | "visitors" | "work";
}

export interface People {
  readonly people: readonly Person[];
  readonly roster_until: number;
  readonly changed: boolean;
}

export interface Invitation {
  readonly token: string;
  readonly pseudonym: string;
  readonly until: number;
}

/** K4: the roster in force, the newest freshness over it, and whom the next must revoke. */
export interface FreshnessNow {
  readonly roster: string;
  readonly n: number;
  readonly time: number;
  readonly revoked: readonly string[];
  readonly wanted: readonly string[];
}

export class StaffHttp {
  /** The mark of what an address answered last. */
  private readonly known = new Map<string, string>();

  constructor(private readonly origin: string) {}

  get<T>(path: string): Promise<T> {
    return this.ask<T>(path, { method: "GET" });
  }

  /** Null: nothing has changed since this address was asked last. */
  async news<T>(path: string): Promise<T | null> {
    const known = this.known.get(path);
    const answer = await this.fetched(path, {
      method: "GET",
      ...(known && { headers: { "if-none-match": known } }),
    });
    if (answer.status === 304) return null;
    const news = await read<T>(answer);
    this.known.set(path, answer.headers.get("etag") ?? "");
    return news;
  }

  /** From now on everything is news: somebody else may be signed in. */
  forget(): void {
    this.known.clear();
  }

  post<T>(path: string, body: unknown = {}): Promise<T> {
    const headers = { "content-type": "application/json" };
    return this.ask<T>(path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  /** `Refused` with the code that the service gives on the first line, or "offline". */
  private async ask<T>(path: string, request: RequestInit): Promise<T> {
    return read<T>(await this.fetched(path, request));
  }

  private fetched(path: string, request: RequestInit): Promise<Response> {
    return fetch(`${this.origin}${path}`, {
      ...request,
      credentials: "same-origin",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(FETCH_MS),
    }).catch(() => {
      throw new Refused("offline");
    });
  }
}

async function read<T>(answer: Response): Promise<T> {
  if (!answer.ok) throw new Refused((await answer.text()).split("\n", 1)[0] || "bug");
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}
