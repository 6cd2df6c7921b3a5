/**
 * What is asked and agreed at the start of a conversation (Talk 1, 2): a list to tick, kept in this page's memory for as long as
 * the conversation stands on the screen, and nowhere else.
 */

import { useEffect, useState } from "preact/hooks";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import { signal } from "../../../chat/browser/ui/signal.ts";

const PROMPTS = ["screen", "break", "code", "duress"] as const;
/** Where there is room for it beside what is written. */
const ROOMY = "(min-width: 30rem) and (min-height: 40rem)";

const ticked = signal<ReadonlySet<string>>(new Set());

/** `alone`: no conversation stands beside this one; else the list is folded, and what was written keeps the room. */
export function Prompts({ sid, alone }: { sid: string; alone: boolean }) {
  const [roomy] = useState(() => matchMedia(ROOMY).matches);
  useEffect(() => () => forget(sid), [sid]);
  const done = PROMPTS.filter((prompt) => ticked.value.has(`${sid} ${prompt}`));
  return (
    <details class="prompts" open={roomy && alone}>
      <summary>{t("staff.prompts.heading", { done: done.length, all: PROMPTS.length })}</summary>
      <div class="prompts-list">
        {PROMPTS.map((prompt) => (
          <label key={prompt} class="check">
            <input
              type="checkbox"
              checked={done.includes(prompt)}
              onChange={({ currentTarget }) => tick(`${sid} ${prompt}`, currentTarget.checked)}
            />
            {t(`staff.prompts.${prompt}`)}
          </label>
        ))}
      </div>
    </details>
  );
}

function tick(name: string, on: boolean): void {
  const rest = [...ticked.value].filter((each) => each !== name);
  ticked.value = new Set(on ? [...rest, name] : rest);
}

function forget(sid: string): void {
  ticked.value = new Set([...ticked.value].filter((name) => !name.startsWith(`${sid} `)));
}
