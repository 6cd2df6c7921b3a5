"""Staff accounts over HTTP, on the staff's origin only: signing in, machines, what a coordinator does, what a registrar asks.

Every change is a POST of JSON from the console's own origin, with the session's cookie. Knows `live`, and no rule.
"""

import re
from collections.abc import Container
from typing import Final, Literal, TypeVar

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from chat import errors, staff_bodies, wire
from chat.crypto.encoding import unb64
from chat.live.accounts import SESSION_SECONDS, Accounts, SignedIn
from chat.live.inbox import UNREADABLE
from chat.live.rosters import REGISTRAR, Rosters, persons_machine
from chat.rules import roles
from chat.rules.limits import TokenBucket
from chat.store.accounts import Account
from chat.web.guards import header
from chat.web.service import BODY_BYTES, JSON, body
from chat.web.sockets import SESSION_COOKIE, session_token

ASKED_BYTES: Final = 64 * 1024
AUDIT_ENTRIES: Final = 200
_STRANGERS_AT_ONCE: Final = 60
_STRANGERS_PER_SECOND: Final = 20.0
"""Of a process, for all who are not signed in: guessing 256 bits is hopeless, and neither store is kept busy by it."""

Kind = TypeVar("Kind", bound=Struct)
HereAt = Literal["none", "unknown", "waiting", "listed"]


