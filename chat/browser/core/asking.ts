/**
 * The visitor is asked who comes in (E6), and asks for somebody else where whoever was there is lost (E8). Few conversations
 * need it, so it is a part of its own; what it carries out is admission.ts's. Nobody is let in from here but by a person's word.
 */

import type { Admission, Question } from "./admission.ts";
import { Away } from "./away.ts";
import type { Conversation } from "./conversation.ts";
import { b64 } from "./encoding.ts";
import { writeSigned } from "./entry.ts";
import type { Link } from "./link.ts";
import type { Error as Fault } from "./messages.ts";
import { refuse } from "./refusal.ts";
import type { SigningPair } from "./signing.ts";
import type { Answer, AskingView, ErrorView, QuestionView } from "./view.ts";

/** So long the service asks the others. */
const CALLED_MS = 120_000;

/** What a visitor's page hands over. */
export interface Inside {
  readonly admission: Admission;
  readonly conversation: Conversation;
  readonly pair: SigningPair;
  readonly link: Link;
  /** Unix seconds. */
  now(): number;
  warn(alarm: ErrorView): void;
}

export interface Page {
  readonly inside: Inside | null;
  readonly presence: { readonly guests?: number };
  onFault: ((fault: Fault) => void) | undefined;
}

export class Asking {
  private called = 0;
  private late = false;
  private readonly away = new Away();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly page: Page,
    private readonly changed: () => void,
  ) {
    page.onFault = (fault) => this.faulted(fault);
  }

  get view(): AskingView {
    const { inside, presence } = this.page;
    // Nothing can be answered while what was answered last is under way.
    const asked = inside && !inside.conversation.stating ? inside.admission.asked : [];
    const standing = asked.filter(({ offer }) => inside && offer.expiry > inside.now());
    const away = inside && this.away.look(inside.conversation.members, presence.guests ?? 0, inside.now());
    return { questions: standing.map(viewOf), calling: this.timer !== undefined, late: this.late, away };
  }

  /** What a person said to the question that stands on the screen under this name. */
  answer(id: string, answer: Answer): void {
    const { inside } = this.page;
    this.late = false;
    inside?.conversation.soon(async () => {
      const { admission, conversation } = inside;
      const late = () => {
        this.late = true;
        this.changed();
      };
      const question = admission.asked.find((asked) => nameOf(asked) === id);
      if (!question || question.offer.expiry <= inside.now() || conversation.stating) return late();
      if (answer !== "no") return admission.letIn(question, answer === "all");
      const entry = await refuse(conversation.log.trust.realm, question.offer.hash, inside.pair.privateKey);
      conversation.state(entry, { kind: "refuse", ...writeSigned(entry) }, late);
    });
  }

  /** E8: whoever comes is asked about like everybody. */
  callAnother(): void {
    const { inside } = this.page;
    if (!inside || this.timer) return;
    const { link, conversation } = inside;
    this.called = link.ref();
    const sid = conversation.name;
    if (!link.send({ type: "ask", ref: this.called, sid, purpose: "handover" })) return;
    this.timer = setTimeout(() => this.stopCalling(), CALLED_MS);
    this.changed();
  }

  /** The page goes away, or somebody is there. */
  stopCalling(): void {
    if (!this.timer) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.changed();
  }

  private faulted({ ref, code, retry_after }: Fault): void {
    if (!this.timer || ref !== this.called) return;
    this.stopCalling();
    this.page.inside?.warn({ code, ...(retry_after ? { retryAfter: retry_after } : {}) });
  }
}

function viewOf(question: Question): QuestionView {
  const { offer, staff } = question;
  const { pseudonym, role } = staff.certificate;
  const by = staff.inviter?.pseudonym ?? null;
  return { id: nameOf(question), pseudonym, role, purpose: offer.purpose, by, until: offer.expiry };
}

/** The same for every offer by which one device asks for the same: what a person reads does not change under their hand. */
function nameOf({ offer, staff }: Question): string {
  return `${offer.purpose} ${b64(offer.certificate)} ${b64(staff.certificate.signatureKey)}`;
}
