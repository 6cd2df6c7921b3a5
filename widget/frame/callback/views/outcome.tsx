/** What becomes of a request: being sealed and sent, and its code, shown once. */

import { t } from "../../../../chat/browser/ui/catalogue.ts";
import { Heading } from "../../views/heading.tsx";
import { Said } from "../../views/said.tsx";
import type { Form } from "../form.ts";

/** On a slow network it takes a while, and says what it does. */
export function Sending({ form, onClose }: { form: Form; onClose(): void }) {
  const { at, part } = form.progress.value;
  return (
    <>
      <Heading>{t("callback.sending.heading")}</Heading>
      <p role="status">{t(at === "wait" ? "callback.sending.wait" : "callback.sending.now")}</p>
      <progress
        aria-label={t("callback.sending.heading")}
        {...(at === "work" ? { value: part, max: 1 } : {})}
      />
      <p>{t("callback.sending.stay")}</p>
      <div class="actions">
        <button type="button" class="button" onClick={onClose}>
          {t("callback.stop")}
        </button>
      </div>
    </>
  );
}

export function Sent({ form, origin, onClose }: { form: Form; origin: string; onClose(): void }) {
  return (
    <>
      <Heading>{t("callback.sent.heading")}</Heading>
      <p>{t("callback.sent.words")}</p>
      <p aria-hidden="true" class="code-label">
        {t("callback.code.label")}
      </p>
      <p role="status" aria-label={t("callback.code.label")} class="code" dir="ltr" translate={false}>
        {form.code}
      </p>
      <p>
        <Said at={["callback.sent.keep"]} />
      </p>
      <p>{t("callback.sent.where", { address: `${new URL(origin).host}/callback` })}</p>
      <p>
        <Said at={["callback.sent.once"]} />
      </p>
      <Done onClose={onClose} />
    </>
  );
}

export function Changed({ onClose }: { onClose(): void }) {
  return (
    <>
      <Heading>{t("callback.changed.heading")}</Heading>
      <p role="status">{t("callback.changed.words")}</p>
      <Done onClose={onClose} />
    </>
  );
}

function Done({ onClose }: { onClose(): void }) {
  return (
    <div class="actions">
      <button type="button" class="button primary" onClick={onClose}>
        {t("callback.done")}
      </button>
    </div>
  );
}
