/** Words on which somebody's safety rests: as translated, and in Swedish beside it until somebody has approved that. */

import { has, t } from "../../../chat/browser/ui/catalogue.ts";

interface SaidProps {
  at: readonly string[];
  values?: Readonly<Record<string, string>>;
}

/** The sentences at these keys, one after the other. */
export function Said({ at, values = {} }: SaidProps) {
  const original = at.map((key) => `swedish.${key}`).filter(has);
  return (
    <>
      {at.map((key) => t(key, values)).join(" ")}
      {original.length > 0 && (
        <span lang="sv" dir="ltr" class="swedish">
          {original.map((key) => t(key, values)).join(" ")}
        </span>
      )}
    </>
  );
}
