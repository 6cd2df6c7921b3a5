/** A screen's heading. It can take the focus, so that a new screen is read from its beginning. */

import type { ComponentChildren } from "preact";

export function Heading({ children, id }: { children: ComponentChildren; id?: string }) {
  return (
    <h1 id={id} tabIndex={-1}>
      {children}
    </h1>
  );
}
