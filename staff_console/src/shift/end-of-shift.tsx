/** *Before you go*: the list for the end of a shift, as soon as somebody has gone off duty. Nothing of it is stored. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { DeskView } from "../../../chat/browser/core/view.ts";
import { language, t } from "../../../chat/browser/ui/catalogue.ts";
import { fetchLaid, linesOf } from "./laid.ts";

export function EndOfShift({ view }: { view: DeskView }) {
  const ended = useEnded(view);
  const lines = linesOf("end", language.value?.tag ?? "sv");
  const asked = ended && lines.length > 0;
  return (
    <div class="end-of-shift">
      <p role="status" class="visually-hidden">
        {asked && t("staff.endOfShift.words")}
      </p>
      {asked && <List lines={lines} />}
    </div>
  );
}

function List({ lines }: { lines: readonly string[] }) {
  const [done, setDone] = useState<readonly string[]>([]);
  return (
    <section class="notice" aria-labelledby="end-of-shift">
      <h2 id="end-of-shift">{t("staff.endOfShift.heading")}</h2>
      <p>
        {t(lines.every((line) => done.includes(line)) ? "staff.endOfShift.done" : "staff.endOfShift.words")}
      </p>
      {lines.map((line) => (
        <label key={line} class="check">
          <input
            type="checkbox"
            checked={done.includes(line)}
            onChange={({ currentTarget }) =>
              setDone(currentTarget.checked ? [...done, line] : done.filter((each) => each !== line))
            }
          />
          {line}
        </label>
      ))}
    </section>
  );
}

/** This page was on duty, and is no longer; where the work went on in another tab nothing has ended. */
function useEnded({ onDuty, link }: DeskView): boolean {
  const was = useRef(false);
  useEffect(() => {
    fetchLaid();
  }, []);
  if (onDuty) was.current = true;
  return was.current && !onDuty && link === "online";
}
