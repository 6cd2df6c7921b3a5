/** How a refusal is named on the screens, which have the words for it. */

import { Refused, VerificationError } from "./errors.ts";
import type { Error as Fault } from "./messages.ts";
import type { ErrorView } from "./view.ts";

/** E4, K7: what could not be verified is shown with its step; anything else was no message of this protocol. */
export function alarmOf(error: unknown): ErrorView {
  if (error instanceof VerificationError) return { code: "unverified", step: error.step };
  return { code: error instanceof Refused ? error.code : "malformed" };
}

/** What the service refused. */
export function faultView({ code, retry_after }: Fault): ErrorView {
  return { code, ...(retry_after ? { retryAfter: retry_after } : {}) };
}
