/** What the page around the bundle says on its script element: the loader's or the service's own. Checked all the same. */

const ROOT = /^[\w-]{43}$/;
const MUNICIPALITY = /^\d{4}$/;
const COLOUR = /^#[\da-f]{6}$/i;

export interface Settings {
  /** The service's. */
  readonly origin: string;
  /** H(R), as base64url. */
  readonly root: string;
  /** Four digits, or empty. It is told to nobody; only the visitor may tell it. */
  readonly municipality: string;
  /** One of the catalogues: what was asked for, or the language that this bundle was made for. */
  readonly language: string;
  /** In a municipality's page, with a loader around it. */
  readonly embedded: boolean;
  readonly demo: boolean;
  /** The page of the code of a request to be called. */
  readonly code: boolean;
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
    code,
  } = script.dataset;
  if (!ROOT.test(root)) throw new Error("Varsam: data-root is not a key's hash.");
  return {
    origin: new URL(origin).origin,
    root,
    municipality: MUNICIPALITY.test(municipality) ? municipality : "",
    language: Object.hasOwn(__LANGUAGES__, lang) ? lang : __CATALOGUE__.language.tag,
    embedded: embedded === "1",
    demo: demo === "1",
    code: code === "1",
    accent: COLOUR.test(accent) ? accent : "",
  };
}
