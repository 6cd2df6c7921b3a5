"""A small TCP proxy before the processes, as a balancer or a network stands before them: it gives a connection to the
process that has fewest, and a test may cut one, let it fall silent, or lose what the service answers.

Loopback only. Knows bytes and no message.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

CHUNK_BYTES = 64 * 1024


class Passage:
    """One connection through the proxy: between a client and the process on port `backend`."""

    def __init__(
        self,
        backend: int,
        client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        server: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self.backend = backend
        self._client, self._server = client, server
        self.given_up_by: list[str] = []
        """Who has ended a connection that had fallen silent: client, server."""
        self._silent = False
        self._answers_are_lost = False

    def loses_answers(self) -> None:
        """From now on nothing of what the service says comes through; what the client says does."""
        self._answers_are_lost = True

    def falls_silent(self) -> None:
        """Half-open: neither end hears of the other any more, and neither is told."""
        self._silent = True

    def is_cut(self) -> None:
        """Both ends lose the connection, without a goodbye."""
        for _, writer in (self._client, self._server):
            writer.transport.abort()

    async def runs(self) -> None:
        """Until one end is gone."""
        both = [asyncio.ensure_future(self._up()), asyncio.ensure_future(self._down())]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in both:
                one.cancel()
            await asyncio.gather(*both, return_exceptions=True)
            for _, writer in (self._client, self._server):
                writer.close()
                with suppress(OSError):
                    await writer.wait_closed()

    async def _up(self) -> None:
        with suppress(OSError):
            while data := await self._client[0].read(CHUNK_BYTES):
                if not self._silent:
                    self._server[1].write(data)
                    await self._server[1].drain()
        await self._is_left_by("client")

    async def _down(self) -> None:
        with suppress(OSError):
            while data := await self._server[0].read(CHUNK_BYTES):
                if not (self._silent or self._answers_are_lost):
                    self._client[1].write(data)
                    await self._client[1].drain()
        await self._is_left_by("server")

    async def _is_left_by(self, end: str) -> None:
        """The other end is not told, if it was silent: until both have found out."""
        if self._silent:
            self.given_up_by.append(end)
            while len(self.given_up_by) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.1)


class Balancer:
    """Gives each new connection to the one of `backends` that has fewest and takes it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.backends: list[int] = []
        self.passages: list[Passage] = []
        """Those that are open, oldest first."""
        self._tasks: set[asyncio.Task[None]] = set()

    def through(self, backend: int) -> list[Passage]:
        """What is open to one process."""
        return [passage for passage in self.passages if passage.backend == backend]

    def newest(self) -> Passage:
        return self.passages[-1]

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("met outside of a task")
        self._tasks.add(task)
        try:
            await self._pass_on(reader, writer)
        except asyncio.CancelledError:
            writer.transport.abort()
        finally:
            self._tasks.discard(task)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for backend in sorted(self.backends, key=lambda port: len(self.through(port))):
            with suppress(OSError):
                server = await asyncio.open_connection("127.0.0.1", backend)
                passage = Passage(backend, (reader, writer), server)
                self.passages.append(passage)
                try:
                    await passage.runs()
                finally:
                    self.passages.remove(passage)
                return
        writer.close()

    async def ends(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def balancing() -> AsyncIterator[Balancer]:
    """A balancer on a free port."""
    balancer = Balancer(0)
    server = await asyncio.start_server(balancer._meet, "127.0.0.1", 0)
    balancer.port = server.sockets[0].getsockname()[1]
    try:
        yield balancer
    finally:
        server.close()
        await balancer.ends()
        await server.wait_closed()
