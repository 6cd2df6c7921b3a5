"""One connection to a store, kept open until it is closed: the only file that touches redis-py's connections.

redis-py connects; what is written and read after that goes through hiredis alone, without a task. What is written in one turn
of the event loop leaves in one write; every answer is handed on in order, as many as have come. It knows no command and no
meaning. A lost connection is told, and opened again after a growing, jittered pause.
"""

import asyncio
import random
from collections.abc import Callable
from typing import Final, cast

import hiredis
import structlog
from redis._parsers.base import BaseParser
from redis.asyncio.connection import AbstractConnection, ConnectionPool
from redis.exceptions import ConnectionError as Unready
from redis.exceptions import InvalidResponse, RedisError

from chat.store.scripts import Answer

CONNECT_SECONDS: Final = 2.0
FIRST_PAUSE_SECONDS: Final = 0.02
LONGEST_PAUSE_SECONDS: Final = 1.0

Argument = bytes | str | int

_log = structlog.get_logger()
# Its stub says that a command has one part.
_pack = cast("Callable[[tuple[Argument, ...]], bytes]", hiredis.pack_command)
_NOTHING: Final = object()


class _Answers(asyncio.Protocol):
    """What comes over a connection. `lost` is done, with the reason, when nothing more will come."""

    def __init__(self, received: Callable[[Answer], None]) -> None:
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._received = received
        self._reader = hiredis.Reader(
            protocolError=InvalidResponse,
            replyError=BaseParser.parse_error,
            notEnoughData=_NOTHING,
        )

    def data_received(self, data: bytes) -> None:
        try:
            self._reader.feed(data)
            while (answer := self._reader.gets()) is not _NOTHING and not self.lost.done():
                if isinstance(answer, Unready):
                    self._end(answer)  # it is loading, or its primary is gone
                else:
                    self._received(answer)
        except Exception as fault:  # noqa: BLE001 (answers after it might go to the wrong questions)
            self._end(fault)

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(exc or ConnectionResetError("closed by the store"))

    def _end(self, fault: Exception) -> None:
        if not self.lost.done():
            self.lost.set_exception(fault)


class Link:
    """`opened` and `lost` tell of the connection; `received` gets every answer, or the `ResponseError` in its stead.

    What is written while there is no connection waits for the next one. None of the three may wait.
    """

    def __init__(
        self,
        url: str,
        *,
        opened: Callable[[], None],
        received: Callable[[Answer], None],
        lost: Callable[[], None],
    ) -> None:
        self._pool: ConnectionPool = ConnectionPool.from_url(
            url, protocol=2, socket_timeout=None, driver_info=None
        )
        self._opened = opened
        self._received = received
        self._lost = lost
        self.connected = False
        self._unsent: list[bytes] = []
        self._transport: asyncio.WriteTransport | None = None
        self._loop = asyncio.get_running_loop()
        self._keeper: asyncio.Task[None] | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def unsent(self) -> int:
        """How many commands have not been written yet."""
        return len(self._unsent)

    def open(self) -> None:
        """Begin to keep a connection open."""
        self._keeper = asyncio.create_task(self._keep(), name="store link")

    async def close(self) -> None:
        """Close it for good."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)

    def write(self, *command: Argument) -> None:
        """One command."""
        if not self._unsent:
            self._loop.call_soon(self._flush)
        self._unsent.append(_pack(command))

    def forget(self) -> None:
        """What was not written is never written."""
        self._unsent.clear()

    def cut(self) -> None:
        """Lose the connection now; another is opened."""
        if self._serving is not None:
            self._serving.cancel()

    async def _keep(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            began = self._loop.time()
            self._serving = asyncio.create_task(self._serve(), name="store connection")
            try:
                await asyncio.wait([self._serving])
            except asyncio.CancelledError:
                self._serving.cancel()
                await asyncio.gather(self._serving, return_exceptions=True)
                raise
            _tell(_cause(self._serving), new=self.connected or pause == FIRST_PAUSE_SECONDS)
            self.connected = False
            self._lost()
            pause = FIRST_PAUSE_SECONDS if self._loop.time() - began > CONNECT_SECONDS else pause
            await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 (only spreads out reconnecting)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def _serve(self) -> None:
        connection: AbstractConnection = self._pool.make_connection()  # type: ignore[no-untyped-call]
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await connection.connect()  # type: ignore[no-untyped-call]
            answers = self._take_over(connection)
            self.connected = True
            self._opened()
            self._flush()
            await answers.lost
        finally:
            self._transport = None
            await connection.disconnect(nowait=True)

    def _take_over(self, connection: AbstractConnection) -> _Answers:
        writer = connection._writer  # noqa: SLF001 (redis-py has no other way to its transport)
        if writer is None:
            raise Unready("closed at once")
        answers = _Answers(self._received)
        writer.transport.set_protocol(answers)
        self._transport = writer.transport
        return answers

    def _flush(self) -> None:
        if self._unsent and self._transport is not None:
            packed, self._unsent = self._unsent, []
            self._transport.writelines(packed)


def _cause(serving: asyncio.Task[None]) -> BaseException | None:
    cause = None if serving.cancelled() else serving.exception()
    while isinstance(cause, BaseExceptionGroup):
        cause = cause.exceptions[0]
    return cause


def _tell(cause: BaseException | None, *, new: bool) -> None:
    """The store's doing is a warning, once for each outage; anything else is our bug."""
    if cause is not None and not isinstance(cause, RedisError | OSError | TimeoutError):
        _log.error("store connection failed", exc_info=cause)
    elif new:
        _log.warning("store connection lost", cause=type(cause).__name__)
