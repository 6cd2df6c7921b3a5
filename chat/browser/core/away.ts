/**
 * A guest who is in and has no page open (E6): whoever closes it without leaving stays listed, and the others are told since when.
 * The service counts pages and knows no guest by name, so that of several nobody is called away before all of them are.
 */

import type { AwayView, MemberView } from "./view.ts";

export class Away {
  private since: number | null = null;

  /** `guests`: how many pages of guests are open. */
  look(members: readonly MemberView[], guests: number, now: number): AwayView | null {
    const guest = members.find(({ role }) => role === "guest");
    if (!guest || guests > 0) {
      this.since = null;
      return null;
    }
    this.since ??= now;
    return { pseudonym: guest.pseudonym, since: this.since };
  }
}
