/**
 * *Write a message* and *Send*. Enter sends, Shift and Enter makes a new line. What is being written stays in the text box
 * and nowhere else until it is handed over (Talk 5); it is cleared only once that went well (Talk 4).
 */

import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "./catalogue.ts";

interface ComposerProps {
  /** Keeps the text, or throws, and then the text box keeps it. */
  onSend(text: string): void;
  /** Whoever must be asked first: `send` once the answer is yes. */
  before?(text: string, send: () => void): void;
  /** What is in the text box has changed by hand. */
  onWrite?(): void;
}

export function Composer({ onSend, onWrite, before = (_, send) => send() }: ComposerProps) {
  const box = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  useLayoutEffect(() => grow(box.current), []);
  const send = () => {
    const field = box.current;
    if (!field) return;
    const words = field.value.trim();
    if (words) {
      before(words, () => {
        // The answer was about another text.
        if (field.value.trim() !== words) return send();
        onSend(words);
        field.value = "";
        grow(field);
      });
    }
    field.focus();
  };
  return (
    <form
      class="composer"
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label for={id} class="visually-hidden">
        {t("shared.write")}
      </label>
      <textarea
        ref={box}
        id={id}
        rows={1}
        dir="auto"
        placeholder={t("shared.write")}
        autocomplete="off"
        // Written so, it is the attribute: as a property "off" would be taken for yes.
        autoCorrect="off"
        spellcheck={false}
        enterkeyhint="send"
        data-gramm="false"
        onInput={(event) => {
          grow(event.currentTarget);
          onWrite?.();
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <button type="submit" class="button primary">
        {t("shared.send")}
      </button>
    </form>
  );
}

/** As high as its text; the style sheet says how high at most. */
function grow(field: HTMLTextAreaElement | null): void {
  if (!field) return;
  field.style.blockSize = "auto";
  field.style.blockSize = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
}
