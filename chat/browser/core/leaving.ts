/** The notice of leaving (Leave 3, S7): over the connection, and by a beacon beside it; nothing waits for either. */

import type { Link } from "./link.ts";
import type { Opening } from "./opening.ts";
import type { VisitorOptions } from "./options.ts";

export function giveNotice(
  { sid, leaveToken: token }: Opening,
  link: Link | null,
  { origin, beacon }: VisitorOptions,
): void {
  link?.send({ type: "leave", ref: link.ref(), sid, token });
  beacon?.(`${origin}/v1/leave`, JSON.stringify({ sid, token }));
}
