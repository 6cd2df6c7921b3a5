/** What can be done with a code (C3): see how it stands, change, cancel. Nothing of what was asked is ever shown. */

import { useId } from "preact/hooks";
import { Alarm } from "../../../../chat/browser/ui/alarm.tsx";
import { t } from "../../../../chat/browser/ui/catalogue.ts";
import { Field } from "../../../../chat/browser/ui/field.tsx";
import { Heading } from "../../views/heading.tsx";
import { Numbers } from "../../views/numbers.tsx";
import type { Form } from "../form.ts";

export function Code({ form, onClose }: { form: Form; onClose(): void }) {
  const wrong = useId();
  const status = form.status.value;
  const act = (work: () => Promise<void>) => () => void (form.busy.value || work());
  return (
    <form
      class="question"
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        act(() => form.showStatus())();
      }}
    >
      <Heading>{t("callback.code.heading")}</Heading>
      <Field
        label={t("callback.code.label")}
        words={t("callback.code.words")}
        kind="code"
        value={form.typed}
        most={200}
        onWrite={(typed) => form.type(typed)}
      />
      {form.fault.value && (
        <p id={wrong} role="alert" class="alarm">
          {t(`callback.${form.fault.value}`)}
        </p>
      )}
      {form.alarm.value && <Alarm error={form.alarm.value} section="callback" />}
      <p role="status" class="notice">
        {form.busy.value
          ? t("visitor.waiting.connecting")
          : status && t(`callback.code.state.${status.state}`)}
      </p>
      <div class="actions">
        <button type="submit" class="button primary">
          {t("callback.code.show")}
        </button>
        <button type="button" class="button" onClick={act(() => form.change())}>
          {t("callback.code.change")}
        </button>
        <button type="button" class="button" onClick={act(() => form.cancel())}>
          {t("callback.code.cancel")}
        </button>
        <button type="button" class="button plain" onClick={onClose}>
          {t("callback.code.chat")}
        </button>
      </div>
      <section class="card">
        <h2>{t("visitor.numbers.heading")}</h2>
        <Numbers />
      </section>
    </form>
  );
}
