// Generated from chat/wire.py by `make types`; change it there.

export const SUBPROTOCOL = "varsam.v1";
export const MESSAGE_BYTES = 16384;

export type AnyMessage = VisitorMessage | CounsellorMessage | GuestMessage | ServerMessage;
export type VisitorMessage = Start | Tell | Follow | Append | Close | Leave | Ask | Ping;
export type ClientEntry = Frame | Announcement | Offer | ReturnKey | Refusal | Guest;
export type CounsellorMessage =
  | DutyOn
  | DutyOff
  | SetState
  | Take
  | Release
  | Decline
  | Lost
  | SetAside
  | Ask
  | Join
  | Unask
  | Invite
  | Follow
  | Append
  | Close
  | Ping;
export type GuestMessage = Enter | Follow | Append | Ping;
export type ServerMessage =
  | Welcome
  | Freshness
  | Logged
  | Ack
  | Done
  | Pong
  | Error
  | Ended
  | Presence
  | Queue
  | Desk
  | Leased
  | Member
  | Invited
  | Asks
  | Arrived
  | Expected
  | Callbacks;
export type AnyEntry = Frame | Announcement | Offer | ReturnKey | Refusal | Guest | Service;

/**
 * Open a conversation with A_0 and join the queue (K6, E5); answered by `ack` with index 1.
 * The server keeps only H(capability). What the visitor has not told is absent. `continues`: the word by which another
 * conversation goes on as this one, in its place (E9). `before`: the capability of this page's conversation that was ended with
 * a cool-down.
 */
export interface Start {
  type: "start";
  ref: number;
  sid: string;
  capability: string;
  announcement: Announcement;
  language: string;
  entrance?: ("other" | "self" | "work") | null;
  continues?: Signed | null;
  before?: string | null;
  told?: Told | null;
}
/**
 * A new epoch and who is in it (E2). `lease` names the current lease when it admits an `accept` offer
 * (S1, S5).
 */
export interface Announcement {
  kind: "announcement";
  doc: string;
  sig: string;
  /**
   * @maxItems 8
   */
  wraps?: string[];
  lease?: string | null;
}
/**
 * A document's exact `enc` bytes and its signature; the root document is known by its hash and carries
 * none.
 */
export interface Signed {
  doc: string;
  sig: string;
}
/**
 * What a visitor told, of closed lists only; what was not told is absent (Before 3, 7, 8). `municipality`: four digits, or
 * `other`; `languages`: one of them at least; `without`: H(H(R) ‖ name) of counsellors who shall not answer, which no console
 * is told.
 */
export interface Told {
  age?: ("15-17" | "18-25" | "over-25" | "under-15") | null;
  municipality?: string | null;
  gender?: ("man" | "woman") | null;
  /**
   * @maxItems 5
   */
  languages?: string[];
  /**
   * @maxItems 5
   */
  without?: string[];
  /**
   * @maxItems 3
   */
  triage?: ("abroad" | "danger" | "watched")[];
}
/**
 * What is told now, in place of all that was told before, as long as nobody was let in; answered by `done`.
 */
export interface Tell {
  type: "tell";
  ref: number;
  sid: string;
  told: Told;
}
/**
 * Send the entries from `after` itself on (all from 1 where it is 0), then live (S2). Reconnecting is
 * this too.
 */
export interface Follow {
  type: "follow";
  ref: number;
  sid: string;
  after: number;
  capability?: string | null;
}
/**
 * Put an entry at the end of the log; answered by `ack`, or by `error` and nothing stored. `code`: with a return key.
 */
export interface Append {
  type: "append";
  ref: number;
  sid: string;
  entry: ClientEntry;
  code?: Code | null;
}
/**
 * Something written, sealed (F1–F3).
 */
export interface Frame {
  kind: "frame";
  header: string;
  ciphertext: string;
  sig: string;
}
/**
 * A member of staff asks to come in (E5). `documents`: those that this log has not carried before.
 */
export interface Offer {
  kind: "offer";
  doc: string;
  sig: string;
  lease?: string | null;
  /**
   * @maxItems 4
   */
  documents?: Signed[];
}
/**
 * A key by which the visitor may come back, and by no earlier one (R1).
 */
export interface ReturnKey {
  kind: "return-key";
  doc: string;
  sig: string;
}
/**
 * An offer lets nobody in (E6): the visitor's no, or whoever made it takes it back.
 */
export interface Refusal {
  kind: "refuse";
  doc: string;
  sig: string;
}
/**
 * A member's word for a guest from outside, whom nobody certifies (E6).
 */
export interface Guest {
  kind: "guest";
  doc: string;
  sig: string;
}
/**
 * What comes with a return key and stands in no log (R1). `code` = H(locator); `reading` = H(capability) of who comes back.
 */
export interface Code {
  code: string;
  blob: string;
  reading: string;
}
/**
 * End the conversation for everybody and erase it (F5, S6). `cool_down`: a member's, for abuse; the visitor's page waits for a
 * while before it begins another.
 */
