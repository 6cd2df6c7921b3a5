/** What a visitor may tell besides (Before 3, 7, 8), as the screens hand it on. The part that asks for it is `parts/wishes.ts`. */

export interface Told {
  readonly age?: "under-15" | "15-17" | "18-25" | "over-25";
  /** Four digits, or "other". */
  readonly municipality?: string;
  readonly gender?: "woman" | "man";
  readonly languages?: string[];
  /** Hashes of names. */
  readonly without?: string[];
  readonly triage?: ("danger" | "watched" | "abroad")[];
}
