"""The messages between a browser and the service: the only definition of the wire (docs/protocol.md,
"Messages").

PURE: structs and their limits, nothing else. It knows no socket, no store, no clock, and it opens no
ciphertext. Every message is one JSON text of at most `MESSAGE_BYTES`; byte strings are base64url without
padding; times are Unix seconds. TypeScript's `browser/core/messages.ts` is generated from here.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

SUBPROTOCOL = "varsam.v1"
MESSAGE_BYTES = 16 * 1024
ROSTER_BYTES = 256 * 1024

_B64 = r"^[A-Za-z0-9_-]*$"

Digest = Annotated[str, Meta(pattern=_B64, min_length=43, max_length=43)]
"""32 bytes: a hash, a conversation's id (sid), a capability, a lease."""
Bytes = Annotated[str, Meta(pattern=_B64, max_length=MESSAGE_BYTES)]
"""Any bytes, as base64url without padding."""
Signature = Annotated[str, Meta(pattern=_B64, min_length=86, max_length=86)]
"""64 bytes `r || s`."""
Index = Annotated[int, Meta(ge=0, le=2_000)]
"""A place in a conversation's log; entries count from 1, 0 is "nothing yet" (S1)."""
Ref = Annotated[int, Meta(ge=0, le=2**53 - 1)]
"""Chosen by the client; the answer to a request carries it back."""
Time = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{1,8}){0,2}$", max_length=16)]
Pseudonym = Annotated[str, Meta(min_length=1, max_length=40)]
Entrance = Literal["self", "other", "work"]
"""I need to talk · I am worried about someone · I meet this in my work."""


