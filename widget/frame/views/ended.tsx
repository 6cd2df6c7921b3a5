/** After the end: what became of what was written, and the ways on. No rating, no questions (Talk 7). */

import { t } from "../../../chat/browser/ui/catalogue.ts";
import type { ScreenProps } from "./app.tsx";
import { Notice } from "./notice.tsx";

export function Ended({ view, session, onClose }: ScreenProps) {
  return (
    <Notice
      heading={t("shared.ended")}
      alarm={view.alarm}
      button={t("visitor.ended.button")}
      onPress={() => session.wipe()}
      onClose={onClose}
    >
      <p>{t(`visitor.ended.${view.ended ?? "unknown"}`)}</p>
      <p>{t("visitor.ended.again")}</p>
    </Notice>
  );
}
