/** What the screens of the return code have done, without knowing how. Each rejects with `Told` or `CodeFault`. */

import type { ErrorView } from "../../../chat/browser/core/view.ts";
import type { Code } from "./code.ts";

export interface Verbs {
  /** R1: a code of this kind, once it counts. */
  make(kind: string): Promise<Code>;
  /** R2: what was typed is read and looked for, and this page goes on. */
  comeBack(typed: string): Promise<void>;
}

/** What was refused, or did not come, as the screens say it. */
export class Told extends Error {
  constructor(readonly view: ErrorView) {
    super(view.code);
  }
}
