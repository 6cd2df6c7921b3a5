"""One browser's connection: a reader, a bounded outbox, and the deadlines of both.

Knows messages only as texts; what they mean is the session's. Over the outbox's budget the log's followers stop and are
healed from the log later; what stays over it for ten seconds, or reaches twice the budget, is closed and comes back.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol

import msgspec
import structlog

from chat import errors, wire
from chat.live.link import Link

LAG_SECONDS: Final = 10.0
GOODBYE_SECONDS: Final = 2.0
NORMAL_CLOSE: Final = 1000
BUG_CLOSE: Final = 1011

_log = structlog.get_logger()
_encode = msgspec.json.Encoder().encode


class Session(Protocol):
    """What is done with the texts of a connection."""

    async def received(self, text: str) -> None:
        """Carry out one message; raises an error with a close code when the connection must end."""

    async def left(self) -> None:
        """The connection is over."""


class Connection:
    """Texts out in order, within a budget; texts in one at a time, so that one browser's requests keep their order."""

    __slots__ = (
        "_budget", "_clock", "_closing", "_link", "_loop", "_on_drained", "_outbox", "_reader", "_size", "_wake", "_writer",
        "full_since",
    )  # fmt: skip

    def __init__(self, link: Link, clock: Callable[[], float], outbox_bytes: int) -> None:
        self._link = link
        self._loop = asyncio.get_running_loop()
        self._clock = clock
        self._budget = outbox_bytes
        self._outbox: deque[str] = deque()
        self._size = 0
        self._wake: asyncio.Future[None] | None = None
        self._reader: asyncio.Task[None] | None = None
        self._writer: asyncio.Task[None] | None = None
        self._closing: tuple[int, str] | None = None
        self._on_drained: list[Callable[[], None]] = []
        self.full_since: float | None = None

    @property
    def full(self) -> bool:
        """Whether what can be sent later should be. `full_since`: until it is half empty again."""
        return self._size >= self._budget

    def send(self, message: wire.Message) -> None:
        """Put a message into the outbox."""
        self.send_text(_encode(message).decode())

    def send_text(self, text: str) -> None:
        """Hand a text over, or keep it until there is room; over twice the budget the connection is closed as too slow."""
        if not self._closing and (self._outbox or not self._link.write(text)):
            self._keep(text)

    def _keep(self, text: str) -> None:
        self._outbox.append(text)
        self._size += len(text)
        if self._size >= self._budget:
            self._overflow()
        self._awaken()

    def when_drained(self, callback: Callable[[], None]) -> None:
        """Call once, when the outbox has room again."""
        self._on_drained.append(callback)

    def close(self, error: errors.VarsamError | None = None) -> None:
        """Send what is in the outbox, then close; nothing is accepted any more. The first reason stands."""
        if self._closing is None:
            self._closing = (error.close or BUG_CLOSE, error.code) if error else (NORMAL_CLOSE, "")
            self._awaken()
            self._loop.call_later(GOODBYE_SECONDS, self._abandon)

    def fail(self, error: errors.VarsamError) -> None:
        """Close with an error in words, and throw away what the other end did not take."""
        if self._closing is None:
            self._outbox.clear()
            self._size = 0
            self.send(told(error))
            self.close(error)

    def fail_as_bug(self, bug: Exception) -> None:
        """Our bug ends this connection and no other."""
        _log.error("bug", error=type(bug).__name__, exc_info=bug)
        self.fail(errors.VarsamError())

    async def run(self, session: Session) -> None:
        """Read until the end of the connection. This task owns the writer, whose end is the connection's end."""
        self._reader = asyncio.current_task()
        self._writer = self._loop.create_task(self._write(), name="writer")
        self._writer.add_done_callback(self._written)
        try:
            await self._read(session)
            await asyncio.wait([self._writer], timeout=GOODBYE_SECONDS if self._closing else 0)
        except asyncio.CancelledError:
            if not self._writer.done():
                raise
        finally:
            self._reader = None
            self._writer.cancel()
            self._on_drained.clear()
            await session.left()

    async def turn_away(self, error: errors.VarsamError) -> None:
        """Say why, and close, without a session."""
        self.fail(error)
        with suppress(TimeoutError):
            async with asyncio.timeout(GOODBYE_SECONDS):
                await self._write()

    async def _read(self, session: Session) -> None:
        while self._closing is None:
            try:
                text = await self._link.receive()
                if text is None:
                    return
                await _receive(session, text)
            except errors.VarsamError as error:
                self.send(told(error))
                self.close(error)
            except Exception as bug:  # noqa: BLE001 (our bug ends this connection and no other)
                self.fail_as_bug(bug)

    def _written(self, writer: asyncio.Task[None]) -> None:
        if not writer.cancelled() and (bug := writer.exception()):
            _log.error("writer died", error=type(bug).__name__)
        if self._closing or writer.cancelled() or writer.exception():
            self._stop_reading()
        else:
            # The other end is gone. What it said last is still carried out: it may be that it leaves (Leave 3).
            asyncio.get_running_loop().call_later(GOODBYE_SECONDS, self._stop_reading)

    def _stop_reading(self) -> None:
        if self._reader and not self._reader.done():
            self._reader.cancel()

    def _abandon(self) -> None:
        """The other end did not take the goodbye."""
        if self._writer and not self._writer.done():
            self._writer.cancel()

    async def _write(self) -> None:
        with suppress(ConnectionError):
            while True:
                while self._outbox:
                    await self._link.room()
                    while self._outbox and self._link.write(self._outbox[0]):
                        self._sent(len(self._outbox.popleft()))
                if self._closing:
                    await self._link.close(*self._closing)
                    return
                self._wake = self._loop.create_future()
                await self._wake

    def _sent(self, size: int) -> None:
        self._size -= size
        if self._size * 2 < self._budget:
            self.full_since = None
            if self._on_drained:
                callbacks, self._on_drained = self._on_drained, []
                for callback in callbacks:
                    callback()

    def _overflow(self) -> None:
        if self.full_since is None:
            self.full_since = self._clock()
        if self._size >= 2 * self._budget:
            _log.info("outbox overflow")
            self.fail(errors.TooSlow())

    def _awaken(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)


async def _receive(session: Session, text: str) -> None:
    if len(text) > wire.MESSAGE_BYTES:
        raise errors.Oversize
    await session.received(text)


def told(error: errors.VarsamError, ref: int | None = None, sid: str | None = None) -> wire.Error:
    """An error as the other end is told: code and remedy, and nothing of what was sent."""
    return wire.Error(code=error.code, remedy=error.remedy, ref=ref, sid=sid, retry_after=error.retry_after)
