"""One connection to a store, kept open until it is closed: the only file that touches redis-py's connections.

What is written in one turn of the event loop leaves in one write; every answer is handed on in order. It knows no command
and no meaning. A lost connection is told, and opened again with a growing, jittered pause.
"""

import asyncio
import math
import random
from collections.abc import Callable
from typing import Any, Final

import structlog
from redis.asyncio.connection import AbstractConnection, ConnectionPool
from redis.exceptions import ResponseError

CONNECT_SECONDS: Final = 2.0
FIRST_PAUSE_SECONDS: Final = 0.02
LONGEST_PAUSE_SECONDS: Final = 1.0

_log = structlog.get_logger()


class Link:
    """`opened` and `lost` tell of the connection; `received` gets every answer, or the `ResponseError` in its stead.

    What is written while there is no connection waits for the next; `lost` is told after each loss, before that.
    """

    def __init__(
        self,
        url: str,
        *,
        opened: Callable[[], None],
        received: Callable[[Any], None],
        lost: Callable[[], None],
    ) -> None:
        self._pool: Any = ConnectionPool.from_url(
            url, protocol=2, socket_timeout=None, socket_connect_timeout=CONNECT_SECONDS, driver_info=None
        )
        self._opened = opened
        self._received = received
        self._lost = lost
        self._unsent: list[bytes] = []
        self._wake = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def unsent(self) -> int:
        """How many packed commands have not been written yet."""
        return len(self._unsent)

    def open(self) -> None:
        """Begin to keep the connection open."""
        self._keeper = asyncio.create_task(self._keep(), name="store link")

    async def close(self) -> None:
        """Close it for good."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)

    def write(self, packed: bytes) -> None:
        """One packed command."""
        self._unsent.append(packed)
        self._wake.set()

    def drop(self) -> None:
        """Forget what was not written, and cut the connection; it is opened again."""
        self._unsent.clear()
        if self._serving is not None:
            self._serving.cancel()

    async def _keep(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            began = asyncio.get_running_loop().time()
            self._serving = asyncio.create_task(self._serve(), name="store connection")
            try:
                await asyncio.wait([self._serving])
            finally:
                self._serving.cancel()
            self._tell_lost(self._serving)
            if asyncio.get_running_loop().time() - began > LONGEST_PAUSE_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 (only spreads out reconnecting)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _tell_lost(self, serving: asyncio.Task[None]) -> None:
        cause = None if serving.cancelled() else serving.exception()
        _log.warning("store connection lost", cause=type(cause).__name__)
        self._lost()

    async def _serve(self) -> None:
        connection = self._pool.make_connection()
        try:
            await connection.connect()
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
