"""The two sockets as plain ASGI: a handshake that is asked where it comes from, and a link for the connection behind it.

Knows origins, the subprotocol and the session cookie's bytes; what is said over the socket is `live`'s. The application is
called without Starlette, which costs a fifth of a message and 5 KiB of an idle socket.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.types import Receive, Scope, Send

from chat import errors, wire
from chat.live.link import Link
from chat.web.guards import header
from chat.web.protocol import DIRECT, Protocol
from chat.web.refusals import refuse

SESSION_COOKIE: Final = "__Host-varsam"
OPAQUE: Final = "null"

Meet = Callable[[Link, Scope], Awaitable[None]]
"""Runs a connection over a link until its end."""


class SocketLink:
    """A WebSocket as a link. uvicorn pings it, and ends it when no answer comes."""

    __slots__ = ("_flush", "_receive", "_send", "room", "write")

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        direct: Protocol = scope["extensions"][DIRECT]
        direct.take_over()
        self.write = direct.write
        self.room = direct.room
        self._flush = direct.flush
        self._receive = receive
        self._send = send

    async def receive(self) -> str | None:
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            return None
        text = message.get("text")
        if text is None:
            raise errors.Malformed
        return str(text)

    async def close(self, code: int, reason: str) -> None:
        self._flush()
        try:
            await self._send({"type": "websocket.close", "code": code, "reason": reason})
        except (OSError, RuntimeError) as gone:
            raise ConnectionError from gone


class Socket:
    """One address that is a socket, for one Origin."""

    def __init__(self, origin: str, meet: Meet, sockets: "Sockets") -> None:
        self._origin = origin
        self._meet = meet
        self._sockets = sockets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        try:
            self._require(scope)
        except errors.VarsamError as error:
            await refuse(error, scope, send)
            return
        try:
            await send({"type": "websocket.accept", "subprotocol": wire.SUBPROTOCOL})
            await self._meet(SocketLink(scope, receive, send), scope)
        finally:
            self._sockets.leave()

    def _require(self, scope: Scope) -> None:
        if header(scope, b"origin") != self._origin:
            raise errors.WrongOrigin
        if wire.SUBPROTOCOL not in scope["subprotocols"]:
            raise errors.Malformed
        self._sockets.enter()


class Sockets:
    """How many sockets this process holds, and how many it will."""

    def __init__(self, limit: int) -> None:
        self.open = 0
        self.limit = limit

    def enter(self) -> None:
        """Take a place, if one is left."""
        if self.open >= self.limit:
            raise errors.StoreUnavailable
        self.open += 1

    def leave(self) -> None:
        self.open -= 1


def session_token(scope: Scope) -> str:
    """The token in the session cookie; empty if there is none."""
    for part in header(scope, b"cookie").split(";"):
        name, _, value = part.strip().partition("=")
        if name == SESSION_COOKIE:
            return value
    return ""
