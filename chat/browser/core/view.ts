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
  /** The text; of the service a code: "leased", "returned", "left-quickly", "closed", "time"; of this page: "not-let-in", "rejoined", "restored", "joined", "left", "refused", "nobody-came". */
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

/** Why a conversation is over. `returned`: the visitor came back by a code, to a new one beside it. */
export type EndReason = "closed" | "left-quickly" | "time" | "continued" | "returned" | "unknown";
/**
 * `unseen`: the visitor's page was out of sight for too long. With a return code: `kept`, this page is over and the code counts;
 * `elsewhere`, somebody goes on by it on another page.
 */
export type VisitorEnd = Exclude<EndReason, "continued" | "returned"> | "unseen" | "kept" | "elsewhere";

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
  /** Why none of those who are available may answer. */
  readonly unmet: readonly string[];
  /** Most who were answered lately had waited so many minutes at most; null: nobody can say. */
  readonly within: number | null;
  readonly demo: boolean;
  readonly messages: readonly MessageView[];
  readonly members: readonly MemberView[];
  /** Pseudonyms of whom a conversation waits for that goes on after the service has lost a part of it. */
  readonly awaited: readonly string[];
  /** So many ask to be let in; who, says a part of its own. */
  readonly asked: number;
  readonly counsellorHere: boolean;
  readonly alarm: ErrorView | null;
  readonly ended: VisitorEnd | null;
  /** Ended for abuse: another may begin from then on, Unix seconds. */
  readonly until: number | null;
}

/** Yes · yes, without what was said before · no (E6). */
export type Answer = "all" | "from-now" | "no";

/** Somebody asks to be let in (E6), verified. `purpose`: as what, or "rejoin": again. */
export interface QuestionView {
  /** The same for as long as it is the same question. */
  readonly id: string;
  readonly pseudonym: string;
  readonly role: string;
  readonly purpose: "accept" | "handover" | "supervise" | "interpret" | "rejoin" | "guest";
  /** Who vouches for a guest. */
  readonly by: string | null;
  /** Unix seconds. */
  readonly until: number;
}

export interface AskingView {
  /** In the order in which they came. */
  readonly questions: readonly QuestionView[];
  /** Somebody else was asked for, and may still come (E8). */
  readonly calling: boolean;
  /** What was answered last was no longer open, and nothing came of it. */
  readonly late: boolean;
  /** A guest who is in, and has no page open; null: nobody is away. */
  readonly away: AwayView | null;
}

/** `since`: Unix seconds, by this page. */
export interface AwayView {
  readonly pseudonym: string;
  readonly since: number;
}

/** What a visitor told, of closed lists; null and empty: not told (Before 3, 7, 8). */
export interface ToldView {
  readonly age: "under-15" | "15-17" | "18-25" | "over-25" | null;
  /** Four digits, or "other". */
  readonly municipality: string | null;
  readonly gender: "woman" | "man" | null;
  readonly languages: readonly string[];
  readonly triage: readonly ("danger" | "watched" | "abroad")[];
}

export interface AboutView {
  readonly language: string;
  readonly entrance: "self" | "other" | "work" | null;
  readonly told: ToldView | null;
}

/** What keeps everybody who is available from answering somebody. */
export type Wish = "language" | "gender" | "without" | "work";

export type DutyState = "available" | "finishing" | "break";

/** How this one was on duty, and what was marked by a person: no word of any conversation, only their ids. */
export interface Shift {
  readonly state: DutyState;
  readonly crises: readonly string[];
  readonly recognised: readonly string[];
  /** Where links for guests were open, which nobody can vouch for once this page is loaded anew. */
  readonly links: readonly string[];
}

export interface WaitingView extends AboutView {
  /** Unix seconds. */
  readonly since: number;
  readonly leased: boolean;
  readonly away: boolean;
  /** Of the place. */
  readonly number: number;
  /** Somebody else must take this one. */
  readonly other: boolean;
  readonly unmet: readonly Wish[];
  /** Came back by a code, to somebody who is awaited. */
  readonly returned: boolean;
}

