"""One connection to a store, kept open until it is closed: the only file that touches redis-py's connections.

What is written in one turn of the event loop leaves in one write; every answer is handed on in order. It knows no command
and no meaning. A lost connection is told, and opened again after a growing, jittered pause.
"""

import asyncio
import math
import random
from collections.abc import Callable
from typing import Final, cast

import hiredis
import structlog
from redis.asyncio.connection import AbstractConnection, ConnectionPool
from redis.exceptions import RedisError, ResponseError

from chat.store.scripts import Answer

CONNECT_SECONDS: Final = 2.0
FIRST_PAUSE_SECONDS: Final = 0.02
LONGEST_PAUSE_SECONDS: Final = 1.0

Argument = bytes | str | int

_log = structlog.get_logger()
# Its stub says that a command has one part.
_pack = cast("Callable[[tuple[Argument, ...]], bytes]", hiredis.pack_command)


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
        self._wake = asyncio.Event()
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
        self._unsent.append(_pack(command))
        self._wake.set()

    def forget(self) -> None:
        """What was not written is never written."""
        self._unsent.clear()

    def cut(self) -> None:
        """Lose the connection now; another is opened."""
        if self._serving is not None:
            self._serving.cancel()

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        pause = FIRST_PAUSE_SECONDS
        while True:
            began = loop.time()
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
            pause = FIRST_PAUSE_SECONDS if loop.time() - began > CONNECT_SECONDS else pause
            await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 (only spreads out reconnecting)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def _serve(self) -> None:
        connection: AbstractConnection = self._pool.make_connection()  # type: ignore[no-untyped-call]
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await connection.connect()  # type: ignore[no-untyped-call]
            self.connected = True
            self._opened()
            async with asyncio.TaskGroup() as both:
                both.create_task(self._write_all(connection))
                both.create_task(self._read_all(connection))
        finally:
            await connection.disconnect(nowait=True)

    async def _write_all(self, connection: AbstractConnection) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self._unsent:
                packed, self._unsent = self._unsent, []
                await connection.send_packed_command(packed, check_health=False)

    async def _read_all(self, connection: AbstractConnection) -> None:
        while True:
            try:
                answer = await connection.read_response(disable_decoding=True, timeout=math.inf)
            except ResponseError as refusal:
                answer = refusal
            self._received(answer)


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
