"""WebSockets that cost the client next to nothing, so that it is not the limit: what is sent is masked beforehand, what comes is
counted by its first bytes.

The handshake is the `websockets` library's. Knows no message but by how it begins.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from typing import cast

from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.typing import Origin, Subprotocol
from websockets.uri import parse_uri

from chat import wire

HANDSHAKE_SECONDS = 10.0
HEAR_SECONDS = 20.0


def masked(text: str | bytes) -> bytes:
    """A text as a client's frame."""
    data = text.encode() if isinstance(text, str) else text
    return Frame(Opcode.TEXT, data).serialize(mask=True)


class Wire(asyncio.Protocol):
    """One socket. `heard` gets every text as bytes; until it is set, texts are kept in `unheard`.

    `writes` keeps at most `window` of what it was given under way.
    """

    def __init__(self, handshake: ClientProtocol) -> None:
        self.unheard: list[bytes] = []
        self.heard: Callable[[bytes], None] = self.unheard.append
        self.lost = False
        self.transport: asyncio.Transport
        self._handshake: ClientProtocol | None = handshake
        self._open: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._buffer = b""
        self._waiting: deque[bytes] = deque()

    # What is sent

    def say(self, text: str | bytes) -> None:
        self.transport.write(masked(text))

    def writes(self, frames: Iterable[bytes], window: int) -> None:
        """Masked frames: the first ones now, one more for each `goes_on`."""
        self._waiting.extend(frames)
        self.transport.writelines([self._waiting.popleft() for _ in range(min(window, len(self._waiting)))])

    def goes_on(self) -> None:
        """One of them has its answer."""
        if self._waiting:
            self.transport.write(self._waiting.popleft())

    # What comes

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._handshake is not None:
            self._shake_hands(self._handshake)
        if self._handshake is None:
            self._read_frames()

    async def hears(self, beginning: bytes) -> None:
        """Wait for a text that begins so; what comes after it is kept in `unheard`."""
        heard = asyncio.get_running_loop().create_future()

        def look(text: bytes) -> None:
            if heard.done():
                self.unheard.append(text)
            elif text.startswith(beginning):
                heard.set_result(None)

        came, self.unheard, self.heard = self.unheard, [], look
        for text in came:
            look(text)
        async with asyncio.timeout(HEAR_SECONDS):
            await heard
        self.heard = self.unheard.append

    def _shake_hands(self, handshake: ClientProtocol) -> None:
        head, end, self._buffer = self._buffer.partition(b"\r\n\r\n")
        if not end:
            self._buffer = head
            return
        handshake.receive_data(head + end)
        self._handshake = None
        if handshake.handshake_exc is not None:
            self._open.set_exception(handshake.handshake_exc)
            self.transport.abort()
        else:
            self._open.set_result(None)

    def _read_frames(self) -> None:
        buffer, at = self._buffer, 0
        while len(buffer) - at >= 4:
            size, start = buffer[at + 1], at + 2
            if size == 126:
                size, start = int.from_bytes(buffer[at + 2 : at + 4], "big"), at + 4
            elif size == 127:
                size, start = int.from_bytes(buffer[at + 2 : at + 10], "big"), at + 10
            if len(buffer) < start + size:
                break
            self._take(buffer[at] & 0x0F, buffer[start : start + size])
            at = start + size
        self._buffer = buffer[at:]

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == Opcode.TEXT:
            self.heard(payload)
        elif opcode == Opcode.PING:
            self.transport.write(Frame(Opcode.PONG, payload).serialize(mask=True))

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        if not self._open.done():
            self._open.set_exception(exc or ConnectionError("closed during the handshake"))

    # Opening and closing

    async def opens(self, cookie: str) -> None:
        handshake = self._handshake
        if handshake is None:
            raise RuntimeError("it is open")
        request = handshake.connect()
        if cookie:
            request.headers["Cookie"] = cookie
        handshake.send_request(request)
        self.transport.writelines(handshake.data_to_send())
        async with asyncio.timeout(HANDSHAKE_SECONDS):
            await self._open

    def close(self) -> None:
        self.transport.close()


async def open_wire(url: str, *, origin: str | None = None, cookie: str = "") -> Wire:
    """Connect; raises what `websockets` raises when the handshake is refused."""
    uri = parse_uri(url)
    handshake = ClientProtocol(
        uri,
        origin=Origin(origin) if origin else None,
        subprotocols=[Subprotocol(wire.SUBPROTOCOL)] if origin else None,
    )
    _, opened = await asyncio.get_running_loop().create_connection(
        lambda: Wire(handshake), "127.0.0.1", uri.port
    )
    await opened.opens(cookie)
    return opened
