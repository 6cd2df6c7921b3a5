/** What the page around the bundle says on its script element: the loader's or the service's own. Checked all the same. */

const ROOT = /^[\w-]{43}$/;
const MUNICIPALITY = /^\d{4}$/;
const COLOUR = /^#[\da-f]{6}$/i;
/** Where nothing else is asked for, or what was asked for is not served. */
export const FIRST_LANGUAGE = "sv";

export interface Settings {
  /** The service's. */
  readonly origin: string;
  /** H(R), as base64url. */
  readonly root: string;
  /** Four digits, or empty. It is told to nobody; only the visitor may tell it. */
  readonly municipality: string;
  /** One of the catalogues. */
  readonly language: string;
  /** In a municipality's page, with a loader around it. */
  readonly embedded: boolean;
  readonly demo: boolean;
  /** The page's colour for buttons, such as "#7a1f5c", or empty. */
  readonly accent: string;
}

/** Throws what the integrator reads in the console; the page around keeps its words. */
export function readSettings(script: HTMLScriptElement): Settings {
  const {
    origin = "",
    root = "",
    municipality = "",
    lang = "",
    accent = "",
    embedded,
    demo,
  } = script.dataset;
  if (!ROOT.test(root)) throw new Error("Varsam: data-root is not a key's hash.");
  return {
    origin: new URL(origin).origin,
    root,
    municipality: MUNICIPALITY.test(municipality) ? municipality : "",
    language: Object.hasOwn(__CATALOGUES__, lang) ? lang : FIRST_LANGUAGE,
    embedded: embedded === "1",
    demo: demo === "1",
    accent: COLOUR.test(accent) ? accent : "",
  };
}
