/**
 * What stands around the text box at a desk: *Ready replies*, opened by its button or by / in the box. What is chosen is put
 * into the box and never sent by itself.
 */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../../../chat/browser/ui/catalogue.ts";
import { Abuse } from "./abuse.tsx";
import { beginsAWord, insert } from "./inserting.ts";
import { fetchLaid } from "./laid.ts";
import { Replies } from "./replies.tsx";

interface Props {
  /** Of whoever writes here. */
  role: string;
  /** Which conversation, and the number of its visitor. */
  sid: string;
  number: number;
  /** For abuse, with a cool-down. */
  onEnd(): void;
  /** The composer. */
  children: ComponentChildren;
}

export function DeskTools({ role, sid, number, onEnd, children }: Props) {
  const area = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const box = () => area.current?.querySelector("textarea") ?? null;
  useSlash(area, () => setOpen(true));
  const close = (words = "") => {
    setOpen(false);
    const field = box();
    if (field && words) insert(field, words);
    else field?.focus();
  };
  return (
    <div ref={area} class="desk-tools">
      {open && <Replies role={role} onChoose={close} onClose={close} onAway={() => setOpen(false)} />}
      <div class="desk-tools-row">
        <button
          type="button"
          class="button small"
          aria-expanded={open}
          aria-keyshortcuts="/"
          // Pressed while it is open it would lose the focus first, close, and open again.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => (open ? close() : setOpen(true))}
        >
          {t("staff.replies.button")}
        </button>
        {role === "counsellor" && <Abuse sid={sid} number={number} onWarn={close} onEnd={onEnd} />}
      </div>
      {children}
    </div>
  );
}

/** A / that begins a word opens the replies instead of being written. */
function useSlash(area: { current: HTMLElement | null }, open: () => void): void {
  useEffect(() => {
    fetchLaid();
    const written = (event: Event) => {
      const box = event.target;
      if (!(event instanceof InputEvent) || event.data !== "/" || event.isComposing) return;
      if (!(box instanceof HTMLTextAreaElement) || !beginsAWord(box)) return;
      event.preventDefault();
      open();
    };
    const held = area.current;
    held?.addEventListener("beforeinput", written);
    return () => held?.removeEventListener("beforeinput", written);
  }, []);
}