/** For what somebody may come into a conversation that has a member (E6). */
export type Joining = "handover" | "supervise" | "interpret";

/** Somebody is asked to come. `to`: who; null: the next on duty. `came`: somebody did, and the visitor is being asked. */
export interface CallView {
  readonly purpose: Joining;
  readonly to: string | null;
  readonly came: boolean;
}

/** A guest from outside, whom this page has invited. `link`: to be sent by a way of one's own, until somebody opens it. */
export interface GuestView {
  readonly id: string;
  readonly organisation: string;
  readonly link: string | null;
  readonly state: "invited" | "asked" | "in" | "refused" | "left";
}

/** This page is asked to come. `by`: who asks; null: the visitor, who was left alone (E8). */
export interface AskedView {
  readonly sid: string;
  readonly purpose: Joining;
  readonly by: string | null;
  /** It has been answered, and the service is looking. */
  readonly coming: boolean;
}

export interface ColleagueView {
  readonly pseudonym: string;
  readonly role: string;
}

export interface ConversationView {
  /** Stays the same where the conversation goes on under another id. */
  readonly sid: string;
  /** Visitor 1, 2, 3 … of this page. */
  readonly number: number;
  /** "asking": this page came when asked, and the visitor has the question (E6). */
  readonly phase:
    | "opening"
    | "offered"
    | "rejoining"
    | "asking"
    | "talking"
    | "restoring"
    | "ended"
    | "refused";
  /** With a simulated visitor. */
  readonly practice: boolean;
  /** Why this page came, when asked. */
  readonly purpose: Joining | null;
  /** Whom this page has asked to come. */
  readonly calls: readonly CallView[];
  readonly guests: readonly GuestView[];
  readonly visitorHere: boolean;
  /** A guest who is in, and has no page open; null: nobody is away. */
  readonly away: AwayView | null;
  /** The visitor has covered the page: texts written here wait (Leave 9). */
  readonly paused: boolean;
  /** The visitor has a code to come back by. */
  readonly hasCode: boolean;
  /** The visitor came back by a code (R2): to visitor 1, 2, 3 … of this page, or 0, which it does not have any more; null: did not. */
  readonly cameBackTo: number | null;
  /** Somebody here has said that whoever came back is the same person. */
  readonly recognised: boolean;
  readonly messages: readonly MessageView[];
  readonly members: readonly MemberView[];
  readonly alarm: ErrorView | null;
  readonly ended: EndReason | null;
  /** Texts of the visitor that no person has seen here yet. */
  readonly unread: number;
  /** Of whom it is, as told by the visitor; null: nobody has said. */
  readonly about: AboutView | null;
  /** It leaves this counsellor room for no other (Staff 1). */
  readonly crisis: boolean;
  /** Where the visitor stands in the queue, as long as nobody was let in; else null. */
  readonly place: number | null;
}

/** What a guest from outside sees (E6). "waiting": somebody vouches, and the visitor is asked. */
export interface GuestPageView {
  readonly phase: "opening" | "waiting" | "talking" | "left" | "ended" | "refused";
  readonly link: LinkState;
  readonly demo: boolean;
  readonly visitorHere: boolean;
  readonly paused: boolean;
  readonly messages: readonly MessageView[];
  readonly members: readonly MemberView[];
  readonly unread: number;
  readonly alarm: ErrorView | null;
}

