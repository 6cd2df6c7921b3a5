"""One WebSocket to the service: messages out and in, each request with its answer, each wait with a deadline.

Knows `wire` and nothing of conversations. Whoever opens a link gives it a `receive`, which is called for every message in
order; an exception there ends the link and is kept as `failure`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from chat import wire

SECONDS: Final = 30.0
OPEN_SECONDS: Final = 10.0
PING_SECONDS: Final = 12.0
PONG_SECONDS: Final = 8.0
GOODBYE_SECONDS: Final = 2.0
"""A half-open socket sends and never receives: together with the two above it is found within 25 s."""
MESSAGE_BYTES: Final = 256 * 1024
"""The greatest message that the service sends: a long queue's desk."""

Request = (
    wire.Start | wire.Tell | wire.Follow | wire.Append | wire.Close | wire.Ping | wire.DutyOn | wire.DutyOff | wire.SetState
    | wire.Take | wire.Release | wire.Decline | wire.Lost | wire.SetAside | wire.Ask | wire.Join | wire.Unask | wire.Invite | wire.Enter
)  # fmt: skip
Answer = wire.Ack | wire.Done | wire.Pong | wire.Leased | wire.Invited | wire.Error
Receive = Callable[[wire.ServerMessage], Awaitable[None]]
Told = Callable[[], Awaitable[None]]

_decoder: Final = msgspec.json.Decoder(wire.ServerMessage)


class Refused(Exception):
    """The service refused a request."""

    def __init__(self, error: wire.Error) -> None:
        super().__init__(error.code, error.remedy)
        self.error = error

    @property
    def code(self) -> str:
        """Of `chat/errors.py`."""
        return self.error.code


class Closed(ConnectionError):
    """The socket is closed: WebSocket close code and reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


class Link:
    """Made by `open_link`. `welcome`: the service's first message."""

    def __init__(self, socket: ClientConnection, welcome: wire.Welcome) -> None:
        self.welcome = welcome
        self.failure: Exception | None = None
        self._socket = socket
        self._asked: dict[int, asyncio.Future[Answer]] = {}
        self._reader: asyncio.Task[None] | None = None

    def starts_reading(self, receive: Receive, told: Told) -> None:
        """Hand every message from now on to `receive`; `told` is called after each, and after the end."""
        self._reader = asyncio.create_task(self._read(receive, told))

    async def _read(self, receive: Receive, told: Told) -> None:
        try:
            while True:
                message = _decoder.decode(await self._socket.recv())
                await receive(message)
                self._answer(message)
                await told()
        except ConnectionClosed as closed:
            frame = closed.rcvd
            self.failure = Closed(frame.code if frame else 1006, frame.reason if frame else "")
        except Exception as error:  # noqa: BLE001 kept and told to everybody who waits
            self.failure = error
        await self._end()
        await told()

    async def _end(self) -> None:
        for future in self._asked.values():
            if not future.done():
                future.set_exception(self.failure or Closed(1006, ""))
        self._asked.clear()
        await self._socket.close()

    def _answer(self, message: wire.ServerMessage) -> None:
        if isinstance(message, wire.Ack | wire.Done | wire.Pong | wire.Leased | wire.Invited | wire.Error):
            future = self._asked.pop(message.ref, None) if message.ref is not None else None
            if future and not future.done():
                future.set_result(message)

    @property
    def is_open(self) -> bool:
        return self.failure is None

    async def send(self, message: Request) -> None:
        """Raises `Closed`."""
        await self.send_raw(msgspec.json.encode(message).decode())

    async def send_raw(self, content: str | bytes) -> None:
        """Any text or bytes at all."""
        try:
            await self._socket.send(content)
        except ConnectionClosed as closed:
            frame = closed.rcvd
            raise Closed(frame.code if frame else 1006, frame.reason if frame else "") from closed

    async def ask(self, message: Request, seconds: float = SECONDS) -> Answer:
        """The answer to a request; raises `Refused`."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._asked[message.ref] = future
        try:
            await self.send(message)
            answer = await asyncio.wait_for(future, seconds)
        finally:
            self._asked.pop(message.ref, None)
        if isinstance(answer, wire.Error):
            raise Refused(answer)
        return answer

    async def closes(self) -> None:
        """Close the socket from this side."""
        if self._reader:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        self.failure = self.failure or Closed(1000, "")
        await self._end()

    async def is_cut(self) -> None:
        """Lose the connection as a network does: no goodbye."""
        self._socket.transport.abort()
        if self._reader:
            await asyncio.wait([self._reader], timeout=SECONDS)


async def open_link(url: str, *, origin: str, cookie: str = "") -> Link:
    """Connect and wait for the welcome. `Refused` where the service says why not, and what `websockets` raises when the
    handshake is refused.
    """
    headers = {"Cookie": cookie} if cookie else {}
    socket = await connect(
        url,
        origin=Origin(origin),
        subprotocols=[Subprotocol(wire.SUBPROTOCOL)],
        additional_headers=headers,
        user_agent_header=None,
        compression=None,
        proxy=None,
        open_timeout=OPEN_SECONDS,
        ping_interval=PING_SECONDS,
        ping_timeout=PONG_SECONDS,
        close_timeout=GOODBYE_SECONDS,
        max_size=MESSAGE_BYTES,
    )
    try:
        return Link(socket, await _welcome(socket))
    except BaseException:
        await socket.close()
        raise


async def _welcome(socket: ClientConnection) -> wire.Welcome:
    try:
        first = _decoder.decode(await asyncio.wait_for(socket.recv(), SECONDS))
    except ConnectionClosed as closed:
        frame = closed.rcvd
        raise Closed(frame.code if frame else 1006, frame.reason if frame else "") from closed
    if isinstance(first, wire.Error):
        raise Refused(first)
    if not isinstance(first, wire.Welcome):
        raise Closed(1002, "no welcome")
    return first


def socket_address(origin: str, path: str) -> str:
    """The socket at an origin, which is http or https."""
    return f"ws{origin.removeprefix('http')}{path}"
