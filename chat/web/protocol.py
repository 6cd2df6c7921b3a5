"""uvicorn's WebSocket with one thing more: texts are handed over without a task, and those of one turn of the event loop leave
in one write.

Knows frames and a transport. Whoever hands over finds it in the scope's extensions as `DIRECT`.
"""

import asyncio
from collections import deque
from typing import Any, Final

from uvicorn._types import ASGIReceiveEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import OPEN

DIRECT: Final = "varsam.direct"
AT_ONCE_BYTES: Final = 16 * 1024
"""So much is written without waiting for the end of the turn, which tells whether there is room for more."""


class Protocol(WebSocketsSansIOProtocol):
    """One socket."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._frames: list[bytes] = []
        self._size = 0

    def handle_connect(self, event: Request) -> None:
        """The handshake; the application that it starts runs after this."""
        super().handle_connect(event)
        if not self.close_sent and (extensions := self.scope["extensions"]) is not None:
            extensions[DIRECT] = self  # type: ignore[assignment]

    def take_over(self) -> None:
        """One reader will call `receive` from now on."""
        events = _Events()
        while not self.queue.empty():
            events.put_nowait(self.queue.get_nowait())
        self.queue = events  # type: ignore[assignment]

    def write(self, text: str) -> bool:
        """False: there is no room, and it was not taken. When the other end is gone it is thrown away; `receive` tells."""
        if not self.writable.is_set():
            return False
        data = text.encode()
        if not self._frames:
            self.loop.call_soon(self.flush)
        self._frames += (_head(len(data)), data)
        self._size += len(data)
        if self._size >= AT_ONCE_BYTES:
            self.flush()
        return True

    def flush(self) -> None:
        """Write what was handed over in this turn."""
        if self._frames and not self._is_over:
            self.transport.write(b"".join(self._frames))
        self._frames.clear()
        self._size = 0

    async def room(self) -> None:
        """Returns when `write` takes more; `ConnectionError` when the other end is gone."""
        await self.writable.wait()
        if self._is_over:
            raise ConnectionResetError

    def shutdown(self) -> None:
        """The process ends."""
        self.flush()
        super().shutdown()

    @property
    def _is_over(self) -> bool:
        return self.disconnected or self.conn.state is not OPEN


class _Events:
    """In the place of uvicorn's queue, for a third of its cost: one reader, and no bound but that uvicorn reads one message ahead."""

    __slots__ = ("_events", "_reader")

    def __init__(self) -> None:
        self._events: deque[ASGIReceiveEvent] = deque()
        self._reader: asyncio.Future[None] | None = None

    def put_nowait(self, event: ASGIReceiveEvent) -> None:
        self._events.append(event)
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    def empty(self) -> bool:
        return not self._events

    async def get(self) -> ASGIReceiveEvent:
        while not self._events:
            self._reader = asyncio.get_running_loop().create_future()
            await self._reader
        return self._events.popleft()


def _head(size: int) -> bytes:
    """Of a whole text, unmasked as a server's are (RFC 6455, 5.2). The library's frames cost three times as much."""
    if size < 126:
        return bytes((0x81, size))
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big")
    return b"\x81\x7f" + size.to_bytes(8, "big")
