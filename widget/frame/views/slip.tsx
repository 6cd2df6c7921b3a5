/**
 * The question before something is sent that may show who somebody is (Talk 3). What was found stands here and nowhere else,
 * and no longer than somebody looks: hidden, the question is taken back, and what was written waits in its box.
 */

import { useEffect, useId } from "preact/hooks";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import { Dialog } from "../../../chat/browser/ui/dialog.tsx";
import type { Slip as Found } from "../slips.ts";

interface SlipProps {
  slips: readonly Found[];
  /** Where professionals write: stronger words. */
  strict: boolean;
  onSend(): void;
  onChange(): void;
}

export function Slip({ slips, strict, onSend, onChange }: SlipProps) {
  const words = useId();
  useEffect(() => {
    const look = () => document.hidden && onChange();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [onChange]);
  return (
    <Dialog
      heading={t(strict ? "visitor.slip.strictHeading" : "visitor.slip.heading")}
      describedBy={words}
      modal={false}
      onClose={onChange}
    >
      <div id={words} class="slip">
        <ul class="points">
          {slips.map(({ kind, match }, i) => (
            <li key={i}>
              {t(`visitor.slip.kind.${kind}`)}: <bdi>{match}</bdi>
            </li>
          ))}
        </ul>
        <p>{t(strict ? "visitor.slip.strictWords" : "visitor.slip.words")}</p>
      </div>
      <div class="dialog-answers">
        <button type="button" class="button primary" onClick={onChange}>
          {t("visitor.slip.change")}
        </button>
        <button type="button" class="button" onClick={onSend}>
          {t("visitor.slip.send")}
        </button>
      </div>
    </Dialog>
  );
}