class StaffPages:
    """The routes under `/staff/` that need an account, or a registrar's signature."""

    def __init__(self, accounts: Accounts, rosters: Rosters, origin: str) -> None:
        self._accounts = accounts
        self._rosters = rosters
        self._origin = origin
        self._strangers = TokenBucket(0.0, _STRANGERS_AT_ONCE, _STRANGERS_PER_SECOND)

    def routes(self) -> list[Route]:
        def post(path: str, answer: object) -> Route:
            return Route(path, answer, methods=["POST"])  # type: ignore[arg-type]

        return [
            post("/staff/sign-in/options", self.sign_in_options),
            post("/staff/sign-in", self.sign_in),
            post("/staff/sign-out", self.sign_out),
            post("/staff/lock", self.lock),
            post("/staff/passkey/options", self.passkey_options),
            post("/staff/passkey", self.add_passkey),
            Route("/staff/me", self.me),
            Route("/staff/sessions", self.sessions),
            post("/staff/machine", self.machine),
            Route("/staff/people", self.people),
            post("/staff/people/invite", self.invite),
            post("/staff/people/decide", self.decide),
            Route("/staff/audit", self.audit),
            Route("/staff/audit/export", self.export_audit),
            post("/staff/people/answers", self.answers),
            Route("/staff/draft", self.draft),
            post("/staff/roster", self.add_roster),
            Route("/staff/freshness", self.freshness),
            post("/staff/freshness", self.add_freshness),
            post("/staff/registrar/draft", self.registrars_draft),
            post("/staff/registrar/roster", self.registrars_roster),
            post("/staff/registrar/invite", self.registrars_invitation),
        ]

    # Signing in

    async def sign_in_options(self, request: Request) -> Response:
        """What the browser asks the person's passkey."""
        self._check_origin(request)
        self._slowly()
        return _plain(await self._accounts.request())

    async def sign_in(self, request: Request) -> Response:
        """With a passkey; a page that was locked goes on."""
        asked = await self._read(request, staff_bodies.PasskeyAnswer)
        self._slowly()
        before = await self._perhaps_signed_in(request)
        account = await self._accounts.use_passkey(asked.credential)
        return await self._open(account, before)

    async def sign_out(self, request: Request) -> Response:
        """This page, or everywhere."""
        asked = await self._read(request, staff_bodies.SignOut)
        who = await self._accounts.signed_in(session_token(request.scope), locked=True)
        await self._accounts.sign_out(
            who, everywhere=asked.everywhere, page=unb64(asked.page) if asked.page else b""
        )
        response = Response(status_code=204)
        if asked.page and not asked.everywhere:
            return response
        response.delete_cookie(SESSION_COOKIE, path="/", secure=True, httponly=True, samesite="strict")
        return response

    async def lock(self, request: Request) -> Response:
        """Nobody has touched the page for ten minutes."""
        self._check_origin(request)
        await self._accounts.lock(await self._who(request))
        return Response(status_code=204)

    async def passkey_options(self, request: Request) -> Response:
        """What the browser asks an authenticator to make."""
        asked = await self._read(request, staff_bodies.WithInvitation)
        self._slowly()
        who = None if asked.invitation else await self._who(request)
        return _plain(await self._accounts.creation(who, asked.invitation))

    async def add_passkey(self, request: Request) -> Response:
        """Keep it; by an invitation the person is signed in."""
        asked = await self._read(request, staff_bodies.PasskeyAnswer)
        self._slowly()
        who = None if asked.invitation else await self._who(request)
        account = await self._accounts.add_passkey(who, asked.invitation, asked.credential)
        return await self._open(account, who)

    async def me(self, request: Request) -> Response:
        """Who is signed in here."""
        return await self._told(await self._who(request), "none", [])

    async def sessions(self, request: Request) -> Response:
        """Where this person is signed in."""
        pages = await self._accounts.pages_of(await self._who(request))
        return _answer(staff_bodies.SignedInPages(pages=pages))

    async def machine(self, request: Request) -> Response:
        """K3: at which machine; registrar and certificate as soon as a roster lists it."""
        asked = await self._read(request, staff_bodies.MachineKeys)
        machine, who = await self._accounts.ask_for_machine(await self._who(request), asked)
        if machine.revoked:
            return await self._told(who, "unknown", [])
        if await self._rosters.counts(who.account.role, machine.certificate):
            return await self._told(who, "listed", await self._rosters.papers(machine.certificate))
        return await self._told(who, "waiting", [])

    # A coordinator

    async def people(self, request: Request) -> Response:
        """Everybody of staff."""
        who = await self._who(request)
        roles.check_duty(who.account.role, "see-people")
        known = f'"{await self._accounts.mark()}"'
        if header(request.scope, b"if-none-match") == known:
            return Response(status_code=304, headers={"etag": known})
        listed = await self._rosters.listed()
        people = [_person(account, listed) for account in await self._accounts.records.all()]
        ends, changed = await self._rosters.ends(), await self._rosters.would_change()
        answer = _answer(staff_bodies.People(people=people, roster_until=ends, changed=changed))
        answer.headers["etag"] = known
        return answer

    async def invite(self, request: Request) -> Response:
        """A link that is good once."""
        asked = await self._read(request, staff_bodies.Invite)
        who = await self._who(request)
        roles.check_duty(who.account.role, "change-people")
        return _answer(await self._accounts.invite(who.account.pseudonym, asked))

    async def decide(self, request: Request) -> Response:
        """About a machine or a person."""
        asked = await self._read(request, staff_bodies.Decide)
        account = await self._accounts.decide(await self._who(request), asked)
        return _answer(_person(account, await self._rosters.listed()))

    async def audit(self, request: Request) -> Response:
        """Data 4: what staff did, as it stands; that it holds is verified on the command line."""
        roles.check_duty((await self._who(request)).account.role, "see-audit")
        before = request.query_params.get("before", "")
        entries, head = await self._accounts.records.audit.before(_number(before), AUDIT_ENTRIES)
        rows = [staff_bodies.AuditEntry(e.n, e.time, e.who, e.what, e.about) for e in entries]
        return _answer(staff_bodies.AuditPage(entries=rows, head=f"{head.n}:{head.digest}"))

    async def export_audit(self, request: Request) -> Response:
        """All of it as it is kept, one entry a line: `varsam audit verify --export` reads it."""
        roles.check_duty((await self._who(request)).account.role, "see-audit")
        lines = self._accounts.records.audit.lines()
        said = {"content-disposition": 'attachment; filename="audit.jsonl"'}
        return StreamingResponse(lines, media_type="application/jsonl", headers=said)

    async def answers(self, request: Request) -> Response:
        """Who is given whom (docs/routing.md)."""
        asked = await self._read(request, staff_bodies.Answers)
        account = await self._accounts.write_answers(await self._who(request), asked)
        return _answer(_person(account, await self._rosters.listed()))

    async def draft(self, request: Request) -> Response:
        """What the next roster shall say, as a file to carry to a registrar's machine."""
        roles.check_duty((await self._who(request)).account.role, "change-people")
        response = _answer(await self._rosters.draft())
        response.headers["content-disposition"] = 'attachment; filename="draft.json"'
        return response

    async def add_roster(self, request: Request) -> Response:
        """The next roster, as it was carried back; its signature is what counts."""
        asked = await self._read(request, staff_bodies.SignedRoster, staff_bodies.DRAFT_BYTES)
        roles.check_duty((await self._who(request)).account.role, "change-people")
        roster = await self._rosters.take_roster(asked)
        return _plain({"number": roster.number})

    async def freshness(self, request: Request) -> Response:
        """What the next statement must say."""
        return _answer(await self._rosters.freshness_now(await self._who(request)))

    async def add_freshness(self, request: Request) -> Response:
        """The next statement."""
        asked = await self._read(request, staff_bodies.SignedFreshness, ASKED_BYTES)
        await self._rosters.take_freshness(await self._who(request), asked)
        return Response(status_code=204)

    # A registrar, from the command line

    async def registrars_draft(self, request: Request) -> Response:
        """What the next roster shall say."""
        asks = await self._asks(request)
        await self._rosters.asked(asks, "draft")
        return _answer(await self._rosters.draft())

    async def registrars_roster(self, request: Request) -> Response:
        """The next roster."""
        content = await self._rosters.asked(await self._asks(request), "roster")
        roster = await self._rosters.take_roster(_decoded(content, staff_bodies.SignedRoster))
        return _plain({"number": roster.number})

    async def registrars_invitation(self, request: Request) -> Response:
        """The first coordinator's link, or one for when nobody else can make it."""
        content = await self._rosters.asked(await self._asks(request), "invite")
        return _answer(await self._accounts.invite(REGISTRAR, _decoded(content, staff_bodies.Invite)))

    async def _asks(self, request: Request) -> staff_bodies.RegistrarAsks:
        """No browser sends these: a page of any origin is refused."""
        if header(request.scope, b"origin"):
            raise errors.WrongOrigin
        self._slowly()
        return _decoded(await body(request, 2 * staff_bodies.DRAFT_BYTES), staff_bodies.RegistrarAsks)

    # Who asks, and how it is answered

    def _check_origin(self, request: Request) -> None:
        if header(request.scope, b"origin") != self._origin:
            raise errors.WrongOrigin

    def _slowly(self) -> None:
        """Asked by somebody who may be anybody; TooFast."""
        self._strangers.take(self._accounts.now)

    async def _read(self, request: Request, kind: type[Kind], most_bytes: int = BODY_BYTES) -> Kind:
        self._check_origin(request)
        return _decoded(await body(request, most_bytes), kind)

    async def _who(self, request: Request) -> SignedIn:
        return await self._accounts.signed_in(session_token(request.scope))

    async def _perhaps_signed_in(self, request: Request) -> SignedIn | None:
        try:
            return await self._accounts.signed_in(session_token(request.scope), locked=True)
        except errors.SignedOut:
            return None

    async def _open(self, account: Account, before: SignedIn | None) -> Response:
        token, who = await self._accounts.open_session(account, before)
        response = await self._told(who, "none", [])
        if token:
            response.set_cookie(
                SESSION_COOKIE,
                token,
                max_age=SESSION_SECONDS,
                path="/",
                secure=True,
                httponly=True,
                samesite="strict",
            )
        return response

    async def _told(self, who: SignedIn, machine: HereAt, documents: list[wire.Signed]) -> Response:
        me = staff_bodies.Me(
            pseudonym=who.account.pseudonym,
            role=who.account.role,
            passkeys=len(who.account.passkeys),
            until=who.session.until,
            machine=machine,
            documents=documents,
            standing=await self._rosters.runs_out(documents),
        )
        return _answer(me)


def _person(account: Account, listed: Container[bytes]) -> staff_bodies.Person:
    return staff_bodies.Person(
        id=account.id,
        pseudonym=account.pseudonym,
        role=account.role,
        state=account.state,
        passkeys=len(account.passkeys),
        invited_until=account.invited_until,
        machines=[persons_machine(m, listed=m.certificate in listed) for m in account.machines],
        languages=list(account.skills.languages),
        gender=account.skills.gender,
        takes=account.skills.takes,
    )


def _number(words: str) -> int | None:
    if not words:
        return None
    if not re.fullmatch(r"[0-9]{1,15}", words):
        raise errors.Malformed
    return int(words)


def _decoded(content: bytes, kind: type[Kind]) -> Kind:
    try:
        return msgspec.json.decode(content, type=kind)
    except UNREADABLE as error:
        raise errors.Malformed from error


def _answer(part: Struct) -> Response:
    return Response(msgspec.json.encode(part), media_type=JSON)


def _plain(values: dict[str, object]) -> Response:
    return Response(msgspec.json.encode(values), media_type=JSON)
