"""The callback over HTTP, on both origins (docs/callback.md): bodies in, bodies out, and refusals that a page can read.

Knows paths and sessions' cookies; what is asked for is `live`'s. A visitor's request has its secrets in the body and no
credential (S7); a member of staff's comes from the console's own origin.
"""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from chat import callback_bodies as bodies
from chat import errors
from chat.crypto.chain import Certificate
from chat.live import callback_desk, callback_door, team_desk
from chat.live.calling import Calling
from chat.live.inbox import UNREADABLE
from chat.rules.limits import TokenBucket
from chat.web import headers
from chat.web.guards import header
from chat.web.refusals import refusal
from chat.web.service import BODY_BYTES, JSON, body
from chat.web.sockets import session_token
from chat.web.sources import Sources

CODES_AT_ONCE: Final = 20
CODES_PER_SECOND: Final = 2.0
"""Of a process, for everybody: guessing 88 bits is hopeless, and nobody who has a code waits longer than seconds."""
TEAM_BYTES: Final = 512 * 1024
"""A share for each of 300 devices."""

Asked = TypeVar("Asked", bound=Struct)


class VisitorCallbacks:
    """POST, text/plain, from a page without an origin."""

    def __init__(self, calling: Calling) -> None:
        self._calling = calling
        self._sources = Sources()
        self._codes = TokenBucket(0.0, CODES_AT_ONCE, CODES_PER_SECOND)

    def routes(self) -> list[Route]:
        return [
            Route("/v1/callbacks", self.send, methods=["POST"]),
            Route("/v1/callbacks/challenge", self.challenge, methods=["POST"]),
            Route("/v1/callbacks/code", self.code, methods=["POST"]),
            Route("/v1/callbacks/status", self.status, methods=["POST"]),
            Route("/v1/callbacks/cancel", self.cancel, methods=["POST"]),
        ]

    async def challenge(self, request: Request) -> Response:
        """W1. Where it comes from is looked at here, and never kept (W2)."""

        async def answer(_: bodies.CallbackChallengeRequest) -> Struct:
            address = request.client.host if request.client else ""
            count = self._sources.count(address, self._calling.node.clock())
            return await callback_door.challenge(self._calling, count)

        return await self._answer(request, bodies.CallbackChallengeRequest, answer)

    async def send(self, request: Request) -> Response:
        """C1."""

        async def answer(sent: bodies.CallbackSend) -> Struct:
            return await callback_door.send(self._calling, sent)

        return await self._answer(request, bodies.CallbackSend, answer, bodies.SEND_BYTES)

    async def code(self, request: Request) -> Response:
        """C3, slowly: nobody tries many codes."""

        async def answer(asked: bodies.CallbackLocator) -> Struct:
            self._codes.take(self._calling.node.clock())
            return await callback_door.under_code(self._calling, asked)

        return await self._answer(request, bodies.CallbackLocator, answer)

    async def status(self, request: Request) -> Response:
        """C3."""

        async def answer(asked: bodies.CallbackAsk) -> Struct:
            return await callback_door.status(self._calling, asked)

        return await self._answer(request, bodies.CallbackAsk, answer)

    async def cancel(self, request: Request) -> Response:
        """C3."""

        async def answer(asked: bodies.CallbackAsk) -> Struct:
            return await callback_door.cancel(self._calling, asked)

        return await self._answer(request, bodies.CallbackAsk, answer)

    async def _answer(
        self,
        request: Request,
        kind: type[Asked],
        answer: Callable[[Asked], Awaitable[Struct]],
        most_bytes: int = BODY_BYTES,
    ) -> Response:
        try:
            content = msgspec.json.encode(await answer(_read(await body(request, most_bytes), kind)))
        except errors.VarsamError as error:
            self._calling.node.measures.refused.labels(error.code).inc()
            response = refusal(error)
            response.headers.update(headers.CROSS_ORIGIN)
            return response
        return Response(content, media_type=JSON, headers=headers.CROSS_ORIGIN)


