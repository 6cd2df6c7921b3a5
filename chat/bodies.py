"""The bodies of HTTP requests and answers, beside the messages of wire.py, such as polls where no socket comes through (S7).

PURE: structs and their limits, nothing else. It knows no path's handler, no store and no clock.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from chat.wire import (
    Bytes,
    Digest,
    Follow,
    Language,
    Pseudonym,
    ServerMessage,
    Signed,
    Time,
    VisitorMessage,
)

POLL_MESSAGES = 16


class Body(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One JSON object."""


class Known(Body):
    """What a page has last heard of a kind, by names that the server chooses and the page gives back as they are."""

    queue: Annotated[str, Meta(max_length=16)] = ""
    presence: Annotated[str, Meta(max_length=16)] = ""
    freshness: Annotated[str, Meta(max_length=16)] = ""


class Poll(Body):
    """POST `/v1/visitor/poll` (text/plain): the socket's messages, one request at a time (S7). `id`: 32 random bytes of
    the page; `follow`: where its log is held, as soon as there is one.
    """

    id: Digest
    known: Known = Known()
    follow: Follow | None = None
    messages: Annotated[list[VisitorMessage], Meta(max_length=POLL_MESSAGES)] = []


class Polled(Body):
    """The answer: at once where there were messages or there is news, else after a while. `closed`: a close code."""

    messages: list[ServerMessage]
    known: Known
    closed: int | None = None


class LeaveNotice(Body):
    """POST `/v1/leave` (a beacon, text/plain): `leave` without a socket."""

    sid: Digest
    token: Digest


class CodeClaim(Body):
    """POST `/v1/return` (text/plain): what lies under a return code (R2). `tag`: 32 random bytes of the page, for which it is
    locked.
    """

    locator: Digest
    tag: Digest


class Sealed(Body):
    """The answer: the nonce and the ciphertext."""

    blob: Bytes


class TrailRequest(Body):
    """POST `/v1/return/trail` (text/plain): who was in (R2), by the capability that lay under the code."""

    sid: Digest
    capability: Digest


class Trail(Body):
    """The answer: every announcement from the first on, and the newest return key."""

    announcements: Annotated[list[Signed], Meta(max_length=120)]
    key: Signed


class DemoSignIn(Body):
    """POST `/staff/demo/sign-in`, demo only: a console's fresh device keys (K3). No private key travels."""

    pseudonym: Pseudonym
    signature_key: Bytes
    hpke_key: Bytes


class DemoSignedIn(Body):
    """The answer: `documents` = registrar, device certificate."""

    documents: list[Signed]
    root: Digest


class NumberToCall(Body):
    """One of the operator's numbers (Before 1). `words` names what the catalogues say of it; `note`, by language, goes before that."""

    name: Annotated[str, Meta(min_length=1, max_length=80)]
    number: Annotated[str, Meta(pattern=r"^\+?[0-9][0-9 -]{1,20}$")]
    audience: Literal["danger", "all", "young", "men", "trans", "abroad", "work"] = "all"
    words: str = ""
    note: dict[str, str] = {}


class Availability(Body):
    """GET `/v1/availability.json`, told apart as Before 4 asks. `open`: a conversation may be started.

    closed · free: nobody waits · queue: others wait · full: no place is left · unstaffed: open, and no counsellor is
    connected now. `opens`: when it is closed, the next time it is not, as far as anybody knows. `within`: as in `Queue`.
    `numbers`: to call, in the operator's order. `languages` can be read; in `answers` somebody who is available can answer now, as far
    as it is known. `municipalities`: those that a visitor may name, by their digits.
    """

    open: bool
    state: Literal["closed", "free", "queue", "full", "unstaffed"]
    waiting: int
    languages: list[Language]
    answers: list[Language]
    numbers: list[NumberToCall]
    opens: Time | None = None
    within: int | None = None
    municipalities: dict[str, str] = {}


class Manifest(Body):
    """GET `/.well-known/varsam.json` (K4): path from its origin on → SHA-256 of every file that this release serves to browsers, and
    the hash of the roster in force, which names the hash of this list.
    """

    files: dict[str, Digest]
    roster: Digest | None = None


ALL = (
    Manifest,
    Known,
    Poll,
    Polled,
    LeaveNotice,
    CodeClaim,
    Sealed,
    TrailRequest,
    Trail,
    DemoSignIn,
    DemoSignedIn,
    Availability,
)
