/**
 * What one may tell besides (Before 3, 7, 8): asked for when somebody opens it, or when no wish can be met. The one file of its
 * screens that knows the core: it hands them how a name is hashed.
 */

import { nameHash } from "../../../chat/browser/core/names.ts";
import { adopt } from "../../../chat/browser/ui/sheets.ts";
import style from "../views/wishing.css";
import { Wishing as Screen, Unmet, type WishingProps } from "../views/wishing.tsx";

let isDressed = false;

/** Its screens, once the page has their style. */
export function dressed() {
  if (!isDressed) adopt(document, style);
  isDressed = true;
  return { Unmet, Wishing };
}

function Wishing(props: WishingProps) {
  return Screen({ ...props, nameHash });
}
