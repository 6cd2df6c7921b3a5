/**
 * Abuse (Staff 5): first *Warn*, which puts the warning into the text box, to be changed and sent; then, once that was pressed, an
 * end with a cool-down, which is asked about. That somebody was warned is kept for as long as the conversation stands here.
 */

import { useEffect, useId, useState } from "preact/hooks";
import { language, t } from "../../../chat/browser/ui/catalogue.ts";
import { Dialog } from "../../../chat/browser/ui/dialog.tsx";
import { signal } from "../../../chat/browser/ui/signal.ts";
import { linesOf } from "./laid.ts";

const warned = signal<ReadonlySet<string>>(new Set());

interface Props {
  sid: string;
  number: number;
  onWarn(words: string): void;
  onEnd(): void;
}

export function Abuse({ sid, number, onWarn, onEnd }: Props) {
  const [asking, ask] = useState(false);
  useEffect(() => () => mark(sid, false), [sid]);
  const warn = () => {
    mark(sid, true);
    onWarn(linesOf("warning", language.value?.tag ?? "sv")[0] ?? "");
  };
  const end = () => {
    ask(false);
    onEnd();
  };
  return (
    <>
      <button type="button" class="button small" onClick={warn}>
        {t("staff.abuse.warn")}
      </button>
      {warned.value.has(sid) && (
        <button type="button" class="button small" onClick={() => ask(true)}>
          {t("staff.abuse.end")}
        </button>
      )}
      {asking && <Question number={number} onEnd={end} onClose={() => ask(false)} />}
    </>
  );
}

function Question({ number, onEnd, onClose }: { number: number; onEnd(): void; onClose(): void }) {
  const id = useId();
  return (
    <Dialog heading={t("staff.abuse.heading", { number })} describedBy={id} modal onClose={onClose}>
      <p id={id}>{t("staff.abuse.words")}</p>
      <div class="dialog-answers">
        <button type="button" class="button" onClick={onClose}>
          {t("shared.end.no")}
        </button>
        <button type="button" class="button primary" onClick={onEnd}>
          {t("staff.abuse.end")}
        </button>
      </div>
    </Dialog>
  );
}

function mark(sid: string, on: boolean): void {
  const rest = [...warned.value].filter((each) => each !== sid);
  warned.value = new Set(on ? [...rest, sid] : rest);
}