class Message(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", omit_defaults=True):
    """One JSON object, told apart by `type`."""


class Part(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An object inside a message."""


# Documents (K) and log entries (S1, F4)


class Signed(Part):
    """A document's exact `enc` bytes and its signature; the root document is known by its hash and carries
    none.
    """

    doc: Bytes
    sig: Annotated[str, Meta(pattern=r"^([A-Za-z0-9_-]{86})?$", max_length=86)]


class Roster(Part):
    """`/v1/roster/<hash>`: what is needed to verify a roster (K1, K2, K4). `registrar` = H of the one that
    signed.
    """

    roster: Signed
    registrar: Digest
    documents: list[Signed]


class Entry(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", omit_defaults=True):
    """One change of a conversation, told apart by `kind`."""


class Frame(Entry, tag="frame"):
    """Something written, sealed (F1–F3)."""

    header: Annotated[str, Meta(pattern=_B64, max_length=512)]
    ciphertext: Annotated[str, Meta(pattern=_B64, max_length=5_600)]
    sig: Signature


class Announcement(Entry, tag="announcement"):
    """A new epoch and who is in it (E2). `lease` names the current lease when it admits an `accept` offer
    (S1, S5).
    """

    doc: Bytes
    sig: Signature
    wraps: Annotated[list[Bytes], Meta(max_length=8)] = []
    lease: Digest | None = None


class Offer(Entry, tag="offer"):
    """A member of staff asks to come in (E5). `documents`: those that this log has not carried before."""

    doc: Bytes
    sig: Signature
    lease: Digest | None = None
    documents: Annotated[list[Signed], Meta(max_length=4)] = []


class Service(Entry, tag="service"):
    """What the server itself says: unsigned, shown as the service's words and never as a person's (F6)."""

    doc: Bytes


ClientEntry = Frame | Announcement | Offer
AnyEntry = Frame | Announcement | Offer | Service


# Both sides → server


class Append(Message, tag="append"):
    """Put an entry at the end of the log; answered by `ack`, or by `error` and nothing stored."""

    ref: Ref
    sid: Digest
    entry: ClientEntry


class Follow(Message, tag="follow"):
    """Send the entries from `after` itself on (all from 1 where it is 0), then live (S2). Reconnecting is
    this too.
    """

    ref: Ref
    sid: Digest
    after: Index
    capability: Digest | None = None
    """The visitor's; a counsellor's socket is known by its session."""


class Close(Message, tag="close"):
    """End the conversation for everybody and erase it (F5, S6)."""

    ref: Ref
    sid: Digest


class Ping(Message, tag="ping"):
    """Answered by `pong` with the same `ref`."""

    ref: Ref


# Visitor → server


class Start(Message, tag="start"):
    """Open a conversation with A_0 and join the queue (K6, E5); answered by `ack` with index 1.

    The server keeps only H(capability). What the visitor has not told is absent. `continues`: the word by which another
    conversation goes on as this one, in its place (E9).
    """

    ref: Ref
    sid: Digest
    capability: Digest
    announcement: Announcement
    language: Language
    entrance: Entrance | None = None
    continues: Signed | None = None


class Leave(Message, tag="leave"):
    """Left quickly: erase at once (Leave 3). H(token) stands in A_0; whoever has the token needs to follow nothing."""

    ref: Ref
    sid: Digest
    token: Digest


VisitorMessage = Start | Follow | Append | Close | Leave | Ping


# Counsellor → server


class DutyOn(Message, tag="duty-on"):
    """Go on duty with a duty key (K5). `documents`: registrar and device certificate."""

    ref: Ref
    duty: Signed
    documents: Annotated[list[Signed], Meta(max_length=4)]
    capacity: Annotated[int, Meta(ge=1, le=10)] = 3


class DutyOff(Message, tag="duty-off"):
    """Go off duty; refused while conversations are open."""

    ref: Ref


class Take(Message, tag="take"):
    """Take next: lease the visitor whose turn it is (S5); answered by `leased` or `error` `queue-empty`. `sid`: the one that
    continues a conversation which this device was a member of (E9).
    """

    ref: Ref
    sid: Digest | None = None


class Lost(Message, tag="lost"):
    """The log is not the one that this page holds: the store has lost what was acknowledged (S3). The visitor's page is told
    to continue it (E9); answered by `done`.
    """

    ref: Ref
    sid: Digest


class Release(Message, tag="release"):
    """Give a lease back; the visitor keeps the place and sees no refusal."""

    ref: Ref
    sid: Digest
    lease: Digest


CounsellorMessage = DutyOn | DutyOff | Take | Release | Lost | Follow | Append | Close | Ping


# Server → both


class Freshness(Message, tag="freshness"):
    """The roster in force and the newest freshness over it (K4). `signer` = H(its certificate), in
    `documents`.
    """

    roster: Digest
    fresh: Signed
    signer: Digest
    documents: Annotated[list[Signed], Meta(max_length=4)]


class Welcome(Message, tag="welcome"):
    """The first message on every socket: the server's clock, and the realm of every label (Suite)."""

    now: Time
    realm: Literal["varsam", "varsam-demo"]
    root: Digest
    freshness: Freshness | None = None
    """None: the chat is closed, nobody can be verified now (K4)."""


class Logged(Message, tag="entry"):
    """An entry of a log, in index order without holes on one socket. The sender gets `ack` in its stead."""

    sid: Digest
    index: Index
    at: Time
    entry: AnyEntry


class Ack(Message, tag="ack"):
    """Stored at `index`: stands for the sender's own entry in the order of the log (S3)."""

    ref: Ref
    sid: Digest
    index: Index
    at: Time


class Done(Message, tag="done"):
    """A request without an entry was carried out."""

    ref: Ref


class Pong(Message, tag="pong"):
    """The answer to `ping`."""

    ref: Ref


class Error(Message, tag="error"):
    """A request was refused and changed nothing. `code` is a leaf of `chat/errors.py`; `remedy` says what to
    do.
    """

    code: str
    remedy: str
    ref: Ref | None = None
    sid: Digest | None = None
    retry_after: float | None = None
    """Seconds."""


class Ended(Message, tag="ended"):
    """The conversation is over and erased. Of an unknown one: `unknown`. `continuation`: of one that goes on under a new id
    (E9).
    """

    sid: Digest
    reason: Literal["closed", "left-quickly", "time", "continued", "unknown"]
    continuation: Signed | None = None


class Presence(Message, tag="presence"):
    """Whether the other side has a socket now: silence is not absence (Talk 4)."""

    sid: Digest
    visitor: bool
    counsellors: int


# Server → visitor


class Queue(Message, tag="queue"):
    """Where the visitor stands: 1 is next. `on_duty`: how many counsellors are on duty, available or not
    (Before 4, 5). `within`: most who were answered in the last hours had waited so many minutes at most; a day stands for
    longer than an hour, absent is unknown.
    """

    sid: Digest
    position: Annotated[int, Meta(ge=1)]
    on_duty: int
    within: int | None = None


# Server → counsellor


class Waiting(Part):
    """One who waits, as the console lists them, in order."""

    since: Time
    language: Language
    entrance: Entrance | None = None
    leased: bool = False
    away: bool = False


class Desk(Message, tag="desk"):
    """The queue as every console on duty sees it."""

    waiting: Annotated[list[Waiting], Meta(max_length=200)]
    length: int
    on_duty: list[Pseudonym]


class Leased(Message, tag="leased"):
    """The answer to `take`: until `deadline` this visitor is offered to nobody else (S5)."""

    ref: Ref
    sid: Digest
    lease: Digest
    deadline: Time


class Member(Message, tag="member"):
    """This device is a member by an earlier duty key (E7): follow the log from its start, and offer to rejoin."""

    sid: Digest
    index: Index
    """How far the log reached."""


ServerMessage = (
    Welcome | Freshness | Logged | Ack | Done | Pong | Error | Ended | Presence | Queue | Desk | Leased | Member
)  # fmt: skip


# HTTP


POLL_MESSAGES = 16


class Known(Part):
    """What a page has last heard of a kind, by names that the server chooses and the page gives back as they are."""

    queue: Annotated[str, Meta(max_length=16)] = ""
    presence: Annotated[str, Meta(max_length=16)] = ""
    freshness: Annotated[str, Meta(max_length=16)] = ""


class Poll(Part):
    """POST `/v1/visitor/poll` (text/plain): the socket's messages, one request at a time (S7). `id`: 32 random bytes of
    the page; `follow`: where its log is held, as soon as there is one.
    """

    id: Digest
    known: Known = Known()
    follow: Follow | None = None
    messages: Annotated[list[VisitorMessage], Meta(max_length=POLL_MESSAGES)] = []


class Polled(Part):
    """The answer: at once where there were messages or there is news, else after a while. `closed`: a close code."""

    messages: list[ServerMessage]
    known: Known
    closed: int | None = None


class LeaveNotice(Part):
    """POST `/v1/leave` (a beacon, text/plain): `leave` without a socket."""

    sid: Digest
    token: Digest


class DemoSignIn(Part):
    """POST `/staff/demo/sign-in`, demo only: a console's fresh device keys (K3). No private key travels."""

    pseudonym: Pseudonym
    signature_key: Bytes
    hpke_key: Bytes


class DemoSignedIn(Part):
    """The answer: `documents` = registrar, device certificate."""

    documents: list[Signed]
    root: Digest


class NumberToCall(Part):
    """One of the operator's numbers (Before 1). `words` names what the catalogues say of it; `note`, by language, goes before that."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    number: Annotated[str, Meta(pattern=r"^\+?[0-9][0-9 -]{1,20}$")]
    audience: Literal["danger", "all", "young", "men", "trans", "abroad", "work"] = "all"
    words: str = ""
    note: dict[str, str] = {}


class Availability(Part):
    """GET `/v1/availability.json`, told apart as Before 4 asks. `open`: a conversation may be started.

    closed · free: nobody waits · queue: others wait · full: no place is left · unstaffed: open, and no counsellor is
    connected now. `opens`: when it is closed, the next time it is not, as far as anybody knows. `within`: as in `Queue`.
    `numbers`: to call, in the operator's order. `languages` can be read; in `answers` somebody can answer now, as far as it is known.
    """

    open: bool
    state: Literal["closed", "free", "queue", "full", "unstaffed"]
    waiting: int
    languages: list[Language]
    answers: list[Language]
    numbers: list[NumberToCall]
    opens: Time | None = None
    within: int | None = None


ALL = (*VisitorMessage.__args__, DutyOn, DutyOff, Take, Release, Lost, *ServerMessage.__args__,
       Signed, Roster, Known, Poll, Polled, LeaveNotice, DemoSignIn, DemoSignedIn, Availability)  # fmt: skip
"""What `messages.ts` is generated from."""
