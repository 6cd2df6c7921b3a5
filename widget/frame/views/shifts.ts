/** How often Shift was pressed so far, for a page of its own; in a municipality's page the loader says it. */

import { signal } from "@preact/signals";

export const shiftsPressed = signal(0);
