"""A process's way to one store (S4): a single pipelined connection for all that it asks. It knows no key and no meaning.

Everything that is asked in one turn of the event loop leaves in one write, and answers come back in order. What waits is
bounded in number and in time: over it the caller gets `StoreUnavailable`, and nobody knows whether it was carried out.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Final, Self

from redis.exceptions import (
    ClusterDownError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
    TryAgainError,
)

from chat.errors import StoreUnavailable
from chat.store.link import Argument, Link
from chat.store.scripts import Answer, Script

DEADLINE_SECONDS: Final = 2.0
WAITING_COMMANDS: Final = 4_096
CHECKS: Final = 4
"""The deadline is looked at so many times in its span."""


_UNABLE: Final = (OutOfMemoryError, ReadOnlyError, ClusterDownError, TryAgainError)
_UNABLE_WORDS: Final = ("MISCONF", "NOREPLICAS", "BUSY")
"""The disk is full · too few replicas · another script runs."""


class Store:
    """The live or the ledger store, by its URL: `redis://`, `rediss://` or `unix://`."""

    def __init__(
        self, url: str, *, deadline: float = DEADLINE_SECONDS, waiting: int = WAITING_COMMANDS
    ) -> None:
        self.url = url
        self._deadline = deadline
        self._most_waiting = waiting
        self._waiting: deque[tuple[asyncio.Future[Answer], float]] = deque()
        self._link = Link(url, opened=lambda: None, received=self._answer, lost=self._lost)
        self._loop = asyncio.get_running_loop()
        self._check: asyncio.TimerHandle | None = None
        self._next_check = 0.0

    async def __aenter__(self) -> Self:
        self._link.open()
        self._watch()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._check is not None:
            self._check.cancel()
        await self._link.close()
        self._fail(len(self._waiting), "closed")

    def ask(self, *command: Argument) -> asyncio.Future[Answer]:
        """The answer to one command, to be awaited at once or later; `StoreUnavailable` in it or at once."""
        if len(self._waiting) >= self._most_waiting:
            raise StoreUnavailable("too much waits")
        answer = self._loop.create_future()
        self._waiting.append((answer, self._loop.time()))
        self._link.write(*command)
        return answer

    async def command(self, *command: Argument) -> Answer:
        """One command and its answer: bytes, int, None or a list of these."""
        try:
            return await self.ask(*command)
        except ResponseError as refusal:
            _refuse_if_unable(refusal)
            raise

    async def run(self, script: Script, keys: Sequence[str], arguments: Sequence[Argument]) -> Answer:
        """One script. A store that does not know it (started anew, or another took over) is told its text."""
        try:
            return await self.ask("EVALSHA", script.sha, len(keys), *keys, *arguments)
        except NoScriptError:
            return await self.command("EVAL", script.text, len(keys), *keys, *arguments)
        except ResponseError as refusal:
            _refuse_if_unable(refusal)
            raise

    def _answer(self, answer: Answer) -> None:
        future, _ = self._waiting.popleft()
        if future.done():
            return
        if isinstance(answer, ResponseError):
            future.set_exception(answer)
        else:
            future.set_result(answer)

    def _lost(self) -> None:
        # What was not yet written goes out on the next connection.
        self._fail(len(self._waiting) - self._link.unsent, "the connection was lost")

    def _watch(self) -> None:
        now = self._loop.time()
        on_time = now < self._next_check + self._deadline / CHECKS
        # After a stall of this process the answers may have come and not been read: they get another turn.
        if on_time and self._waiting and self._waiting[0][1] < now - self._deadline:
            self._give_up()
        self._next_check = now + self._deadline / CHECKS
        self._check = self._loop.call_at(self._next_check, self._watch)

    def _give_up(self) -> None:
        if self._link.connected:
            # Answers may still come until it is cut, each to its own question: `_lost` tells those who wait.
            self._link.cut()
        else:
            self._link.forget()
            self._fail(len(self._waiting), "no connection in time")

    def _fail(self, count: int, reason: str) -> None:
        for _ in range(count):
            future, _since = self._waiting.popleft()
            if not future.done():
                future.set_exception(StoreUnavailable(reason))


def _refuse_if_unable(refusal: ResponseError) -> None:
    """It would at another time."""
    if isinstance(refusal, _UNABLE) or str(refusal).startswith(_UNABLE_WORDS):
        raise StoreUnavailable("the store cannot write now") from refusal