export interface DeskView {
  /** "moved": this device is on duty in another tab, and nothing more is done here. */
  readonly link: LinkState | "moved";
  /** The pseudonym of the certificate; null: sign in. */
  readonly signedInAs: string | null;
  /** The role of the certificate; empty before that. */
  readonly role: string;
  /** The device that was kept here is signing in by itself. */
  readonly resuming: boolean;
  readonly demo: boolean;
  readonly onDuty: boolean;
  readonly state: DutyState;
  readonly capacity: number;
  readonly waiting: readonly WaitingView[];
  /** `waiting` lists at most 200; this counts all. */
  readonly waitingLength: number;
  readonly colleagues: readonly string[];
  /** Whom one may ask to come into a conversation. */
  readonly others: readonly ColleagueView[];
  /** Where this page is asked to come. */
  readonly asked: readonly AskedView[];
  readonly conversations: readonly ConversationView[];
  readonly alarm: ErrorView | null;
}

/** A machine of somebody's, as a coordinator sees it. `words`: what that machine's own screen must show (K3). */
export interface MachineView {
  readonly name: string;
  readonly words: string;
  /** Unix seconds. */
  readonly asked: number;
  readonly state: "waiting" | "compared" | "listed" | "revoked";
}

export interface PersonView {
  readonly id: string;
  readonly pseudonym: string;
  readonly role: string;
  readonly state: "invited" | "active" | "revoked";
  readonly passkeys: number;
  /** Unix seconds; 0: no link is open. */
  readonly invitedUntil: number;
  readonly machines: readonly MachineView[];
  readonly answers: AnswersView;
}

/** What somebody can answer; `languages`: empty are those of the organisation. */
export interface AnswersView {
  readonly languages: readonly string[];
  readonly gender: "woman" | "man" | null;
  readonly takes: "both" | "visitors" | "work";
}

export interface SignedInView {
  readonly name: string;
  /** Unix seconds. */
  readonly opened: number;
  readonly here: boolean;
  readonly locked: boolean;
  readonly at: "this" | "another" | "none";
}

export interface AuditEntryView {
  readonly n: number;
  /** Unix seconds. */
  readonly time: number;
  readonly who: string;
  readonly what: string;
  readonly about: string;
}

export interface AuditView {
  /** Newest first. */
  readonly entries: readonly AuditEntryView[];
  /** To be noted elsewhere: only so a cut end is found. */
  readonly head: string;
  readonly more: boolean;
}

/** An organisation's own people: the way in, this machine, and for a coordinator everybody. */
export interface OfficeView {
  /** "looking": nobody knows yet; "in": signed in, whatever stands of the machine. */
  readonly phase: "looking" | "signed-out" | "invited" | "in";
  readonly busy: boolean;
  /** Left alone; the passkey opens it. */
  readonly locked: boolean;
  readonly pseudonym: string;
  readonly role: string;
  readonly passkeys: number;
  /** Where one is signed in; null as long as nobody has asked. */
  readonly pages: readonly SignedInView[] | null;
  readonly machine: "unknown" | "waiting" | "listed";
  /** What opens the machine's keys where they are kept; "page": this browser keeps nothing, so they are gone with the page. */
  readonly keptBy: "passkey" | "browser" | "page";
  /** Covered until a passkey is given: the keys are opened or made with it; "other": that one was not the right one. */
  readonly sealed: "passkey" | "other" | null;
  readonly words: string;
  readonly people: readonly PersonView[] | null;
  /** Which somebody can be invited for. */
  readonly roles: readonly string[];
  /** Unix seconds; 0: there is none yet. */
  readonly rosterUntil: number;
  readonly freshUntil: number;
  readonly certificateUntil: number;
  readonly rosterChanged: boolean;
  /** Fewer than two machines can open the requests for a call that wait (C4), as a coordinator's page knows it. */
  readonly callsEndangered: boolean;
  /** When freshness was signed last, Unix seconds; null: this machine does not sign it. */
  readonly freshAt: number | null;
  /** What staff did, as far as it was fetched; null: not asked for. */
  readonly audit: AuditView | null;
  /** The link for whoever was just invited. */
  readonly link: { readonly pseudonym: string; readonly address: string; readonly until: number } | null;
  readonly alarm: ErrorView | null;
}