export interface Close {
  type: "close";
  ref: number;
  sid: string;
  cool_down?: boolean;
}
/**
 * Left quickly: erase at once (Leave 3). H(token) stands in A_0; whoever has the token needs to follow nothing.
 */
export interface Leave {
  type: "leave";
  ref: number;
  sid: string;
  token: string;
}
/**
 * A member asks for somebody to take over, or to join (E6): whoever is called `to`, else the next on duty. The visitor is
 * asked when somebody comes. Again in place of what was asked before for this purpose; answered by `done`. A visitor asks for
 * `handover` and nobody by name, where whoever was there is lost (E8).
 */
export interface Ask {
  type: "ask";
  ref: number;
  sid: string;
  purpose: "handover" | "interpret" | "supervise";
  to?: string | null;
}
/**
 * Answered by `pong` with the same `ref`.
 */
export interface Ping {
  type: "ping";
  ref: number;
}
/**
 * Go on duty with a duty key (K5). `documents`: registrar and device certificate. `capacity`: of conversations at once, where
 * it is less than the service's own; `state`, `crises`: as in `state` (Staff 1).
 */
export interface DutyOn {
  type: "duty-on";
  ref: number;
  duty: Signed;
  /**
   * @maxItems 4
   */
  documents: Signed[];
  capacity?: number | null;
  state?: "available" | "break" | "finishing";
  /**
   * @maxItems 10
   */
  crises?: string[];
}
/**
 * Go off duty; refused while conversations are open.
 */
export interface DutyOff {
  type: "duty-off";
  ref: number;
}
/**
 * How this page is on duty. `crises`: conversations of which each takes all of a counsellor (Staff 1). Answered by `done`.
 */
export interface SetState {
  type: "state";
  ref: number;
  state: "available" | "break" | "finishing";
  /**
   * @maxItems 10
   */
  crises?: string[];
}
/**
 * Take next: lease the visitor whose turn it is (S5); answered by `leased` or `error` `queue-empty`. `sid`: the one that
 * continues a conversation which this device was a member of (E9).
 */
export interface Take {
  type: "take";
  ref: number;
  sid?: string | null;
}
/**
 * Give a lease back; the visitor keeps the place and sees no refusal.
 */
export interface Release {
  type: "release";
  ref: number;
  sid: string;
  lease: string;
}
/**
 * A conflict of interest: whoever is called so is never given the one at this place again (Before 8). A lease for it is given
 * back. The visitor keeps the place and sees no refusal; answered by `done`.
 */
export interface Decline {
  type: "decline";
  ref: number;
  number: number;
}
/**
 * The log is not the one that this page holds: the store has lost what was acknowledged (S3). The visitor's page is told
 * to continue it (E9); answered by `done`.
 */
export interface Lost {
  type: "lost";
  ref: number;
  sid: string;
}
/**
 * The visitor is away and may come back by a return code: until then nobody has to look after it here (R1); answered by
 * `done`.
 */
export interface SetAside {
  type: "set-aside";
  ref: number;
  sid: string;
}
/**
 * Come when asked (E6): from now on this page may follow the log, and offer; answered by `invited`, or `error`
 * `wrong-moment` where somebody else came, or nobody is asked any more.
 */
export interface Join {
  type: "join";
  ref: number;
  sid: string;
  purpose: "handover" | "interpret" | "supervise";
}
/**
 * Who asked asks no more, or who came comes no more; answered by `done`.
 */
export interface Unask {
  type: "unask";
  ref: number;
  sid: string;
  purpose: "handover" | "interpret" | "supervise";
}
/**
 * A member makes a link for a guest (E6). `access`: H of what the guest's page will show; answered by `done`.
 */
export interface Invite {
  type: "invite";
  ref: number;
  sid: string;
  access: string;
}
/**
 * A guest's page opens its link, once (E6). `access`: of which the service has the hash; `proof`: that these keys are of who has
 * the link. Answered by `done`; then somebody vouches.
 */
export interface Enter {
  type: "enter";
  ref: number;
  access: string;
  signature_key: string;
  hpke_key: string;
  proof: string;
}
/**
 * The first message on every socket: the server's clock, and the realm of every label (Suite).
 */
export interface Welcome {
  type: "welcome";
  now: number;
  realm: "varsam" | "varsam-demo";
  root: string;
  freshness?: Freshness | null;
}
/**
 * The roster in force and the newest freshness over it (K4). `signer` = H(its certificate), in
 * `documents`.
 */
export interface Freshness {
  type: "freshness";
  roster: string;
  fresh: Signed;
  signer: string;
  /**
   * @maxItems 4
   */
  documents: Signed[];
}
/**
 * An entry of a log, in index order without holes on one socket. The sender gets `ack` in its stead.
 */
export interface Logged {
  type: "entry";
  sid: string;
  index: number;
  at: number;
  entry: AnyEntry;
}
/**
 * What the server itself says: unsigned, shown as the service's words and never as a person's (F6).
 */
