/** A screen that says something and offers the ways on: start over, back to the page, or other help. */

import type { ComponentChildren } from "preact";
import type { ErrorView } from "../../../chat/browser/core/view.ts";
import { Alarm } from "../../../chat/browser/ui/alarm.tsx";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import { Heading } from "./heading.tsx";
import { Numbers } from "./numbers.tsx";

interface NoticeProps {
  heading: string;
  alarm: ErrorView | null;
  button: string;
  onPress(): void;
  onClose: (() => void) | null;
  /** What stands before the heading. */
  top?: ComponentChildren;
  children: ComponentChildren;
}

export function Notice({ heading, alarm, button, onPress, onClose, top, children }: NoticeProps) {
  return (
    <main class="screen">
      {top}
      <Heading>{heading}</Heading>
      {children}
      {alarm && <Alarm error={alarm} />}
      <div class="actions">
        <button type="button" class="button primary" onClick={onPress}>
          {button}
        </button>
        {onClose && (
          <button type="button" class="button" onClick={onClose}>
            {t("visitor.close")}
          </button>
        )}
      </div>
      <section class="card">
        <h2>{t("visitor.numbers.heading")}</h2>
        <Numbers />
      </section>
    </main>
  );
}
