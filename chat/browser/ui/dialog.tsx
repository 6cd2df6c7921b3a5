/**
 * A question before something that cannot be undone. Modal at a counsellor's desk; for a visitor never, since nothing may
 * make the way out of the page inert (Leave 1). Esc answers no. The focus comes back to where it was.
 */

import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";

interface DialogProps {
  heading: string;
  /** The id of the words that a screen reader says with the heading. */
  describedBy?: string;
  modal: boolean;
  onClose(): void;
  children: ComponentChildren;
}

export function Dialog({ heading, describedBy, modal, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const before = document.activeElement;
    if (modal) dialog.current?.showModal();
    else dialog.current?.show();
    return () => queueMicrotask(() => before instanceof HTMLElement && before.focus());
  }, [modal]);
  return (
    <div class="dialog-shade">
      <dialog
        ref={dialog}
        class="dialog"
        aria-labelledby={id}
        aria-describedby={describedBy}
        onCancel={(event) => {
          event.preventDefault();
          onClose();
        }}
        onKeyDown={(event) => event.key === "Escape" && onClose()}
      >
        <h2 id={id}>{heading}</h2>
        {children}
      </dialog>
    </div>
  );
}
