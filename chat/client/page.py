"""What a visitor's and a counsellor's page have in common: one link, numbers for requests, waiting, and asking for trouble.

Knows no verb of either side.
"""

import itertools
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from chat import wire
from chat.client.conversation import SECONDS, Conversation
from chat.client.link import Answer, Closed, Link, Refused, Request, open_link, socket_address
from chat.client.standing import Standing
from chat.errors import VerificationError


class Page:
    """One page load. `path` and `socket_origin`: where its socket is, and the Origin that a browser would send."""

    path: str

    def __init__(self, origin: str, socket_origin: str, standing: Standing) -> None:
        self.origin = origin
        self.standing = standing
        self.cookie = ""
        self._socket_origin = socket_origin
        self._link: Link | None = None
        self._refs = itertools.count(1)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.closes()

    async def __aenter__(self) -> Self:
        return self

    @property
    def link(self) -> Link:
        if self._link is None:
            raise RuntimeError("this page is not connected")
        return self._link

    def ref(self) -> int:
        """For a request, once on this page."""
        return next(self._refs)

    def conversations(self) -> list[Conversation]:
        """All of this page's."""
        raise NotImplementedError

    async def receive(self, message: wire.ServerMessage) -> None:
        """Take a message of the service, in order."""
        raise NotImplementedError

    # The connection

    async def connects(self) -> None:
        """Open the socket and verify who is there."""
        address = socket_address(self.origin, self.path)
        link = await open_link(address, origin=self._socket_origin, cookie=self.cookie)
        self._link = link
        await self.standing.greeted(link.welcome)
        link.starts_reading(self.receive)

    async def loses_the_connection(self) -> None:
        """As a network does it."""
        await self.link.is_cut()

    async def closes(self) -> None:
        """Close the page without a word."""
        for conversation in self.conversations():
            conversation.stops()
        if self._link:
            await self._link.closes()

    async def send(self, message: wire.Append) -> None:
        """A lost link is no fault of what was written: it waits in the outbox."""
        with suppress(Closed):
            await self.link.send(message)

    # Asking

    async def asks(self, message: Request) -> Answer:
        """Send any request and give its answer; raises `Refused`."""
        if isinstance(message, wire.Append):
            for conversation in self.conversations():
                if conversation.sid == message.sid:
                    conversation.expects(message)
        return await self.link.ask(message)

    async def is_refused(self, message: Request) -> wire.Error:
        """Send a request that must be refused, as no honest page would; the error."""
        try:
            answer = await self.asks(message)
        except Refused as refused:
            return refused.error
        raise AssertionError(f"the service answered {type(answer).__name__}")

    # Waiting

    def _alarm(self) -> VerificationError | None:
        return next((c.alarm for c in self.conversations() if c.alarm), None)

    async def until(self, is_so: Callable[[], bool], what: str, seconds: float = SECONDS) -> None:
        """Wait until something is so; raises an alarm if there is one instead."""
        await self.link.until(lambda: is_so() or self._alarm() is not None, what, seconds)
        alarm = self._alarm()
        if alarm and not is_so():
            raise alarm

    async def hears_the_end_of(self, conversation: Conversation, seconds: float) -> str:
        """Wait until a conversation has ended; why."""
        await self.link.until(lambda: conversation.ended is not None, "it has ended", seconds)
        return str(conversation.ended)
