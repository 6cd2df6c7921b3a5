/**
 * Coming back by a code, on any device (R2). What was typed stays in its box whatever happens, and what is wrong is said with
 * the way to mend it. Nothing of what was said before is shown to whoever comes.
 */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Alarm } from "../../../chat/browser/ui/alarm.tsx";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import { Heading } from "../views/heading.tsx";
import { CodeFault, counted } from "./code.ts";
import type { Told, Verbs } from "./verbs.ts";

interface ComeBackProps {
  verbs: Verbs;
  onClose(): void;
}

export function ComeBack({ verbs, onClose }: ComeBackProps) {
  const box = useRef<HTMLTextAreaElement>(null);
  const screen = useRef<HTMLElement>(null);
  const [count, tell] = useState(counted(""));
  const [looking, look] = useState(false);
  const [wrong, say] = useState<Told | CodeFault | null>(null);
  useLayoutEffect(() => screen.current?.querySelector("h1")?.focus(), []);
  const press = async () => {
    if (looking) return;
    say(null);
    look(true);
    try {
      await verbs.comeBack(box.current?.value ?? "");
    } catch (error) {
      say(error as Told | CodeFault);
      box.current?.focus();
    }
    look(false);
  };
  return (
    <main class="screen returning" ref={screen}>
      <Heading>{t("returning.back.heading")}</Heading>
      <p>{t("returning.back.lead")}</p>
      <div class="returning-field">
        <label for="code">{t("returning.back.label")}</label>
        <textarea
          id="code"
          ref={box}
          rows={3}
          dir="auto"
          aria-describedby="code-hint code-count"
          autocomplete="off"
          autocapitalize="off"
          autocorrect="off"
          spellcheck={false}
          onInput={(event) => tell(counted(event.currentTarget.value))}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.isComposing) return;
            event.preventDefault();
            void press();
          }}
        />
        <p id="code-hint" class="quiet">
          {t("returning.back.hint")}
        </p>
        <p id="code-count" role="status" class="quiet">
          {looking ? t("returning.back.looking") : soFar(count)}
        </p>
      </div>
      {wrong instanceof CodeFault ? (
        <p role="alert" class="alarm">
          {t(`returning.fault.${wrong.kind}`, wrong.values)}
        </p>
      ) : (
        wrong && <Alarm error={wrong.view} section="returning" />
      )}
      <div class="actions">
        <button type="button" class="button primary" aria-disabled={looking} onClick={() => void press()}>
          {t("returning.back.button")}
        </button>
        <button type="button" class="button plain" onClick={onClose}>
          {t("returning.back.cancel")}
        </button>
      </div>
      <p class="quiet">{t("returning.back.lost")}</p>
    </main>
  );
}

function soFar({ words, digits }: { words: number; digits: number }): string {
  if (words) return t("returning.back.words", { n: words });
  return digits ? t("returning.back.digits", { n: digits }) : "";
}