export interface Service {
  kind: "service";
  doc: string;
}
/**
 * Stored at `index`: stands for the sender's own entry in the order of the log (S3).
 */
export interface Ack {
  type: "ack";
  ref: number;
  sid: string;
  index: number;
  at: number;
}
/**
 * A request without an entry was carried out.
 */
export interface Done {
  type: "done";
  ref: number;
}
/**
 * The answer to `ping`.
 */
export interface Pong {
  type: "pong";
  ref: number;
}
/**
 * A request was refused and changed nothing. `code` is a leaf of `chat/errors.py`; `remedy` says what to
 * do.
 */
export interface Error {
  type: "error";
  code: string;
  remedy: string;
  ref?: number | null;
  sid?: string | null;
  retry_after?: number | null;
}
/**
 * The conversation is over and erased. Of an unknown one: `unknown`. `continuation`: of one that goes on under a new id
 * (E9). `until`: closed for abuse; the visitor's page may begin another from then.
 */
export interface Ended {
  type: "ended";
  sid: string;
  reason: "closed" | "continued" | "left-quickly" | "time" | "unknown";
  continuation?: Signed | null;
  until?: number | null;
}
/**
 * Who has a socket now: silence is not absence (Talk 4). `guests`: pages of guests from outside (E6).
 */
export interface Presence {
  type: "presence";
  sid: string;
  visitor: boolean;
  counsellors: number;
  guests?: number;
}
/**
 * Where the visitor stands, of those who came before: 1 is next. `on_duty`: how many counsellors are available to visitors, or to
 * who asks in their work, whether or not they have room now (Before 4, 5). `unmet`: why none of them may answer this one. `within`: most who were answered in the last hours had waited so many minutes at most; a day stands for
 * longer than an hour, absent is unknown.
 */
export interface Queue {
  type: "queue";
  sid: string;
  position: number;
  on_duty: number;
  within?: number | null;
  unmet?: ("gender" | "language" | "without" | "work")[];
}
/**
 * The queue as a console on duty sees it. `capacity`: how many conversations it may have at once.
 */
export interface Desk {
  type: "desk";
  /**
   * @maxItems 200
   */
  waiting: Waiting[];
  length: number;
  on_duty: string[];
  capacity?: number;
}
/**
 * One who waits, as the console lists them, in the order in which they are answered. `other`: somebody else must take this one;
 * `unmet`: why nobody on duty may.
 */
export interface Waiting {
  since: number;
  language: string;
  entrance?: ("other" | "self" | "work") | null;
  leased?: boolean;
  away?: boolean;
  returned?: boolean;
  number?: number;
  told?: Told | null;
  other?: boolean;
  unmet?: ("gender" | "language" | "without" | "work")[];
}
/**
 * The answer to `take`: until `deadline` this visitor is offered to nobody else (S5).
 */
export interface Leased {
  type: "leased";
  ref: number;
  sid: string;
  lease: string;
  deadline: number;
  returned?: boolean;
  number?: number;
  about?: About | null;
}
/**
 * Of whom a conversation is, as told by the visitor.
 */
export interface About {
  language: string;
  entrance?: ("other" | "self" | "work") | null;
  told?: Told | null;
}
/**
 * This device is a member by an earlier duty key (E7): follow the log from its start, and offer to rejoin.
 */
export interface Member {
  type: "member";
  sid: string;
  index: number;
  about?: About | null;
  returned?: boolean;
}
/**
 * The answer to `join`: follow the log from its start, and offer at its end.
 */
export interface Invited {
  type: "invited";
  ref: number;
  sid: string;
  index: number;
  about?: About | null;
  returned?: boolean;
}
/**
 * Who is asked here, and whom one may ask; to every console on duty whenever it changed (E6).
 */
export interface Asks {
  type: "asks";
  /**
   * @maxItems 50
   */
  asks: Asked[];
  /**
   * @maxItems 300
   */
  colleagues: Colleague[];
}
/**
 * Somebody is asked to come into a conversation. `by`: the member who asks; absent: the visitor, who is alone there (E8).
 */
export interface Asked {
  sid: string;
  purpose: "handover" | "interpret" | "supervise";
  by?: string | null;
}
/**
 * One on duty who may be asked.
 */
export interface Colleague {
  pseudonym: string;
  role: "counsellor" | "interpreter" | "supervisor";
}
/**
 * A guest's page has opened a link (E6), to who made it. `access`: H of what it showed; vouch for these keys if `proof` holds.
 */
export interface Arrived {
  type: "arrived";
  sid: string;
  access: string;
  signature_key: string;
  hpke_key: string;
  proof: string;
}
/**
 * Somebody vouches for this page (E6): follow the log from its start.
 */
export interface Expected {
  type: "expected";
  sid: string;
}
/**
 * Something about callbacks has changed: ask the desk again (docs/callback.md). To every console, without content.
 */
export interface Callbacks {
  type: "callbacks";
}
