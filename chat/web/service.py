"""What browsers ask of the service by HTTP: rosters, whether it is open, and the notice of leaving.

Knows the node's stores through `live`; a visitor's requests carry no cookie and no custom header, their secrets are in the
body (S7).
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from chat import bodies, errors
from chat.crypto.encoding import unb64
from chat.live import availability, returning
from chat.live.availability import Offered
from chat.live.inbox import UNREADABLE, conversation
from chat.live.node import Node
from chat.rules.limits import TokenBucket
from chat.web import headers
from chat.web.refusals import not_found, refusal

BODY_BYTES: Final = 8 * 1024
BODY_SECONDS: Final = 10.0
RETURNS_AT_ONCE: Final = 20
RETURNS_PER_SECOND: Final = 2.0
"""Of a process, for everybody: guessing 88 bits is hopeless, and nobody is kept out who has a code for longer than seconds."""
JSON: Final = "application/json"

Asked = TypeVar("Asked")

_read_claim = msgspec.json.Decoder(bodies.CodeClaim).decode
_read_trail = msgspec.json.Decoder(bodies.TrailRequest).decode
_read_leave = msgspec.json.Decoder(bodies.LeaveNotice).decode


class Service:
    """Answers that need the node."""

    def __init__(self, node: Node, offered: Offered) -> None:
        self._node = node
        self._offered = offered
        self._returns = TokenBucket(0.0, RETURNS_AT_ONCE, RETURNS_PER_SECOND)

    def visitor_routes(self) -> list[Route]:
        """On the visitor's origin."""
        return [
            Route("/v1/roster/{digest}", self.roster),
            Route("/v1/availability.json", self.availability),
            Route("/v1/leave", self.leave, methods=["POST"]),
            Route("/v1/return", self.claim, methods=["POST"]),
            Route("/v1/return/trail", self.trail, methods=["POST"]),
        ]

    def staff_routes(self) -> list[Route]:
        """On the staff's origin."""
        return [Route("/v1/roster/{digest}", self.roster)]

    async def roster(self, request: Request) -> Response:
        """A roster and what verifies it (K4), by its hash."""
        raw = await self._node.standing.roster(unb64(request.path_params["digest"]))
        if raw is None:
            return not_found()
        return Response(raw, media_type=JSON, headers=headers.CROSS_ORIGIN)

    async def availability(self, _: Request) -> Response:
        """How it stands now (Before 4). Asked by a person's press, and never before it (Trace 2)."""
        answer = await availability.availability(self._node, self._offered)
        return Response(msgspec.json.encode(answer), media_type=JSON, headers=headers.CROSS_ORIGIN)

    async def leave(self, request: Request) -> Response:
        """Leave 3: erase at once. What it asks for is done or was done before; nothing more is told."""
        try:
            notice = _read_leave(await body(request))
        except UNREADABLE as error:
            raise errors.Malformed from error
        sid, _ = conversation(notice.sid)
        await self._node.leave(sid, unb64(notice.token))
        return Response(status_code=204, headers=headers.CROSS_ORIGIN)

    async def claim(self, request: Request) -> Response:
        """R2: what lies under a return code."""
        return await self._returning(request, _read_claim, returning.claim)

    async def trail(self, request: Request) -> Response:
        """R2: who was in."""
        return await self._returning(request, _read_trail, returning.trail)

    async def _returning(
        self,
        request: Request,
        read: Callable[[bytes], Asked],
        answer: Callable[[Node, Asked], Awaitable[bodies.Body]],
    ) -> Response:
        """Slowly: nobody tries many codes, and no process is kept busy by it."""
        try:
            asked = read(await body(request))
            self._returns.take(self._node.clock())
            content = msgspec.json.encode(await answer(self._node, asked))
        except UNREADABLE:
            return _told(errors.Malformed())
        except errors.VarsamError as error:
            return _told(error)
        return Response(content, media_type=JSON, headers=headers.CROSS_ORIGIN)


def _told(error: errors.VarsamError) -> Response:
    """So that a page of an opaque origin can read it."""
    response = refusal(error)
    response.headers.update(headers.CROSS_ORIGIN)
    return response


async def body(request: Request, most_bytes: int = BODY_BYTES) -> bytes:
    """The body, as far as anybody may send one."""
    content = b""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                content += chunk
                if len(content) > most_bytes:
                    raise errors.Oversize
    except ClientDisconnect as gone:
        raise errors.Malformed from gone
    except TimeoutError as late:
        raise errors.TooSlow from late
    return content
