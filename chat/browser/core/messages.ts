// Generated from chat/wire.py by `make types`; change it there.

export const SUBPROTOCOL = "varsam.v1";
export const MESSAGE_BYTES = 16384;

export type AnyMessage = VisitorMessage | CounsellorMessage | ServerMessage;
export type VisitorMessage = Start | Follow | Append | Close | Leave | Ping;
export type ClientEntry = Frame | Announcement | Offer;
export type CounsellorMessage = DutyOn | DutyOff | Take | Release | Lost | Follow | Append | Close | Ping;
export type ServerMessage =
  Welcome | Freshness | Logged | Ack | Done | Pong | Error | Ended | Presence | Queue | Desk | Leased | Member;
export type AnyEntry = Frame | Announcement | Offer | Service;

/**
 * Open a conversation with A_0 and join the queue (K6, E5); answered by `ack` with index 1.
 * The server keeps only H(capability). What the visitor has not told is absent. `continues`: the word by which another
 * conversation goes on as this one, in its place (E9).
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
 * Put an entry at the end of the log; answered by `ack`, or by `error` and nothing stored.
 */
export interface Append {
  type: "append";
  ref: number;
  sid: string;
  entry: ClientEntry;
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
 * End the conversation for everybody and erase it (F5, S6).
 */
export interface Close {
  type: "close";
  ref: number;
  sid: string;
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
 * Answered by `pong` with the same `ref`.
 */
export interface Ping {
  type: "ping";
  ref: number;
}
/**
 * Go on duty with a duty key (K5). `documents`: registrar and device certificate.
 */
export interface DutyOn {
  type: "duty-on";
  ref: number;
  duty: Signed;
  /**
   * @maxItems 4
   */
  documents: Signed[];
  capacity?: number;
}
/**
 * Go off duty; refused while conversations are open.
 */
export interface DutyOff {
  type: "duty-off";
  ref: number;
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
 * The log is not the one that this page holds: the store has lost what was acknowledged (S3). The visitor's page is told
 * to continue it (E9); answered by `done`.
 */
export interface Lost {
  type: "lost";
  ref: number;
  sid: string;
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
 * (E9).
 */
export interface Ended {
  type: "ended";
  sid: string;
  reason: "closed" | "continued" | "left-quickly" | "time" | "unknown";
  continuation?: Signed | null;
}
/**
 * Whether the other side has a socket now: silence is not absence (Talk 4).
 */
export interface Presence {
  type: "presence";
  sid: string;
  visitor: boolean;
  counsellors: number;
}
/**
 * Where the visitor stands: 1 is next. `on_duty`: how many counsellors are on duty, available or not
 * (Before 4, 5). `within`: most who were answered in the last hours had waited so many minutes at most; a day stands for
 * longer than an hour, absent is unknown.
 */
export interface Queue {
  type: "queue";
  sid: string;
  position: number;
  on_duty: number;
  within?: number | null;
}
/**
 * The queue as every console on duty sees it.
 */
export interface Desk {
  type: "desk";
  /**
   * @maxItems 200
   */
  waiting: Waiting[];
  length: number;
  on_duty: string[];
}
/**
 * One who waits, as the console lists them, in order.
 */
export interface Waiting {
  since: number;
  language: string;
  entrance?: ("other" | "self" | "work") | null;
  leased?: boolean;
  away?: boolean;
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
}
/**
 * This device is a member by an earlier duty key (E7): follow the log from its start, and offer to rejoin.
 */
export interface Member {
  type: "member";
  sid: string;
  index: number;
}
