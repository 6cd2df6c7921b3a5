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
  const frame = make("iframe", { sandbox: SANDBOX, title: __WORDS__.frame });
  frame.srcdoc = trusted(page(settings));
  return frame;
}

function page({ origin, root, municipality, language, nonce }: Settings): string {
  const source = `${origin}/${__FRAME__.path}`;
  const rules =
    `default-src 'none';script-src ${source};connect-src ${origin} ${origin.replace("http", "ws")};` +
    "base-uri 'none';form-action 'none';require-trusted-types-for 'script';trusted-types 'none'";
  return (
    `<!doctype html><html lang="${language}"><meta charset="utf-8">` +
    `<meta http-equiv="Content-Security-Policy" content="${rules}">` +
    '<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">' +
    `<title>${__WORDS__.frame}</title><body><script src="${source}" integrity="${__FRAME__.integrity}" ` +
    `crossorigin="anonymous" nonce="${nonce}" data-origin="${origin}" data-root="${root}" ` +
    `data-municipality="${municipality}" data-lang="${language}" data-accent="${readAccent()}" data-embedded="1"></script>`
  );
}

/** Pages that require Trusted Types want a policy with a name that they can list. */
function trusted(html: string): string {
  const types = (window as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } })
    .trustedTypes;
  try {
    policy ??= types?.createPolicy("varsam", { createHTML: (text) => text });
  } catch {
    // Not listed. Where it is also required, the assignment fails, and the link comes back.
  }
  return policy ? policy.createHTML(html) : html;
}
