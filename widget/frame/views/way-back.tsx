/** How one comes back from the cover, and choosing another way than the one that everybody has (Leave 9). */

import { useState } from "preact/hooks";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import { type Cover, QUARTERS } from "../cover.ts";
import { Said } from "./said.tsx";

export function WayBack({ cover }: { cover: Cover }) {
  const way = cover.way.value;
  const shown = { way: way.join(" ") };
  const [pressed, press] = useState<readonly number[]>([]);
  const choose = (quarter: number) => {
    const now = [...pressed, quarter];
    press(now.length < way.length ? now : []);
    cover.choose(now);
  };
  return (
    <>
      <p>
        <Said at={["visitor.cover.how"]} values={shown} />
      </p>
      <p>{t("visitor.cover.choose")}</p>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is no grid everywhere */}
      <div class="quarters small" role="group" aria-label={t("visitor.cover.button")}>
        {QUARTERS.map((quarter) => (
          <button key={quarter} type="button" class="button" onClick={() => choose(quarter)}>
            {quarter}
          </button>
        ))}
      </div>
      <p role="status">{pressed.join(" ") || t("visitor.cover.now", shown)}</p>
    </>
  );
}
