"""What visitors' and staff's pages say to the service about callbacks, over HTTP (docs/callback.md). No number and no word of a
request is ever in here but sealed.

PURE: structs and their limits, beside `bodies` and `wire`, whose rules hold here too. Each stands for one JSON object.
"""

from typing import Annotated, Literal

from msgspec import Meta, field

from chat.bodies import Body
from chat.wire import Bytes, Digest, Freshness, Language, Pseudonym, Signature, Signed, Time

SEND_BYTES = 32 * 1024
SHARES = 300
LINES = 200
WORK_LINES = 50
"""Of these at most for professionals (Prof 1)."""
NOTES = 20
SHIFT_NOTES = 50

CallbackPurpose = Literal["callback"]
CallbackState = Literal["waiting", "over", "cancelled"]
"""waiting: to be called · over: called for the last time, until its holder is done · cancelled: do not call."""
Queue = Literal["", "work"]
"""work: of those who ask for their work's sake (Prof 1)."""
Outcome = Literal["reached", "not-free", "no-answer", "someone-else", "wrong-number"]


class Window(Body):
    """When may be called: Unix seconds, steps of 30 minutes."""

    start: Time
    end: Time


class CoverStory(Body):
    """What may be said if somebody else answers. `words` names what the catalogues have under `callback.cover`; or else `text`, by
    language.
    """

    words: str = ""
    text: dict[str, str] = field(default_factory=dict)


# Visitors: POST, text/plain, on the visitor's origin


class CallbackChallengeRequest(Body):
    """POST `/v1/callbacks/challenge`: asked before a request is sealed (W1)."""

    purpose: CallbackPurpose = "callback"


class CallbackChallenge(Body):
    """The answer. `target`: H of the work must be below it; good until `until`. `team`: the key to seal to (C2), signed by the
    certificate `signer`; `documents` = registrar and certificate; `roster`: in force. `spans`: when somebody can call, for 14 days.
    """

    challenge: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]*$", max_length=160)]
    target: Digest
    until: Time
    now: Time
    roster: Digest
    team: Signed
    signer: Digest
    documents: Annotated[list[Signed], Meta(max_length=4)]
    spans: Annotated[list[Window], Meta(max_length=200)]
    zone: str
    covers: list[CoverStory]
    freshness: Freshness | None = None


class CallbackCode(Body):
    """With version 1: H(locator), and the request's key sealed under the words (C3)."""

    code: Digest
    blob: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]*$", min_length=22, max_length=256)]


class CallbackSend(Body):
    """POST `/v1/callbacks`: a version, the first or the next (C1). Sent again with the same bytes it is answered the same.

    `version`: the signed `enc("callback", …)`; `key`: the request's public key; `sealed`: the exact bytes that its hash is of;
    `card`, `number`: the service's halves of both keys (C2); `n`: the work (W1). `code` with version 1 only.
    """

    version: Signed
    key: Bytes
    sealed: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]*$", max_length=16 * 1024)]
    card: Digest
    number: Digest
    challenge: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]*$", max_length=160)]
    n: Annotated[int, Meta(ge=0, le=2**53 - 1)]
    code: CallbackCode | None = None


class CallbackKept(Body):
    """The answer, once it is on the disk (S4)."""

    id: Digest
    version: int
    expires: Time


class CallbackLocator(Body):
    """POST `/v1/callbacks/code`: what lies under a code (C3); answered by `Sealed`."""

    locator: Digest


class CallbackAsk(Body):
    """POST `/v1/callbacks/status`, `/v1/callbacks/cancel`: `enc("callback-ask", id, what)`, signed by the request's key (C3)."""

    doc: Bytes
    sig: Signature


class CallbackStatus(Body):
    """The answer to both. waiting: nobody has called yet, or it is tried again · taken: somebody has it in hand · cancelled."""

    state: Literal["waiting", "taken", "cancelled"]
    version: int
    attempts: int


# Staff: on the staff's origin, with the session's cookie, for devices that the roster lists as taking callbacks


class CallbackLease(Body):
    """Who has a request in hand, until when. `mine`: this device."""

    holder: Pseudonym
    until: Time
    mine: bool