class StaffCallbacks:
    """JSON from the console, with the session's cookie."""

    def __init__(self, calling: Calling, origin: str) -> None:
        self._calling = calling
        self._origin = origin

    def routes(self) -> list[Route]:
        def post(path: str, answer: object) -> Route:
            return Route(f"/staff/callbacks{path}", answer, methods=["POST"])  # type: ignore[arg-type]

        return [
            Route("/staff/callbacks", self.desk),
            post("/take", self.take),
            post("/release", self.release),
            post("/number", self.number),
            post("/outcome", self.outcome),
            post("/done", self.done),
            post("/note", self.note),
            Route("/staff/callbacks/shift-notes", self.shift_notes),
            post("/shift-notes", self.add_shift_note),
            Route("/staff/callbacks/teams", self.teams),
            post("/teams", self.make_team),
            post("/shares", self.share),
        ]

    async def desk(self, request: Request) -> Response:
        """For everybody of staff: nothing of it is content."""
        who = await self._calling.signed_in(session_token(request.scope))
        return _told(await callback_desk.desk(self._calling, who))

    async def take(self, request: Request) -> Response:
        who, asked = await self._asked(request, bodies.CallbackId)
        return _told(await callback_desk.take(self._calling, who, asked.id))

    async def release(self, request: Request) -> Response:
        who, asked = await self._asked(request, bodies.CallbackId)
        await callback_desk.release(self._calling, who, asked.id)
        return Response(status_code=204)

    async def number(self, request: Request) -> Response:
        who, asked = await self._asked(request, bodies.CallbackVersion)
        return _told(await callback_desk.number(self._calling, who, asked))

    async def outcome(self, request: Request) -> Response:
        who, asked = await self._asked(request, bodies.CallbackOutcome)
        return _told(await callback_desk.outcome(self._calling, who, asked))

    async def done(self, request: Request) -> Response:
        who, asked = await self._asked(request, bodies.CallbackId)
        await callback_desk.done(self._calling, who, asked.id)
        return Response(status_code=204)

    async def note(self, request: Request) -> Response:
        who, asked = await self._asked(request, bodies.CallbackNoteOn)
        await callback_desk.add_note(self._calling, who, asked)
        return Response(status_code=204)

    async def shift_notes(self, request: Request) -> Response:
        await self._taker(request)
        return _told(await callback_desk.shift_notes(self._calling))

    async def add_shift_note(self, request: Request) -> Response:
        _, asked = await self._asked(request, bodies.CallbackNote)
        await callback_desk.add_shift_note(self._calling, asked)
        return Response(status_code=204)

    async def teams(self, request: Request) -> Response:
        return _told(await team_desk.teams(self._calling, await self._taker(request)))

    async def make_team(self, request: Request) -> Response:
        who, asked = await self._asked(request, bodies.NewTeam, TEAM_BYTES)
        return _told(await team_desk.make(self._calling, who, asked))

    async def share(self, request: Request) -> Response:
        who, asked = await self._asked(request, bodies.MoreShares, TEAM_BYTES)
        await team_desk.share(self._calling, who, asked)
        return Response(status_code=204)

    async def _taker(self, request: Request) -> Certificate:
        return await self._calling.taker(session_token(request.scope))

    async def _asked(
        self, request: Request, kind: type[Asked], most_bytes: int = BODY_BYTES
    ) -> tuple[Certificate, Asked]:
        if header(request.scope, b"origin") != self._origin:
            raise errors.WrongOrigin
        who = await self._taker(request)
        return who, _read(await body(request, most_bytes), kind)


def _read(content: bytes, kind: type[Asked]) -> Asked:
    try:
        return msgspec.json.decode(content, type=kind)
    except UNREADABLE as error:
        raise errors.Malformed from error


def _told(answer: Struct) -> Response:
    return Response(msgspec.json.encode(answer), media_type=JSON)
