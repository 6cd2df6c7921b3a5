/** The conversation itself, asked for behind the first screen (`parts.ts`). The one file of the frame that knows the core. */

import type { VisitorView } from "../../../chat/browser/core/view.ts";
import { Visitor } from "../../../chat/browser/core/visitor.ts";
import { later, type OpenWay } from "../../../chat/browser/core/way.ts";
import { onWake } from "../../../chat/browser/ui/waking.ts";
import { ask } from "../ask.ts";

export { findSlips } from "../slips.ts";

export interface Beginning {
  /** Of the service. */
  readonly origin: string;
  /** H(R), as base64url. */
  readonly root: string;
  readonly language: string;
  onChange(view: VisitorView): void;
}

/** Of a conversation that was ended for abuse, in this page's memory alone (Staff 5). */
let before: string | undefined;

export function makeVisitor(beginning: Beginning): Visitor {
  return new Visitor({
    ...beginning,
    before,
    cooling: ({ capability }) => {
      before = capability;
    },
    beacon: (url, body) => navigator.sendBeacon(url, body),
    onWake,
    polling,
  });
}

function polling(url: string): OpenWay {
  let made: OpenWay | undefined;
  return later(async () => {
    made ??= (await ask("polling")).byPolling(url);
    return made;
  });
}
