/** After a hard conversation: a few words for whoever had it. Where the visitor left quickly they stand at once. */

import { useEffect, useId, useState } from "preact/hooks";
import type { ConversationView } from "../../../chat/browser/core/view.ts";
import { language, t } from "../../../chat/browser/ui/catalogue.ts";
import { fetchLaid, linesOf } from "./laid.ts";

export function Debrief({ conversation }: { conversation: ConversationView }) {
  const [open, setOpen] = useState(conversation.ended === "left-quickly");
  const id = useId();
  useEffect(() => {
    fetchLaid();
  }, []);
  const lines = linesOf("debrief", language.value?.tag ?? "sv");
  if (lines.length === 0) return null;
  return (
    <div class="debrief">
      <button
        type="button"
        class="button small"
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {t("staff.debrief.ask")}
      </button>
      <ul id={id} class="debrief-lines" hidden={!open}>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}
