"""The network between a browser and the service, as an HTTP proxy that a test may cut, stop, or have mistrust sockets.

Loopback only. A browser reaches sockets through it by CONNECT, and everything else by whole addresses; it tells the service
nothing of itself. It runs in a thread of its own, so that Playwright's pages can be driven beside it.
"""

import asyncio
import re
import threading
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Literal, TypeVar

CHUNK_BYTES = 64 * 1024
HEAD_END = b"\r\n\r\n"
Kind = TypeVar("Kind", bound="Network")
WAIT_SECONDS = 30.0


class Network:
    """What a test does to the network. `sockets`: whether they come through, are refused, or lose their Upgrade."""

    def __init__(self) -> None:
        self.address = ""
        self.sockets: Literal["pass", "refused", "stripped"] = "pass"
        self.asked: list[str] = []
        """The first line of everything that was asked for."""
        self.sizes: list[int] = []
        self.loses: re.Pattern[str] | None = None
        """Whatever begins with such a line never arrives."""
        self.loses_answer_to: re.Pattern[str] | None = None
        """The next answer to such a line is lost on the way, once."""
        self.changes: re.Pattern[str] | None = None
        """The last byte of what answers such a line becomes a blank."""
        self._loop = asyncio.new_event_loop()
        self._open: set[asyncio.Task[None]] = set()
        self._flows = True
        self._takes = True

    # What a test does

    def is_cut(self) -> None:
        """Every connection is lost, without a goodbye; new ones work."""
        self._do(self._cut)

    def goes_down(self) -> None:
        """Every connection is lost, and none can be made."""
        self._takes = False
        self.is_cut()

    def comes_back(self) -> None:
        """As it should be."""
        self._takes = self._flows = True
        self.loses = self.changes = None

    def falls_silent(self) -> None:
        """Connections stay open, and nothing comes through, either way."""
        self._flows = False

    def count(self, pattern: str) -> int:
        """How often something was asked for."""
        return sum(1 for line in self.asked if re.search(pattern, line))

    # How it works

    def _do(self, what: Callable[[], None]) -> None:
        done = threading.Event()
        self._loop.call_soon_threadsafe(what)
        self._loop.call_soon_threadsafe(done.set)
        assert done.wait(WAIT_SECONDS)

    def _cut(self) -> None:
        for task in self._open:
            task.cancel()

    async def _meets(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._open.add(task)
        upstream: list[StreamWriter] = []
        try:
            if self._takes:
                await self._serves(reader, writer, upstream)
        except (asyncio.CancelledError, OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._open.discard(task)
            for end in (writer, *upstream):
                end.transport.abort()

    async def _serves(self, reader: StreamReader, writer: StreamWriter, upstream: list[StreamWriter]) -> None:
        head = await reader.readuntil(HEAD_END)
        line = head.split(b"\r\n", 1)[0].decode("latin-1")
        self.asked.append(line)
        if self.loses and self.loses.search(line):
            return
        method, target, _ = line.split(" ")
        if method == "CONNECT":
            await self._tunnels(target, reader, writer, upstream)
        else:
            await self._passes_on(head, method, target, (reader, writer), upstream)

    async def _tunnels(
        self, target: str, reader: StreamReader, writer: StreamWriter, upstream: list[StreamWriter]
    ) -> None:
        if self.sockets == "refused":
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
            return
        there = await _connects(target)
        upstream.append(there[1])
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        head = await reader.readuntil(HEAD_END)
        if self.sockets == "stripped":
            head = re.sub(rb"(?im)^(upgrade|connection):[^\r\n]*\r\n", b"", head)
        there[1].write(head)
        await self._both_ways((reader, writer), there)

    async def _passes_on(
        self,
        head: bytes,
        method: str,
        target: str,
        here: tuple[StreamReader, StreamWriter],
        upstream: list[StreamWriter],
    ) -> None:
        found = re.match(r"http://([^/]+)(/.*)?$", target)
        assert found, target
        there = await _connects(found[1])
        upstream.append(there[1])
        rest = re.sub(rb"(?im)^(proxy-connection|connection):[^\r\n]*\r\n", b"", head.split(b"\r\n", 1)[1])
        changed = self.changes is not None and self.changes.search(f"{method} {target}")
        if changed:
            rest = re.sub(rb"(?im)^accept-encoding:[^\r\n]*\r\n", b"", rest)
        length = re.search(rb"(?im)^content-length: *(\d+)", rest)
        body = await here[0].readexactly(int(length[1])) if length else b""
        self.sizes.append(len(body))
        there[1].write(f"{method} {found[2] or '/'} HTTP/1.1\r\nConnection: close\r\n".encode() + rest + body)
        if self.loses_answer_to and self.loses_answer_to.search(
            f"{method} {target} {body.decode('latin-1')}"
        ):
            self.loses_answer_to = None
            await there[0].read(CHUNK_BYTES)
            return
        if changed:
            here[1].write((await there[0].read())[:-1] + b" ")
            await here[1].drain()
            return
        await self._both_ways(here, there)

    async def _both_ways(
        self, here: tuple[StreamReader, StreamWriter], there: tuple[StreamReader, StreamWriter]
    ) -> None:
        ways = [
            asyncio.ensure_future(self._one_way(a, b)) for a, b in ((here[0], there[1]), (there[0], here[1]))
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            with suppress(OSError):
                await here[1].drain()
                here[1].close()
                await here[1].wait_closed()
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _one_way(self, reader: StreamReader, writer: StreamWriter) -> None:
        while data := await reader.read(CHUNK_BYTES):
            while not self._flows:  # noqa: ASYNC110 (another thread says so)
                await asyncio.sleep(0.05)
            writer.write(data)
            await writer.drain()

    async def _run(self, ready: threading.Event, ending: asyncio.Event) -> None:
        server = await asyncio.start_server(self._meets, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        ready.set()
        await ending.wait()
        server.close()
        self._cut()
        await asyncio.gather(*self._open, return_exceptions=True)


async def _connects(target: str) -> tuple[StreamReader, StreamWriter]:
    host, _, port = target.rpartition(":")
    return await asyncio.open_connection("127.0.0.1" if host == "localhost" else host, int(port))


@contextmanager
def network() -> Iterator[Network]:
    """A network for as long as it is needed; its `address` is what a profile's `proxy` names."""
    with running(Network()) as made:
        yield made


@contextmanager
def running(made: Kind) -> Iterator[Kind]:
    """The same for one that is something more."""
    ready, ending = threading.Event(), asyncio.Event()
    thread = threading.Thread(
        target=lambda: made._loop.run_until_complete(made._run(ready, ending)), daemon=True
    )
    thread.start()
    assert ready.wait(WAIT_SECONDS)
    try:
        yield made
    finally:
        made._loop.call_soon_threadsafe(ending.set)
        thread.join(WAIT_SECONDS)
        made._loop.close()
