/**
 * What the screens see: plain values, handed out whole and never changed afterwards. Views import this file and no
 * other of the core's, so they cannot reach a key, a socket or a byte of a message.
 */

/** Waiting to send · Sent (stored) · Delivered (the other side's page holds it) · Read (a person has seen it). */
export type MessageState = "waiting" | "sent" | "delivered" | "read";

export interface MessageView {
  readonly id: string;
  /** "me", "visitor", "service", or a pseudonym. */
  readonly from: string;
  /** The text; of the service a code: "leased", "returned", "left-quickly", "closed", "time"; of this page: "not-let-in", "not-asked", "rejoined", "restored". */
  readonly text: string;
  /** Of some of the service's words: the pseudonym of whom they are about. */
  readonly about?: string;
  /** Null for what others wrote. */
  readonly state: MessageState | null;
  /** Unix seconds; 0 as long as it is not stored. */
  readonly at: number;
}

export interface MemberView {
  readonly pseudonym: string;
  readonly role: string;
  /** Let in, but nothing of theirs has been verified yet (E4). */
  readonly joining: boolean;
  readonly me: boolean;
}

/** `code` → the catalogue's `shared.error.<code>`. `step`: the step of docs/protocol.md that failed. */
export interface ErrorView {
  readonly code: string;
  readonly step?: string;
  /** Seconds. */
  readonly retryAfter?: number;
  /** Of `wrong-clock`: `device` and `service`, Unix seconds. */
  readonly numbers?: Readonly<Record<string, number>>;
}

export type LinkState = "connecting" | "online" | "offline";

/** Why a conversation is over. */
export type EndReason = "closed" | "left-quickly" | "time" | "continued" | "unknown";
/** `unseen`: the visitor's page was out of sight for too long. */
export type VisitorEnd = Exclude<EndReason, "continued"> | "unseen";

export interface VisitorView {
  readonly phase:
    | "start"
    | "connecting"
    | "waiting"
    | "offered"
    | "talking"
    | "restoring"
    | "ended"
    | "closed"
    | "refused";
  readonly link: LinkState;
  /** 1 is next. */
  readonly place: number | null;
  readonly onDuty: number;
  /** Most who were answered lately had waited so many minutes at most; null: nobody can say. */
  readonly within: number | null;
  readonly demo: boolean;
  readonly messages: readonly MessageView[];
  readonly members: readonly MemberView[];
  /** Pseudonyms of whom a conversation waits for that goes on after the service has lost a part of it. */
  readonly awaited: readonly string[];
  readonly counsellorHere: boolean;
  readonly alarm: ErrorView | null;
  readonly ended: VisitorEnd | null;
}

export interface WaitingView {
  /** Unix seconds. */
  readonly since: number;
  readonly language: string;
  readonly entrance: "self" | "other" | "work" | null;
  readonly leased: boolean;
  readonly away: boolean;
}

export interface ConversationView {
  /** Stays the same where the conversation goes on under another id. */
  readonly sid: string;
  /** Visitor 1, 2, 3 … of this page. */
  readonly number: number;
  readonly phase: "opening" | "offered" | "rejoining" | "talking" | "restoring" | "ended" | "refused";
  readonly visitorHere: boolean;
  /** The visitor has covered the page: texts written here wait (Leave 9). */
  readonly paused: boolean;
  readonly messages: readonly MessageView[];
  readonly members: readonly MemberView[];
  readonly alarm: ErrorView | null;
  readonly ended: EndReason | null;
  /** Texts of the visitor that no person has seen here yet. */
  readonly unread: number;
}

export interface DeskView {
  /** "moved": this device is on duty in another tab, and nothing more is done here. */
  readonly link: LinkState | "moved";
  /** The pseudonym of the certificate; null: sign in. */
  readonly signedInAs: string | null;
  /** The device that was kept here is signing in by itself. */
  readonly resuming: boolean;
  readonly demo: boolean;
  readonly onDuty: boolean;
  readonly capacity: number;
  readonly waiting: readonly WaitingView[];
  /** `waiting` lists at most 200; this counts all. */
  readonly waitingLength: number;
  readonly colleagues: readonly string[];
  readonly conversations: readonly ConversationView[];
  readonly alarm: ErrorView | null;
}
