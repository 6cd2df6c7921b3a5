/**
 * The frame's document: one script, pinned by its hash, in a sandbox without an origin (Trace 1), under a policy that
 * knows no host but ours. Every value in it was checked before.
 */

import { make } from "./elements.ts";
import { readAccent, type Settings } from "./settings.ts";

const SANDBOX =
  "allow-scripts allow-forms allow-top-navigation-by-user-activation allow-top-navigation-to-custom-protocols";

interface Policy {
  createHTML(html: string): string;
}

let policy: Policy | undefined;

/** Make the frame. Throws where the host page does not allow it. */
export function makeFrame(settings: Settings): HTMLIFrameElement {
  const frame = make("iframe", { sandbox: SANDBOX, allow: "screen-wake-lock", title: __WORDS__.frame });
  frame.srcdoc = trusted(page(settings));
  return frame;
}

function page({ origin, root, municipality, language, nonce }: Settings): string {
  const source = `${origin}/${__FRAME__.path}`;
  const rules =
    `default-src 'none';script-src ${origin}/f/;connect-src ${origin} ${origin.replace("http", "ws")};` +
    "base-uri 'none';form-action 'none';require-trusted-types-for 'script';trusted-types varsam";
  return (
    `<!doctype html><meta http-equiv="Content-Security-Policy" content="${rules}">` +
    `<meta name="referrer" content="no-referrer"><body><script src="${source}" integrity="${__FRAME__.integrity}" crossorigin ` +
    `nonce="${nonce}" data-origin="${origin}" data-root="${root}" ` +
    `data-municipality="${municipality}" data-lang="${language}" data-accent="${readAccent()}" data-embedded="1"></script>`
  );
}

/** Pages that require Trusted Types want a policy with a name that they can list. */
function trusted(html: string): string {
  const types = (window as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } })
    .trustedTypes;
  // Throws where a page lists policies and not this one: the frame, which inherits the list, could not load its parts.
  policy ??= types?.createPolicy("varsam", { createHTML: (text) => text });
  return policy ? policy.createHTML(html) : html;
}
