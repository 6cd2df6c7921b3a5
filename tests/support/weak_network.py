"""A weak mobile network between a browser and the service: few bits in a second, and long ways there and back.

It is a good one until a test says so. It shapes what goes to one origin and passes on everything else. It counts as HTTP/1.1 over TLS does: a request on a connection that is
open costs one way there and back, a new connection two more (TCP, TLS), and a name that was not looked up yet another.
"""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from tests.support.network import Network, running

PIECE_BYTES = 1_460
LOOK_SECONDS = 0.02
PIECES = 64
"""So many are on their way at once."""

_shaped: ContextVar[bool] = ContextVar("_shaped", default=False)


class WeakNetwork(Network):
    """`origin`: what is reached over it; `round_trip` in seconds."""

    def __init__(self, origin: str, bits_per_second: int = 50_000, round_trip: float = 2.0) -> None:
        super().__init__()
        self._origin = origin.partition("://")[2]
        self._bytes_per_second = bits_per_second / 8
        self._round_trip = round_trip
        self._weak = False
        self._named = False
        self._idle = 0
        self._free_at = 0.0

    def becomes_weak(self, *, cold: bool) -> None:
        """From now on. `cold`: nothing is open, and the name is not known; otherwise one connection is open."""
        self._weak, self._named, self._idle = True, not cold, int(not cold)

    async def _passes_on(
        self,
        head: bytes,
        method: str,
        target: str,
        here: tuple[StreamReader, StreamWriter],
        upstream: list[StreamWriter],
    ) -> None:
        if not self._weak or not target.startswith(f"http://{self._origin}/"):
            await super()._passes_on(head, method, target, here, upstream)
            return
        await self._opens()
        await self._goes(len(head))
        await super()._passes_on(head, method, target, here, upstream)
        self._idle += 1

    async def _tunnels(
        self, target: str, reader: StreamReader, writer: StreamWriter, upstream: list[StreamWriter]
    ) -> None:
        if self._weak and target == self._origin:
            # A socket takes none that is open.
            self._idle = 0
            await self._opens()
        await super()._tunnels(target, reader, writer, upstream)

    async def _opens(self) -> None:
        """A request takes a connection that is open, or that becomes free before a new one is there, as browsers do."""
        _shaped.set(True)
        ways = 2 if self._named else 3
        self._named = True
        there = asyncio.get_running_loop().time() + ways * self._round_trip
        while not self._idle and asyncio.get_running_loop().time() < there:  # noqa: ASYNC110 (nobody tells)
            await asyncio.sleep(LOOK_SECONDS)
        self._idle = max(0, self._idle - 1)

    async def _goes(self, size: int) -> None:
        await asyncio.sleep(size / self._bytes_per_second + self._round_trip / 2)

    async def _one_way(self, reader: StreamReader, writer: StreamWriter) -> None:
        if not _shaped.get():
            await super()._one_way(reader, writer)
            return
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(PIECES)
        arriving = asyncio.create_task(_arrives(under_way, writer))
        try:
            while piece := await reader.read(PIECE_BYTES):
                await under_way.put((self._sent(len(piece)) + self._round_trip / 2, piece))
            await under_way.put((0.0, b""))
            await arriving
        finally:
            arriving.cancel()

    def _sent(self, size: int) -> float:
        """When the last byte of a piece is on the line, which all connections share."""
        now = asyncio.get_running_loop().time()
        self._free_at = max(now, self._free_at) + size / self._bytes_per_second
        return self._free_at


async def _arrives(under_way: asyncio.Queue[tuple[float, bytes]], writer: StreamWriter) -> None:
    while True:
        at, piece = await under_way.get()
        if not piece:
            return
        await asyncio.sleep(max(0.0, at - asyncio.get_running_loop().time()))
        writer.write(piece)
        await writer.drain()


@contextmanager
def weak_network(origin: str) -> Iterator[WeakNetwork]:
    """50 kbit/s and two seconds there and back, to `origin` and from it."""
    with running(WeakNetwork(origin)) as made:
        yield made
