/** Something could not be verified: refused in words, with no way to go on all the same (K7). */

import { t } from "../../../chat/browser/ui/catalogue.ts";
import type { ScreenProps } from "./app.tsx";
import { Notice } from "./notice.tsx";

export function Refused({ view, session, onClose }: ScreenProps) {
  return (
    <Notice
      heading={t("visitor.refused.heading")}
      alarm={view.alarm}
      button={t("visitor.refused.button")}
      onPress={() => session.wipe()}
      onClose={onClose}
    >
      <p>{t("visitor.refused.words")}</p>
    </Notice>
  );
}
