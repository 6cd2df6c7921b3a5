/**
 * Code that comes behind the first screen. Each part is one script of the service, whose hash stands in this bundle: it
 * uses what `lent.ts` lends it, and gives back what its file exports. What is in a part, this module does not know.
 */

import { nameOf } from "../../chat/browser/ui/catalogue.ts";

/** Every part by its name, which is its file's in `parts/`. */
export interface Parts {
  /** The conversation: link, cryptography, and what is asked before something is sent. Every visitor needs it. */
  readonly core: typeof import("./parts/core.ts");
  /** Who comes into a conversation, once somebody asks. */
  readonly joining: typeof import("./parts/joining.ts");
  /** Where sockets do not come through. */
  readonly polling: typeof import("./parts/polling.ts");
  /** Where the browser has no X25519. */
  readonly curve: typeof import("./parts/curve.ts");
  /** The return code: getting one, and coming back by it. */
  readonly returning: typeof import("./parts/returning.tsx");
  /** Wishes, triage, and what else one may tell. */
  readonly wishes: typeof import("./parts/wishes.ts");
  /** A request to be called, its code, and what seals it. */
  readonly callback: typeof import("./parts/callback.tsx");
}

type Name = keyof Parts;

/** So long a part may take; it is asked for again after that when a person says so. */
const WAIT_MS = 60_000;

interface Policy {
  createScriptURL(address: string): string;
}

export class PartLoader {
  readonly #given: Partial<Parts> = {};
  readonly #coming: { [N in Name]?: Promise<Parts[N]> } = {};
  readonly #policy: Policy | undefined;

  /** `nonce`: the host page's own, or empty. `lent`: what parts use of this bundle. */
  constructor(
    readonly origin: string,
    readonly nonce: string,
    lent: object,
  ) {
    const give = <N extends Name>(name: N, part: Parts[N]) => {
      Object.assign(this.#given, { [name]: part });
    };
    const ask: PartLoader["get"] = (name) => this.get(name);
    Object.assign(window, { varsam: { ...lent, give, ask } });
    this.#policy = makePolicy(origin);
  }

  /** The part, fetched once. Rejects when it does not come, or is not the one; the next call asks anew. */
  get<N extends Name>(name: N): Promise<Parts[N]> {
    const coming = this.#coming[name];
    if (coming) return coming;
    const fetched = this.#fetch(name);
    Object.assign(this.#coming, { [name]: fetched });
    fetched.catch(() => delete this.#coming[name]);
    return fetched;
  }

  #fetch<N extends Name>(name: N): Promise<Parts[N]> {
    const digest = __PARTS__[name] ?? "";
    const address = addressOf(this.origin, digest);
    const script = document.createElement("script");
    const { nonce } = this;
    Object.assign(script, { integrity: `sha256-${digest}`, nonce, crossOrigin: "anonymous" });
    script.src = this.#policy?.createScriptURL(address) ?? address;
    return new Promise<Parts[N]>((resolve, reject) => {
      const look = () => {
        const part = this.#given[name];
        if (part) resolve(part);
        else reject(new Error(`Varsam: the part "${name}" did not load.`));
        clearTimeout(timer);
        script.remove();
      };
      const timer = setTimeout(look, WAIT_MS);
      script.onload = script.onerror = look;
      document.head.append(script);
    });
  }
}

function addressOf(origin: string, digest: string): string {
  return `${origin}/f/${nameOf(digest)}.js`;
}

/** The policy lets a script element ask for the parts that this bundle names, and for nothing else. */
function makePolicy(origin: string): Policy | undefined {
  const { trustedTypes } = window as {
    trustedTypes?: { createPolicy(name: string, rules: Policy): Policy };
  };
  const addresses = Object.values(__PARTS__).map((digest) => addressOf(origin, digest));
  return trustedTypes?.createPolicy("varsam", {
    createScriptURL(address) {
      if (addresses.includes(address)) return address;
      throw new TypeError("Varsam: that is no part of the chat.");
    },
  });
}
