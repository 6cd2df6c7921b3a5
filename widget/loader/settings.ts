/** What the host page says on the script element. All of it is a stranger's word: it is checked, or dropped. */

const ROOT = /^[\w-]{43}$/;
const MUNICIPALITY = /^\d{4}$/;
const LANGUAGE = /^[a-z]{2,3}(-\w{1,8}){0,2}$/;
const COLOUR = /^#[\da-f]{6}$/i;
const NONCE = /^[\w+/=-]+$/;

export interface Settings {
  /** Where the loader itself came from. */
  readonly origin: string;
  /** H(R), as base64url: the organisation that this page talks to, and no other (K1). */
  readonly root: string;
  /** Four digits, or empty. */
  readonly municipality: string;
  readonly language: string;
  /** The host page's own nonce, or empty. */
  readonly nonce: string;
}

/** Throws what the integrator reads in the console; the page then keeps its plain link. */
export function readSettings(script: HTMLScriptElement): Settings {
  const { root = "", municipality = "", lang = "" } = script.dataset;
  if (!ROOT.test(root)) throw new Error("Varsam: data-root is wrong. Paste the snippet anew.");
  return {
    origin: new URL(script.src).origin,
    root,
    municipality: valid(MUNICIPALITY, municipality),
    language: valid(LANGUAGE, lang) || __LANGUAGE__,
    nonce: valid(NONCE, script.nonce),
  };
}

/** The page's own colour for buttons, or empty; asked late, since style sheets may come after scripts. */
export function readAccent(): string {
  const { documentElement } = document;
  return valid(COLOUR, getComputedStyle(documentElement).getPropertyValue("--varsam-accent").trim());
}

function valid(shape: RegExp, value: string): string {
  return shape.test(value) ? value : "";
}
