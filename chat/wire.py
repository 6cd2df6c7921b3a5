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
Document = Annotated[str, Meta(pattern=_B64, max_length=4 * MESSAGE_BYTES)]
"""A document's `enc`: the longest is a roster of 300 devices (K4)."""
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

Number = Annotated[int, Meta(ge=0, le=2**53 - 1)]
"""Of a place in the queue, for as long as it stands there."""
Triage = Literal["danger", "watched", "abroad"]
"""In danger now · someone can see my screen · being taken abroad soon (Before 7)."""
Wish = Literal["language", "gender", "without", "work"]
"""What keeps everybody on duty from answering: no language that was wished · no woman, or man · only who was not wanted · nobody takes
those who ask in their work."""
DutyState = Literal["available", "finishing", "break"]
"""Of a counsellor on duty: is given visitors · goes on with those there are · is away for a while."""


class Message(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", omit_defaults=True):
    """One JSON object, told apart by `type`."""


class Part(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An object inside a message."""


Joining = Literal["handover", "supervise", "interpret"]
"""For what somebody may come into a conversation that has a member (E6)."""


class Told(Part):
    """What a visitor told, of closed lists only; what was not told is absent (Before 3, 7, 8). `municipality`: four digits, or
    `other`; `languages`: one of them at least; `without`: H(H(R) ‖ name) of counsellors who shall not answer, which no console
    is told.
    """

    age: Literal["under-15", "15-17", "18-25", "over-25"] | None = None
    municipality: Annotated[str, Meta(pattern=r"^([0-9]{4}|other)$")] | None = None
    gender: Literal["woman", "man"] | None = None
    languages: Annotated[list[Language], Meta(max_length=5)] = []
    without: Annotated[list[Digest], Meta(max_length=5)] = []
    triage: Annotated[list[Triage], Meta(max_length=3)] = []


class About(Part):
    """Of whom a conversation is, as told by the visitor."""

    language: Language
    entrance: Entrance | None = None
    told: Told | None = None


# Documents (K) and log entries (S1, F4)


class Signed(Part):
    """A document's exact `enc` bytes and its signature; the root document is known by its hash and carries
    none.
    """

    doc: Document
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


class ReturnKey(Entry, tag="return-key"):
    """A key by which the visitor may come back, and by no earlier one (R1)."""

    doc: Bytes
    sig: Signature


class Refusal(Entry, tag="refuse"):
    """An offer lets nobody in (E6): the visitor's no, or whoever made it takes it back."""

    doc: Bytes
    sig: Signature


class Guest(Entry, tag="guest"):
    """A member's word for a guest from outside, whom nobody certifies (E6)."""

    doc: Bytes
    sig: Signature


class Service(Entry, tag="service"):
    """What the server itself says: unsigned, shown as the service's words and never as a person's (F6)."""

    doc: Bytes


ClientEntry = Frame | Announcement | Offer | ReturnKey | Refusal | Guest
AnyEntry = Frame | Announcement | Offer | ReturnKey | Refusal | Guest | Service


# Both sides → server


class Code(Part):
    """What comes with a return key and stands in no log (R1). `code` = H(locator); `reading` = H(capability) of who comes back."""

    code: Digest
    blob: Annotated[str, Meta(pattern=_B64, min_length=22, max_length=512)]
    reading: Digest


class Append(Message, tag="append"):
    """Put an entry at the end of the log; answered by `ack`, or by `error` and nothing stored. `code`: with a return key."""

    ref: Ref
    sid: Digest
    entry: ClientEntry
    code: Code | None = None


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
    """End the conversation for everybody and erase it (F5, S6). `cool_down`: a member's, for abuse; the visitor's page waits for a
    while before it begins another.
    """

    ref: Ref
    sid: Digest
    cool_down: bool = False


class Ping(Message, tag="ping"):
    """Answered by `pong` with the same `ref`."""

    ref: Ref


# Visitor → server


class Start(Message, tag="start"):
    """Open a conversation with A_0 and join the queue (K6, E5); answered by `ack` with index 1.

    The server keeps only H(capability). What the visitor has not told is absent. `continues`: the word by which another
    conversation goes on as this one, in its place (E9). `before`: the capability of this page's conversation that was ended with
    a cool-down.
    """

    ref: Ref
    sid: Digest
    capability: Digest
    announcement: Announcement
    language: Language
    entrance: Entrance | None = None
    continues: Signed | None = None
    before: Digest | None = None
    told: Told | None = None


class Tell(Message, tag="tell"):
    """What is told now, in place of all that was told before, as long as nobody was let in; answered by `done`."""

    ref: Ref
    sid: Digest
    told: Told


class Leave(Message, tag="leave"):
    """Left quickly: erase at once (Leave 3). H(token) stands in A_0; whoever has the token needs to follow nothing."""

    ref: Ref
    sid: Digest
    token: Digest


# Visitor, counsellor → server


class Ask(Message, tag="ask"):
    """A member asks for somebody to take over, or to join (E6): whoever is called `to`, else the next on duty. The visitor is
    asked when somebody comes. Again in place of what was asked before for this purpose; answered by `done`. A visitor asks for
    `handover` and nobody by name, where whoever was there is lost (E8).
    """

    ref: Ref
    sid: Digest
    purpose: Joining
    to: Pseudonym | None = None


VisitorMessage = Start | Tell | Follow | Append | Close | Leave | Ask | Ping


# Counsellor → server


class DutyOn(Message, tag="duty-on"):
    """Go on duty with a duty key (K5). `documents`: registrar and device certificate. `capacity`: of conversations at once, where
    it is less than the service's own; `state`, `crises`: as in `state` (Staff 1).
    """

    ref: Ref
    duty: Signed
    documents: Annotated[list[Signed], Meta(max_length=4)]
    capacity: Annotated[int, Meta(ge=1, le=10)] | None = None
    state: DutyState = "available"
    crises: Annotated[list[Digest], Meta(max_length=10)] = []


class DutyOff(Message, tag="duty-off"):
    """Go off duty; refused while conversations are open."""

    ref: Ref


class SetState(Message, tag="state"):
    """How this page is on duty. `crises`: conversations of which each takes all of a counsellor (Staff 1). Answered by `done`."""

    ref: Ref
    state: DutyState
    crises: Annotated[list[Digest], Meta(max_length=10)] = []


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


class Decline(Message, tag="decline"):
    """A conflict of interest: whoever is called so is never given the one at this place again (Before 8). A lease for it is given
    back. The visitor keeps the place and sees no refusal; answered by `done`.
    """

    ref: Ref
    number: Number


class SetAside(Message, tag="set-aside"):
    """The visitor is away and may come back by a return code: until then nobody has to look after it here (R1); answered by
    `done`.
    """

    ref: Ref
    sid: Digest


class Join(Message, tag="join"):
    """Come when asked (E6): from now on this page may follow the log, and offer; answered by `invited`, or `error`
    `wrong-moment` where somebody else came, or nobody is asked any more.
    """

    ref: Ref
    sid: Digest
    purpose: Joining


class Invite(Message, tag="invite"):
    """A member makes a link for a guest (E6). `access`: H of what the guest's page will show; answered by `done`."""

    ref: Ref
    sid: Digest
    access: Digest


class Unask(Message, tag="unask"):
    """Who asked asks no more, or who came comes no more; answered by `done`."""

    ref: Ref
    sid: Digest
    purpose: Joining


CounsellorMessage = (
    DutyOn
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
    | Ping
)


# Guest → server


class Enter(Message, tag="enter"):
    """A guest's page opens its link, once (E6). `access`: of which the service has the hash; `proof`: that these keys are of who has
    the link. Answered by `done`; then somebody vouches.
    """

    ref: Ref
    access: Digest
    signature_key: Annotated[str, Meta(pattern=_B64, min_length=87, max_length=87)]
    hpke_key: Annotated[str, Meta(pattern=_B64, min_length=1_622, max_length=1_622)]
    proof: Digest


GuestMessage = Enter | Follow | Append | Ping


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
    (E9). `until`: closed for abuse; the visitor's page may begin another from then.
    """

    sid: Digest
    reason: Literal["closed", "left-quickly", "time", "continued", "unknown"]
    continuation: Signed | None = None
    until: Time | None = None


class Presence(Message, tag="presence"):
    """Who has a socket now: silence is not absence (Talk 4). `guests`: pages of guests from outside (E6)."""

    sid: Digest
    visitor: bool
    counsellors: int
    guests: int = 0


# Server → visitor


class Queue(Message, tag="queue"):
    """Where the visitor stands, of those who came before: 1 is next. `on_duty`: how many counsellors are available to visitors, or to
    who asks in their work, whether or not they have room now (Before 4, 5). `unmet`: why none of them may answer this one. `within`: most who were answered in the last hours had waited so many minutes at most; a day stands for
    longer than an hour, absent is unknown.
    """

    sid: Digest
    position: Annotated[int, Meta(ge=1)]
    on_duty: int
    within: int | None = None
    unmet: list[Wish] = []


# Server → counsellor


class Waiting(Part):
    """One who waits, as the console lists them, in the order in which they are answered. `other`: somebody else must take this one;
    `unmet`: why nobody on duty may.
    """

    since: Time
    language: Language
    entrance: Entrance | None = None
    leased: bool = False
    away: bool = False
    returned: bool = False
    """Came back by a code (R2): not yet recognised."""
    number: Number = 0
    told: Told | None = None
    other: bool = False
    unmet: list[Wish] = []


class Desk(Message, tag="desk"):
    """The queue as a console on duty sees it. `capacity`: how many conversations it may have at once."""

    waiting: Annotated[list[Waiting], Meta(max_length=200)]
    length: int
    on_duty: list[Pseudonym]
    capacity: int = 3


class Leased(Message, tag="leased"):
    """The answer to `take`: until `deadline` this visitor is offered to nobody else (S5)."""

    ref: Ref
    sid: Digest
    lease: Digest
    deadline: Time
    returned: bool = False
    """Came back by a code (R2): not yet recognised."""
    number: Number = 0
    """Of the place, for `decline`."""
    about: About | None = None


class Member(Message, tag="member"):
    """This device is a member by an earlier duty key (E7): follow the log from its start, and offer to rejoin."""

    sid: Digest
    index: Index
    """How far the log reached."""
    about: About | None = None
    returned: bool = False
    """As in `Leased`."""


class Invited(Message, tag="invited"):
    """The answer to `join`: follow the log from its start, and offer at its end."""

    ref: Ref
    sid: Digest
    index: Index
    """How far the log reached."""
    about: About | None = None
    returned: bool = False
    """As in `Leased`."""


class Arrived(Message, tag="arrived"):
    """A guest's page has opened a link (E6), to who made it. `access`: H of what it showed; vouch for these keys if `proof` holds."""

    sid: Digest
    access: Digest
    signature_key: Bytes
    hpke_key: Bytes
    proof: Digest


class Asked(Part):
    """Somebody is asked to come into a conversation. `by`: the member who asks; absent: the visitor, who is alone there (E8)."""

    sid: Digest
    purpose: Joining
    by: Pseudonym | None = None


class Colleague(Part):
    """One on duty who may be asked."""

    pseudonym: Pseudonym
    role: Literal["counsellor", "supervisor", "interpreter"]


class Asks(Message, tag="asks"):
    """Who is asked here, and whom one may ask; to every console on duty whenever it changed (E6)."""

    asks: Annotated[list[Asked], Meta(max_length=50)]
    colleagues: Annotated[list[Colleague], Meta(max_length=300)]


class Callbacks(Message, tag="callbacks"):
    """Something about callbacks has changed: ask the desk again (docs/callback.md). To every console, without content."""


# Server → guest


class Expected(Message, tag="expected"):
    """Somebody vouches for this page (E6): follow the log from its start."""

    sid: Digest


ServerMessage = (
    Welcome | Freshness | Logged | Ack | Done | Pong | Error | Ended | Presence | Queue | Desk | Leased | Member
    | Invited | Asks | Arrived | Expected | Callbacks
)  # fmt: skip


ALL = (
    *VisitorMessage.__args__, DutyOn, DutyOff, SetState, Take, Release, Decline, Lost, SetAside, Ask, Join, Unask, Invite, Enter, *ServerMessage.__args__, Signed, Roster,
)  # fmt: skip
"""Every struct that stands by itself on a socket, or is fetched."""
