/** The row of buttons that brings to the front what has no room on the stage. */

import type { DeskView } from "../../../chat/browser/core/view.ts";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import { lookAt, QUEUE } from "./pane.ts";

export function PaneSwitch({ view, visible }: { view: DeskView; visible: readonly string[] }) {
  const waiting = {
    count: view.waitingLength,
    words: t("staff.waiting.count", { count: view.waitingLength }),
  };
  return (
    <nav class="pane-switch" aria-label={t("staff.panes.label")}>
      <PaneButton name={QUEUE} label={t("staff.panes.queue")} visible={visible} {...waiting} />
      {view.conversations.map(({ sid, number, phase, unread }) => (
        <PaneButton
          key={sid}
          name={sid}
          label={t("staff.conversation.visitor", { number })}
          visible={visible}
          count={phase === "talking" ? unread : 0}
          words={t("staff.conversation.unread", { unread })}
        />
      ))}
    </nav>
  );
}

interface PaneButtonProps {
  name: string;
  label: string;
  visible: readonly string[];
  /** Shown as a number, and said in words. */
  count: number;
  words: string;
}

function PaneButton({ name, label, visible, count, words }: PaneButtonProps) {
  return (
    <button
      type="button"
      aria-current={visible.includes(name) ? "true" : undefined}
      onClick={() => lookAt(name)}
    >
      {label}
      {count > 0 && (
        <>
          <span class="pane-count" aria-hidden="true">
            {count}
          </span>
          <span class="visually-hidden">{words}</span>
        </>
      )}
    </button>
  );
}
