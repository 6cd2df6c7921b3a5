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

/** Frame and console: every language of their own, by its tag. */
declare const __CATALOGUES__: Readonly<Record<string, PinnedCatalogue>>;
/** Console: the languages of the visitors, by their tags. */
declare const __LANGUAGES__: Readonly<Record<string, { name: string; review: Review }>>;
/** Loader: the frame bundle that it lets in. */
declare const __FRAME__: Published;
/** Loader: what of the section "loader" is needed before the frame speaks, in its own language. */
declare const __WORDS__: Readonly<Record<"leave" | "frame" | "opening" | "failed", string>>;
declare const __LANGUAGE__: string;
declare const __DIRECTION__: "ltr" | "rtl";
