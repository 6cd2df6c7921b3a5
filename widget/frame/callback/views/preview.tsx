/** Exactly what the counsellor will see, before anything is sent. */

import { CallCard } from "../../../../chat/browser/ui/call-card.tsx";
import { t } from "../../../../chat/browser/ui/catalogue.ts";
import { readNumber, spaced } from "../../../../chat/browser/ui/phone.ts";
import type { Form } from "../form.ts";
import { languageName } from "../words.ts";

export function Preview({ form, spoken }: { form: Form; spoken: string }) {
  const card = form.card(spoken);
  const { entrance } = card;
  const read = readNumber(form.answers.number);
  return (
    <section class="card" aria-label={t("callback.preview.heading")}>
      <CallCard
        card={card}
        nameOf={languageName}
        entrance={entrance && t(`visitor.start.entrance.${entrance}`)}
      />
      <dl class="call-card">
        <div>
          <dt>{t("callback.number.label")}</dt>
          <dd dir="ltr">{"number" in read ? spaced(read.number) : ""}</dd>
        </div>
      </dl>
      <p class="quiet">{t("callback.preview.later")}</p>
    </section>
  );
}
