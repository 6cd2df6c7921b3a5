"""What a visitor's and a counsellor's page have in common: one link that may come back, numbers for requests, waiting, and
asking for trouble.

Knows no verb of either side.
"""

import asyncio
import itertools
import random
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from websockets.exceptions import InvalidHandshake

from chat import wire
from chat.client.conversation import SECONDS, Conversation
from chat.client.http import Unanswered
from chat.client.link import Answer, Closed, Link, Refused, Request, open_link, socket_address
from chat.client.standing import Standing
from chat.errors import VerificationError

RETRY_LEAST_SECONDS: Final = 0.3
RETRY_MOST_SECONDS: Final = 10.0
FINAL_CODES: Final = (4401, 4403, 4409)
"""Signed out or a foreign capability, wrong origin or role, on duty in another tab: the same attempt would fail again."""
PASSING: Final = frozenset({"busy", "too-fast", "too-slow", "too-many-sockets"})
"""Refusals that pass: the same is asked again."""
PASSING_FAULTS: Final = (OSError, TimeoutError, InvalidHandshake, Unanswered)
"""The network's, or a process's that is ending; what is asked then is asked again on the next connection."""


class Page:
    """One page load. `path` and `socket_origin`: where its socket is, and the Origin that a browser would send.

    `connections`: how often it has connected. `failure`: why a page that keeps connected has given up.
    """

    path: str

    def __init__(self, origin: str, socket_origin: str, standing: Standing) -> None:
        self.origin = origin
        self.standing = standing
        self.cookie = ""
        self.connections = 0
        self.failure: Exception | None = None
        self._socket_origin = socket_origin
        self._link: Link | None = None
        self._refs = itertools.count(1)
        self._changed = asyncio.Condition()
        self._resuming = False
        self._keeper: asyncio.Task[None] | None = None

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

    async def resumes(self) -> None:
        """On a new connection: follow from what is held (S2)."""
        raise NotImplementedError

    # The connection

    async def connects(self) -> None:
        """Open the socket and verify who is there."""
        address = socket_address(self.origin, self.path)
        link = await open_link(address, origin=self._socket_origin, cookie=self.cookie)
        self._link = link
        try:
            await self.standing.greeted(link.welcome)
        except BaseException:
            await link.closes()
            raise
        link.starts_reading(self.receive, self._tell)
        self.connections += 1

    async def reconnects(self) -> None:
        """The start-up path once more: follow from what is held, then send what was not acknowledged (S2, S3)."""
        self._resuming = True
        if self.link.is_open:
            await self.link.closes()
        await self.connects()
        await self.resumes()
        self._resuming = False
        for conversation in self.conversations():
            await conversation.send_again()

    def keeps_connected(self) -> None:
        """From now on a connection that is lost is opened again, until the page is closed or the service does not want it."""
        self._keeper = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        attempt = 0
        while not await self._is_given_up():
            # Full jitter, so that a restart does not bring everybody back at once.
            most = min(RETRY_MOST_SECONDS, RETRY_LEAST_SECONDS * 2**attempt)
            await asyncio.sleep(max(RETRY_LEAST_SECONDS, most * random.random()))  # noqa: S311
            attempt = 0 if await self._came_back() else attempt + 1
            await self._tell()

    async def _is_given_up(self) -> bool:
        """Once the connection is lost: whether another would end in the same way."""
        async with self._changed:
            await self._changed.wait_for(
                lambda: not self.link.is_open or self._resuming or self.failure is not None
            )
        lost = self.link.failure
        if not isinstance(lost, PASSING_FAULTS) or (isinstance(lost, Closed) and lost.code in FINAL_CODES):
            self.failure = self.failure or lost
        if self.failure:
            await self._tell()
        return self.failure is not None

    async def _came_back(self) -> bool:
        try:
            await self.reconnects()
        except PASSING_FAULTS:
            return False
        except Refused as refused:
            if refused.code not in PASSING:
                self.failure = refused
            return False
        except Exception as error:  # noqa: BLE001 kept and told to everybody who waits
            self.failure = error
            return False
        return True

    async def loses_the_connection(self) -> None:
        """As a network does it."""
        await self.link.is_cut()

    async def closes(self) -> None:
        """Close the page without a word."""
        if self._keeper:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
            self._keeper = None
        for conversation in self.conversations():
            conversation.stops()
        if self._link:
            await self._link.closes()

    async def send(self, message: wire.Append | wire.Follow | wire.Lost | wire.Take | wire.Unask) -> None:
        """A lost link is no fault of what was written: it waits in the outbox, until the log is followed again."""
        if self._resuming:
            return
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

    async def insists(self, message: Request, seconds: float = SECONDS) -> Answer:
        """Ask, and ask the same again after a refusal that passes; a page that keeps connected asks on its next connection
        too. Only for what can be repeated."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    answer = await self._asks_once(message)
                    if answer is not None:
                        return answer
        except TimeoutError as error:
            raise TimeoutError(f"waited {seconds} s for an answer to {type(message).__name__}") from error

    async def _asks_once(self, message: Request) -> Answer | None:
        try:
            return await self.asks(message)
        except Refused as refused:
            if refused.code not in PASSING:
                raise
            await asyncio.sleep(refused.error.retry_after or RETRY_LEAST_SECONDS)
        except (Closed, TimeoutError):
            if self._keeper is None:
                raise
            await self.is_back()
        return None

    async def closes_conversation(self, conversation: Conversation, *, cool_down: bool = False) -> None:
        """The end for everybody (F5); the other side may have been faster."""
        try:
            await self.insists(wire.Close(ref=self.ref(), sid=conversation.sid, cool_down=cool_down))
        except Refused as refused:
            if refused.code != "unknown-conversation":
                raise

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

    @property
    def _over(self) -> Exception | None:
        """Why nothing can come any more, if so."""
        return self.failure or (None if self._keeper else self.link.failure)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def is_back(self, seconds: float = 60.0) -> None:
        """Wait until there is a connection, and everything is followed."""
        await self._wait(lambda: self.link.is_open and not self._resuming, "the connection is back", seconds)

    async def until(self, is_so: Callable[[], bool], what: str, seconds: float = SECONDS) -> None:
        """Wait until something is so; raises an alarm if there is one instead."""
        await self._wait(lambda: is_so() or self._alarm() is not None, what, seconds)
        alarm = self._alarm()
        if alarm and not is_so():
            raise alarm

    async def hears_the_end_of(self, conversation: Conversation, seconds: float) -> str:
        """Wait until a conversation has ended; why."""
        await self._wait(lambda: conversation.ended is not None, "it has ended", seconds)
        return str(conversation.ended)

    async def _wait(self, is_so: Callable[[], bool], what: str, seconds: float) -> None:
        """For what can only become so by a message. Raises `TimeoutError`, or why there will be no more messages."""
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: is_so() or self._over is not None)
        except TimeoutError as error:
            raise TimeoutError(f"waited {seconds} s until {what}") from error
        if not is_so() and self._over:
            raise self._over
