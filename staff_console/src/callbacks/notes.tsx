/** Notes that counsellors leave for each other about calls (C5). */

import { useState } from "preact/hooks";
import type { NoteView } from "../../../chat/browser/core/callback-view.ts";
import { moment, t } from "../../../chat/browser/ui/catalogue.ts";
import { Field } from "../../../chat/browser/ui/field.tsx";

const CHARACTERS = 300;

export function Notes({ notes }: { notes: readonly NoteView[] }) {
  if (notes.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noRedundantRoles: Safari forgets a list without markers
    <ul role="list" class="call-notes" aria-label={t("staff.callbacks.notes")}>
      {notes.map(({ pseudonym, time, text }) => (
        <li key={`${time} ${pseudonym} ${text}`}>
          <p dir="auto">{text}</p>
          <p class="quiet">
            {pseudonym}, {moment(time)}
          </p>
        </li>
      ))}
    </ul>
  );
}

interface WriteNoteProps {
  label: string;
  busy: boolean;
  onKeep(text: string): void;
}

export function WriteNote({ label, busy, onKeep }: WriteNoteProps) {
  const [words, write] = useState("");
  const keep = () => {
    if (!words.trim() || busy) return;
    onKeep(words.trim());
    write("");
  };
  return (
    <form
      class="call-note"
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        keep();
      }}
    >
      <Field label={label} value={words} most={CHARACTERS} onWrite={write} />
      <button type="submit" class="button" aria-disabled={busy}>
        {t("staff.callbacks.keepNote")}
      </button>
    </form>
  );
}
