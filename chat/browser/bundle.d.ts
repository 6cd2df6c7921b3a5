// What the build puts into a bundle: style sheets as text, and constants in place of these names.

declare module "*.css" {
  const text: string;
  export default text;
}

interface Published {
  /** Relative to the origin that serves it. */
  path: string;
  integrity: string;
}

interface PinnedCatalogue {
  /** SHA-256, as base64; the first half of it is its name on the server. */
  digest: string;
  name: string;
  /** draft, reviewed, approved: whether somebody who speaks it has read it. */
  review: Review;
}

type Review = "draft" | "reviewed" | "approved";

/** Console: every language of its own, by its tag. */
declare const __CATALOGUES__: Readonly<Record<string, PinnedCatalogue>>;
/** Frame: the words of the language that it was made for. */
declare const __CATALOGUE__: import("./ui/catalogue.ts").Catalogue;
/** Frame: the code that comes behind the first screen, by its name: its SHA-256, as base64. */
declare const __PARTS__: Readonly<Record<string, string>>;
/** Frame: the SHA-256, as base64, of the file that has those of every language's words. */
declare const __INDEX__: string;
/** A part: its own section of every language, by its tag. */
declare const __PART_WORDS__: Readonly<Record<string, Readonly<Record<string, string>>>>;
/** A part with words of its own: the SHA-256 of each language's, by its tag, as base64. */
declare const __OWN_WORDS__: Readonly<Record<string, string>>;
/** The part of the return code: the SHA-256 of each list of words, by its name. */
declare const __LISTS__: Readonly<Record<string, string>>;
/** The part of a request to be called: languages by their own names. */
declare const __NAMES__: Readonly<Record<string, string>>;
/** Frame and console: the languages of the visitors, by their tags. */
declare const __LANGUAGES__: Readonly<Record<string, { name: string; review: Review }>>;
/** Loader: the frame bundle that it lets in. */
declare const __FRAME__: Published;
/** Loader: what of the section "loader" is needed before the frame speaks, in its own language. */
declare const __WORDS__: Readonly<Record<"leave" | "frame" | "opening" | "failed", string>>;
declare const __LANGUAGE__: string;
declare const __DIRECTION__: "ltr" | "rtl";
