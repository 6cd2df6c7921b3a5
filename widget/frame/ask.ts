/** How code that stands in a part asks for another part: of the frame that it was given to. */

import type { PartLoader } from "./parts.ts";

declare const varsam: { readonly ask: PartLoader["get"] };

export const ask: PartLoader["get"] = (name) => varsam.ask(name);
