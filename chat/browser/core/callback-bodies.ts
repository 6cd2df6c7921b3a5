// Generated from chat/callback_bodies.py by `make types`; change it there.

export type AnyCallbackBody =
  | CallbackChallengeRequest
  | CallbackChallenge
  | CallbackCode
  | CallbackSend
  | CallbackKept
  | CallbackLocator
  | CallbackAsk
  | CallbackStatus
  | CallbackDesk
  | CallbackId
  | CallbackVersion
  | CallbackTaken
  | CallbackHalf
  | CallbackOutcome
  | CallbackNoteOn
  | CallbackNote
  | ShiftNotes
  | Teams
  | NewTeam
  | MoreShares;

/**
 * POST `/v1/callbacks/challenge`: asked before a request is sealed (W1).
 */
export interface CallbackChallengeRequest {
  purpose?: "callback";
}
/**
 * The answer. `target`: H of the work must be below it; good until `until`. `team`: the key to seal to (C2), signed by the
 * certificate `signer`; `documents` = registrar and certificate; `roster`: in force. `spans`: when somebody can call, for 14 days.
 */
export interface CallbackChallenge {
  challenge: string;
  target: string;
  until: number;
  now: number;
  roster: string;
  team: Signed;
  signer: string;
  /**
   * @maxItems 4
   */
  documents: Signed[];
  /**
   * @maxItems 200
   */
  spans: Window[];
  zone: string;
  covers: CoverStory[];
  freshness?: Freshness | null;
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
 * When may be called: Unix seconds, steps of 30 minutes.
 */
export interface Window {
  start: number;
  end: number;
}
/**
 * What may be said if somebody else answers. `words` names what the catalogues have under `callback.cover`; or else `text`, by
 * language.
 */
export interface CoverStory {
  words?: string;
  text?: {
    [k: string]: string;
  };
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
 * With version 1: H(locator), and the request's key sealed under the words (C3).
 */
export interface CallbackCode {
  code: string;
  blob: string;
}
/**
 * POST `/v1/callbacks`: a version, the first or the next (C1). Sent again with the same bytes it is answered the same.
 * `version`: the signed `enc("callback", …)`; `key`: the request's public key; `sealed`: the exact bytes that its hash is of;
 * `card`, `number`: the service's halves of both keys (C2); `n`: the work (W1). `code` with version 1 only.
 */
export interface CallbackSend {
  version: Signed;
  key: string;
  sealed: string;
  card: string;
  number: string;
  challenge: string;
  n: number;
  code?: CallbackCode | null;
}
/**
 * The answer, once it is on the disk (S4).
 */
export interface CallbackKept {
  id: string;
  version: number;
  expires: number;
}
/**
 * POST `/v1/callbacks/code`: what lies under a code (C3); answered by `Sealed`.
 */
export interface CallbackLocator {
  locator: string;
}
/**
 * POST `/v1/callbacks/status`, `/v1/callbacks/cancel`: `enc("callback-ask", id, what)`, signed by the request's key (C3).
 */
export interface CallbackAsk {
  doc: string;
  sig: string;
}
/**
 * The answer to both. waiting: nobody has called yet, or it is tried again · taken: somebody has it in hand · cancelled.
 */
export interface CallbackStatus {
  state: "cancelled" | "taken" | "waiting";
  version: number;
  attempts: number;
}
/**
 * GET `/staff/callbacks`: visitors first and then professionals, each in the order of their next window. `more`: how many are not listed. `able`: devices that count and hold
 * the newest team key; `alarm`: something could be opened by fewer than two (C4). `wanted`: a new team key is to be made;
 * `unshared`: devices that count and lack a share of what the device that asks holds (C2).
 */
export interface CallbackDesk {
  now: number;
  /**
   * @maxItems 200
   */
  lines: CallbackLine[];
  more: number;
  overdue: number;
  able: number;
  alarm: boolean;
  wanted: boolean;
  unshared: number;
  shift_notes: number;
}
/**
 * A request as the desk lists it: no content. `not_before`: no attempt earlier; `able`: how many devices that count could open
 * it (C4).
 */
export interface CallbackLine {
  id: string;
  version: number;
  state: "cancelled" | "over" | "waiting";
  windows: Window[];
  language: string;
  attempts: number;
  expires: number;
  not_before: number;
  able: number;
  queue: "" | "work";
  lease?: CallbackLease | null;
  outcome?: ("no-answer" | "not-free" | "reached" | "someone-else" | "wrong-number") | null;
}
/**
 * Who has a request in hand, until when. `mine`: this device.
 */
export interface CallbackLease {
  holder: string;
  until: number;
  mine: boolean;
}
/**
 * POST `/staff/callbacks/take`, `/release`, `/done`.
 */
export interface CallbackId {
  id: string;
}
/**
 * POST `/staff/callbacks/number`: of the version that this page has read.
 */
export interface CallbackVersion {
  id: string;
  version: number;
}
/**
 * The answer to `take`: what the safety card opens with. `card`: the service's half (C2). The number's half is not in here.
 */
export interface CallbackTaken {
  until: number;
  version: Signed;
  key: string;
  sealed: string;
  card: string;
  attempts: number;
  notes: CallbackNote[];
}
/**
 * A note, sealed to the team key `team` (C5).
 */
export interface CallbackNote {
  team: string;
  sealed: string;
  time?: number;
}
/**
 * The answer to `number`: the service's half, inside a window and with the lease only, and audited.
 */
export interface CallbackHalf {
  number: string;
  until: number;
}
/**
 * POST `/staff/callbacks/outcome`: how the call went (Call 4); answered by `CallbackLine`.
 */
export interface CallbackOutcome {
  id: string;
  version: number;
  outcome: "no-answer" | "not-free" | "reached" | "someone-else" | "wrong-number";
}
/**
 * POST `/staff/callbacks/note`: on a request, with the lease (C5).
 */
export interface CallbackNoteOn {
  id: string;
  note: CallbackNote;
}
/**
 * GET `/staff/callbacks/shift-notes`; POST there a `CallbackNote`: for the next shift, 72 h at most (C5).
 */
export interface ShiftNotes {
  /**
   * @maxItems 50
   */
  notes: CallbackNote[];
}
/**
 * GET `/staff/callbacks/teams`: newest first. `devices`: the certificates of all that count and take callbacks, `documents` their
 * registrars; `roster`: in force, by which a page holds them against (K4). `wanted`: make a new one now.
 */
export interface Teams {
  teams: Team[];
  /**
   * @maxItems 300
   */
  devices: Signed[];
  documents: Signed[];
  roster: string;
  wanted: boolean;
}
/**
 * A team key in use. `mine`: the share of the device that asks; `holders`: those that have one; `requests`: under it.
 */
export interface Team {
  team: Signed;
  signer: string;
  /**
   * @maxItems 4
   */
  documents: Signed[];
  /**
   * @maxItems 300
   */
  holders: string[];
  requests: number;
  mine?: TeamShare | null;
}
/**
 * The private half of a team key, sealed to one device (C2). `device`: H(its HPKE public key).
 */
export interface TeamShare {
  device: string;
  sealed: string;
}
/**
 * POST `/staff/callbacks/teams`: signed by the device that asks; `previous`: H of the newest known, or absent (compare-and-set).
 */
export interface NewTeam {
  team: Signed;
  /**
   * @maxItems 300
   */
  shares: TeamShare[];
  previous?: string | null;
}
/**
 * POST `/staff/callbacks/shares`: of a team key that this device holds, for devices that lack it. What is there stays.
 */
export interface MoreShares {
  team: string;
  /**
   * @maxItems 300
   */
  shares: TeamShare[];
}