class CallbackLine(Body):
    """A request as the desk lists it: no content. `not_before`: no attempt earlier; `able`: how many devices that count could open
    it (C4).
    """

    id: Digest
    version: int
    state: CallbackState
    windows: list[Window]
    language: Language
    attempts: int
    expires: Time
    not_before: Time
    able: int
    queue: Queue
    lease: CallbackLease | None = None
    outcome: Outcome | None = None


class CallbackDesk(Body):
    """GET `/staff/callbacks`: visitors first and then professionals, each in the order of their next window. `more`: how many are not listed. `able`: devices that count and hold
    the newest team key; `alarm`: something could be opened by fewer than two (C4). `wanted`: a new team key is to be made;
    `unshared`: devices that count and lack a share of what the device that asks holds (C2).
    """

    now: Time
    lines: Annotated[list[CallbackLine], Meta(max_length=LINES)]
    more: int
    overdue: int
    able: int
    alarm: bool
    wanted: bool
    unshared: int
    shift_notes: int


class CallbackId(Body):
    """POST `/staff/callbacks/take`, `/release`, `/done`."""

    id: Digest


class CallbackVersion(Body):
    """POST `/staff/callbacks/number`: of the version that this page has read."""

    id: Digest
    version: int


class CallbackNote(Body):
    """A note, sealed to the team key `team` (C5)."""

    team: Digest
    sealed: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]*$", max_length=4 * 1024)]
    time: Time = 0


class CallbackTaken(Body):
    """The answer to `take`: what the safety card opens with. `card`: the service's half (C2). The number's half is not in here."""

    until: Time
    version: Signed
    key: Bytes
    sealed: str
    card: Digest
    attempts: int
    notes: list[CallbackNote]


class CallbackHalf(Body):
    """The answer to `number`: the service's half, inside a window and with the lease only, and audited."""

    number: Digest
    until: Time


class CallbackOutcome(Body):
    """POST `/staff/callbacks/outcome`: how the call went (Call 4); answered by `CallbackLine`."""

    id: Digest
    version: int
    outcome: Outcome


class CallbackNoteOn(Body):
    """POST `/staff/callbacks/note`: on a request, with the lease (C5)."""

    id: Digest
    note: CallbackNote


class ShiftNotes(Body):
    """GET `/staff/callbacks/shift-notes`; POST there a `CallbackNote`: for the next shift, 72 h at most (C5)."""

    notes: Annotated[list[CallbackNote], Meta(max_length=SHIFT_NOTES)]


class TeamShare(Body):
    """The private half of a team key, sealed to one device (C2). `device`: H(its HPKE public key)."""

    device: Digest
    sealed: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]*$", max_length=2_048)]


class Team(Body):
    """A team key in use. `mine`: the share of the device that asks; `holders`: those that have one; `requests`: under it."""

    team: Signed
    signer: Digest
    documents: Annotated[list[Signed], Meta(max_length=4)]
    holders: Annotated[list[Digest], Meta(max_length=SHARES)]
    requests: int
    mine: TeamShare | None = None


class Teams(Body):
    """GET `/staff/callbacks/teams`: newest first. `devices`: the certificates of all that count and take callbacks, `documents` their
    registrars; `roster`: in force, by which a page holds them against (K4). `wanted`: make a new one now.
    """

    teams: list[Team]
    devices: Annotated[list[Signed], Meta(max_length=SHARES)]
    documents: list[Signed]
    roster: Digest
    wanted: bool


class NewTeam(Body):
    """POST `/staff/callbacks/teams`: signed by the device that asks; `previous`: H of the newest known, or absent (compare-and-set)."""

    team: Signed
    shares: Annotated[list[TeamShare], Meta(max_length=SHARES)]
    previous: Digest | None = None


class MoreShares(Body):
    """POST `/staff/callbacks/shares`: of a team key that this device holds, for devices that lack it. What is there stays."""

    team: Digest
    shares: Annotated[list[TeamShare], Meta(max_length=SHARES)]


ALL = (
    CallbackChallengeRequest, CallbackChallenge, CallbackCode, CallbackSend, CallbackKept, CallbackLocator, CallbackAsk, CallbackStatus,
    CallbackDesk, CallbackId, CallbackVersion, CallbackTaken, CallbackHalf, CallbackOutcome, CallbackNoteOn, CallbackNote, ShiftNotes,
    Teams, NewTeam, MoreShares,
)  # fmt: skip
