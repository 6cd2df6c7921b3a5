"""What is published in the live store, brought to this process by one subscriber connection (S2).

It knows channels and listeners, and nothing of what a message means. Nothing is queued here: a listener is called at once
and must not wait. A process that reads too slowly is cut off by the store, and that is a loss like any other: after every
loss each listener is told to read the truth again.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final, Self

import structlog
from redis.exceptions import ResponseError

from chat.errors import StoreUnavailable
from chat.store.link import Link
from chat.store.scripts import Answer

CHANNELS: Final = 50_000
CONFIRM_SECONDS: Final = 2.0
PING_SECONDS: Final = 5.0
"""A connection that brought nothing for two of these, not even the answer to a ping, is lost."""

Listener = Callable[[bytes | None], None]
"""Gets each message; None: messages may have been missed, read the truth (S2)."""

_log = structlog.get_logger()


class _Channel:
    """Who listens. `confirmed` is done when the store brings what is published; `missed`: there was a loss since."""

    __slots__ = ("confirmed", "listeners", "missed")

    def __init__(self, confirmed: asyncio.Future[None]) -> None:
        self.listeners: list[Listener] = []
        self.confirmed = confirmed
        self.missed = False


class Bus:
    """All that this process listens to in the live store, by its URL."""

    def __init__(self, url: str) -> None:
        self._link = Link(url, opened=self._opened, received=self._received, lost=self._lost)
        self._loop = asyncio.get_running_loop()
        self._channels: dict[bytes, _Channel] = {}
        self._asked: deque[_Channel] = deque()
        self._heard = 0.0
        self._next_ping = 0.0
        self._ping: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        self._link.open()
        self._watch()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._ping is not None:
            self._ping.cancel()
        await self._link.close()

    @property
    def hears(self) -> bool:
        """Whether the store brings what is published, on every channel that is listened to."""
        return self._link.connected and not any(kept.missed for kept in self._channels.values())

    async def subscribe(self, channel: str, listener: Listener) -> None:
        """Returns when all that is published from now on is brought to `listener`: read the truth after that (S2).

        `StoreUnavailable`, and the listener is not kept, if the store does not confirm in time or `CHANNELS` are taken.
        """
        name = channel.encode()
        kept = self._channels.get(name) or self._open(name)
        kept.listeners.append(listener)
        try:
            async with asyncio.timeout(CONFIRM_SECONDS):
                await asyncio.shield(kept.confirmed)
        except TimeoutError as late:
            self._leave(name, kept, listener)
            raise StoreUnavailable("the subscription was not confirmed") from late
        except asyncio.CancelledError:
            self._leave(name, kept, listener)
            raise

    def unsubscribe(self, channel: str, listener: Listener) -> None:
        """`listener` gets nothing more. Again changes nothing."""
        name = channel.encode()
        if name in self._channels:
            self._leave(name, self._channels[name], listener)

    def _open(self, name: bytes) -> _Channel:
        if len(self._channels) >= CHANNELS:
            raise StoreUnavailable("too many channels")
        kept = self._channels[name] = _Channel(self._loop.create_future())
        if self._link.connected:
            self._ask(name, kept)
        return kept

    def _ask(self, name: bytes, kept: _Channel) -> None:
        # The store confirms in the order in which it was asked; a channel that was left and opened again is asked twice.
        self._asked.append(kept)
        self._link.write(b"SUBSCRIBE", name)

    def _leave(self, name: bytes, kept: _Channel, listener: Listener) -> None:
        if listener in kept.listeners:
            kept.listeners.remove(listener)
        if not kept.listeners and self._channels.get(name) is kept:
            del self._channels[name]
            if self._link.connected:
                self._link.write(b"UNSUBSCRIBE", name)

    def _opened(self) -> None:
        self._heard = self._loop.time()
        for name, kept in self._channels.items():
            self._ask(name, kept)

    def _lost(self) -> None:
        self._link.forget()
        self._asked.clear()
        for kept in self._channels.values():
            kept.missed = True
            if kept.confirmed.done():
                kept.confirmed = self._loop.create_future()

    def _received(self, answer: Answer) -> None:
        self._heard = self._loop.time()
        match answer:
            case [b"message", name, message]:
                if kept := self._channels.get(name):
                    self._tell(kept, message)
            case [b"subscribe", _, _]:
                self._confirm(self._asked.popleft())
            case ResponseError():
                _log.error("subscription refused", cause=type(answer).__name__)
                self._link.cut()

    def _confirm(self, kept: _Channel) -> None:
        if not kept.confirmed.done():
            kept.confirmed.set_result(None)
        if kept.missed:
            kept.missed = False
            self._tell(kept, None)

    def _tell(self, kept: _Channel, message: bytes | None) -> None:
        for listener in tuple(kept.listeners):
            try:
                listener(message)
            except Exception:  # noqa: BLE001 (one listener's fault must not silence the others)
                _log.error("listener failed", exc_info=True)

    def _watch(self) -> None:
        now = self._loop.time()
        on_time = now < self._next_ping + 1
        # After a stall of this process what came may not have been read yet: it gets another turn.
        if self._link.connected:
            if on_time and now > self._heard + 2 * PING_SECONDS:
                self._link.cut()
            else:
                self._link.write(b"PING")
        self._next_ping = now + PING_SECONDS
        self._ping = self._loop.call_at(self._next_ping, self._watch)
