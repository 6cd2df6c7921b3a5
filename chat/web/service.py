"""What browsers ask of the service by HTTP: rosters, whether it is open, and the notice of leaving.

Knows the node's stores through `live`; a visitor's requests carry no cookie and no custom header, their secrets are in the
body (S7).
"""

import asyncio
from typing import Final

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from chat import errors, wire
from chat.crypto.encoding import unb64
from chat.live import availability
from chat.live.availability import Offered
from chat.live.inbox import UNREADABLE, conversation
from chat.live.node import Node
from chat.web import headers
from chat.web.refusals import not_found

BODY_BYTES: Final = 8 * 1024
BODY_SECONDS: Final = 10.0
JSON: Final = "application/json"

_read_leave = msgspec.json.Decoder(wire.LeaveNotice).decode


class Service:
    """Answers that need the node."""

    def __init__(self, node: Node, offered: Offered) -> None:
        self._node = node
        self._offered = offered

    def visitor_routes(self) -> list[Route]:
        """On the visitor's origin."""
        return [
            Route("/v1/roster/{digest}", self.roster),
            Route("/v1/availability.json", self.availability),
            Route("/v1/leave", self.leave, methods=["POST"]),
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
