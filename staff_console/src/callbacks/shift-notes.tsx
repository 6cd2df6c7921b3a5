/** What the next shift must know; gone after three days (C5). */

import type { NoteView } from "../../../chat/browser/core/callback-view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import type { CallCommands } from "./calls.ts";
import { Notes, WriteNote } from "./notes.tsx";

interface ShiftNotesProps {
  notes: readonly NoteView[];
  busy: boolean;
  commands: CallCommands;
}

export function ShiftNotes({ notes, busy, commands }: ShiftNotesProps) {
  return (
    <details class="shift-notes">
      <summary>{t("staff.callbacks.shift", { count: notes.length })}</summary>
      <Notes notes={notes} />
      <WriteNote
        label={t("staff.callbacks.shiftNote")}
        busy={busy}
        onKeep={(text) => commands.note(text, true)}
      />
    </details>
  );
}
