/** What can go wrong, told apart by who must act. No error carries text, keys or addresses. */

/** Something could not be verified and is refused (K7). `step` names the step of docs/protocol.md, such as "K4". */
export class VerificationError extends Error {
  constructor(
    readonly step: string,
    readonly reason: string,
  ) {
    super(`${step}: ${reason}`);
  }
}

/** Something that is needed could not be fetched now. It says nothing about what it would have been: connect again. */
export class Unreachable extends Error {
  constructor(
    message: string,
    /** The service answered that there is no such thing. */
    readonly missing = false,
  ) {
    super(message);
  }
}

/** The service refused a request, which changed nothing. `code` is a leaf of chat/errors.py, or "offline". */
export class Refused extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/** Refuse unless `condition` holds. */
export function verify(condition: boolean, step: string, reason: string): asserts condition {
  if (!condition) throw new VerificationError(step, reason);
}
