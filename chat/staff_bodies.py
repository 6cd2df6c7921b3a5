"""What staff's pages and the key ceremony say to the service over HTTP: accounts, machines, drafts of rosters (K2–K4).

PURE: structs and their limits, beside `bodies` and `wire`, whose rules hold here too.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta, field

from chat.bodies import Body
from chat.wire import Bytes, Digest, Language, Pseudonym, Roster, Signed, Time

DRAFT_BYTES = 4 * 1024 * 1024

StaffRole = Literal["counsellor", "supervisor", "interpreter", "coordinator"]


# The roster, between the console and who signs it on the command line (K3, K4)


class DraftDevice(Body):
    """A staff machine that shall be listed (K3): with the certificate that it has, or to be certified for these keys."""

    pseudonym: Pseudonym
    role: StaffRole
    signature_key: Bytes
    hpke_key: Bytes
    may_sign_freshness: bool
    takes_callbacks: bool = False
    certificate: Signed | None = None


class Draft(Body):
    """What the next roster shall say. `previous`: the one in force; `documents`: the registrars of the certificates."""

    devices: Annotated[list[DraftDevice], Meta(max_length=300)]
    documents: Annotated[list[Signed], Meta(max_length=300)]
    previous: Roster | None = None


class SignedRoster(Body):
    """A roster with everything that it lists: `certificates` in its order, `documents` their registrars."""

    roster: Roster
    certificates: Annotated[list[Signed], Meta(max_length=300)]
    documents: Annotated[list[Signed], Meta(max_length=300)]


# Staff accounts: POST and GET under `/staff/`, for the console's own origin with its session's cookie


class Invitation(Body):
    """A link that is good once, until `until`: its secret stands behind `#invitation=` and never in a log."""

    token: Digest
    pseudonym: Pseudonym
    role: StaffRole
    until: Time


class WithInvitation(Body):
    """POST `/staff/passkey/options`: what a passkey is to be made for. Empty: for who is signed in already."""

    invitation: Digest | None = None


class PasskeyAnswer(Body):
    """POST `/staff/passkey` and `/staff/sign-in`: what `navigator.credentials` gave, as its `toJSON()` writes it."""

    credential: dict[str, Any]
    invitation: Digest | None = None


class MachineKeys(Body):
    """POST `/staff/machine`: the public keys of the machine that somebody is signed in at (K3)."""

    signature_key: Bytes
    hpke_key: Bytes


class Standing(Body):
    """What runs out, for everybody at the console: freshness, the roster in force, this machine's certificate (K3, K4). 0: there is
    none.
    """

    fresh_until: Time
    roster_until: Time
    certificate_until: Time


class Me(Body):
    """GET `/staff/me`, and the answer to signing in: `machine` is that of this page. `documents`: registrar and certificate."""

    pseudonym: Pseudonym
    role: StaffRole
    passkeys: int
    until: Time
    machine: Literal["none", "unknown", "waiting", "listed"]
    documents: list[Signed]
    standing: Standing


class SignedInPage(Body):
    """A page that somebody is signed in at. `name`: a hash that stands for it; `at`: which machine it is."""

    name: Digest
    opened: Time
    until: Time
    here: bool
    locked: bool
    at: Literal["this", "another", "none"]


class SignedInPages(Body):
    """GET `/staff/sessions`: one's own."""

    pages: list[SignedInPage]


class SignOut(Body):
    """POST `/staff/sign-out`: this page, all of one's own, or the one with this name."""

    everywhere: bool = False
    page: Digest | None = None


class PersonsMachine(Body):
    """A machine of somebody. `waiting`: nobody has compared its words; `compared`: the next roster lists it."""

    name: Digest
    signature_key: Bytes
    hpke_key: Bytes
    asked: Time
    state: Literal["waiting", "compared", "listed", "revoked"]


class Person(Body):
    """Somebody of staff, as a coordinator sees it. `languages`, `gender`, `takes`: as in `Answers`."""

    id: Digest
    pseudonym: Pseudonym
    role: StaffRole
    state: Literal["invited", "active", "revoked"]
    passkeys: int
    invited_until: Time
    machines: list[PersonsMachine]
    languages: list[Language] = field(default_factory=list)
    gender: Literal["woman", "man"] | None = None
    takes: Literal["both", "visitors", "work"] = "both"


class People(Body):
    """GET `/staff/people`, for coordinators. `roster_until`: when the roster in force ends, 0 before the first; `changed`: the
    next one would say something else.
    """

    people: list[Person]
    roster_until: Time
    changed: bool


class AuditEntry(Body):
    """What staff did (Data 4)."""

    n: int
    time: Time
    who: str
    what: str
    about: str


class AuditPage(Body):
    """GET `/staff/audit?before=N`: the entries before number N, or the newest; newest first. `head`: number and hash of the newest
    of all, as `varsam audit verify` prints it.
    """

    entries: list[AuditEntry]
    head: str


class Invite(Body):
    """POST `/staff/people/invite`: a new person, or with `person` another link for one that there is, whose passkeys it replaces."""

    pseudonym: Pseudonym = "-"
    role: StaffRole = "counsellor"
    person: Digest | None = None


class Decide(Body):
    """POST `/staff/people/decide`: a person's machine was compared, or it or the whole person is revoked."""

    person: Digest
    what: Literal["compared", "revoke-machine", "revoke-person"]
    machine: Digest | None = None


class Answers(Body):
    """POST `/staff/people/answers`: what somebody can answer, a record of the organisation's (docs/routing.md). `languages`: empty are
    those of the organisation; `takes`: visitors and professionals, or only one of these.
    """

    person: Digest
    languages: Annotated[list[Language], Meta(max_length=10)] = field(default_factory=list)
    gender: Literal["woman", "man"] | None = None
    takes: Literal["both", "visitors", "work"] = "both"


class FreshnessNow(Body):
    """GET `/staff/freshness`, for who may sign it: the roster in force, the newest freshness over it, and whom the next one must
    revoke (K4). `n` counts on over rosters.
    """

    roster: Digest
    n: int
    time: Time
    revoked: list[Digest]
    wanted: list[Digest]


class SignedFreshness(Body):
    """POST `/staff/freshness`."""

    fresh: Signed


class RegistrarAsks(Body):
    """POST `/staff/registrar/draft`, `/invite`, `/roster`: signed on the command line (K2). `body`: JSON, as `signed` names it."""

    root: Bytes
    registrar: Signed
    asks: Signed
    body: Annotated[str, Meta(max_length=DRAFT_BYTES)]
