/** One question a step (Call 1): its heading, what is wrong with the answer, and the ways on. */

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Alarm } from "../../../../chat/browser/ui/alarm.tsx";
import { t } from "../../../../chat/browser/ui/catalogue.ts";
import { Heading } from "../../views/heading.tsx";
import { canSkip, STEPS } from "../answers.ts";
import type { Form } from "../form.ts";

interface QuestionProps {
  form: Form;
  heading: string;
  onClose(): void;
  /** The last one, which is no question. */
  send?: () => void;
  children: ComponentChildren;
}

export function Question({ form, heading, onClose, send, children }: QuestionProps) {
  const place = useRef<HTMLFormElement>(null);
  const wrong = useId();
  const step = form.step.value;
  const fault = form.fault.value;
  useEffect(() => {
    if (fault) place.current?.querySelector<HTMLElement>("input, select")?.focus();
  }, [fault]);
  return (
    <form
      ref={place}
      class="question"
      autocomplete="off"
      aria-describedby={fault ? wrong : undefined}
      onSubmit={(event) => {
        event.preventDefault();
        if (send) send();
        else form.next();
      }}
    >
      <p class="quiet">{t("callback.step", { n: step + 1, count: STEPS.length })}</p>
      <Heading>{heading}</Heading>
      {fault && (
        <p id={wrong} role="alert" class="alarm">
          {t(`callback.${fault}`)}
        </p>
      )}
      {children}
      {form.alarm.value && <Alarm error={form.alarm.value} section="callback" />}
      <div class="actions">
        <button type="submit" class="button primary">
          {t(send ? "callback.send" : "callback.next")}
        </button>
        {canSkip(form.question) && (
          <button type="button" class="button" onClick={() => form.skip()}>
            {t("callback.skip")}
          </button>
        )}
        <button type="button" class="button" onClick={() => (step === 0 ? onClose() : form.back())}>
          {t("callback.back")}
        </button>
      </div>
    </form>
  );
}
