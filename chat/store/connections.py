"""A process's way to one store (S4): a single pipelined connection for all that it asks. It knows no key and no meaning.

Everything that is asked in one turn of the event loop leaves in one write, and answers come back in order. What waits is
bounded in number and in time: over it the caller gets `StoreUnavailable`, and nobody knows whether it was carried out.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Final, NamedTuple, Self

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


class _Question(NamedTuple):
    """What waits for its answer. `script`: what the command runs, to be told where the store does not know it."""

    answer: asyncio.Future[Answer]
    since: float
    command: Sequence[Argument]
    script: Script | None


class Store:
    """The live or the ledger store, by its URL: `redis://`, `rediss://` or `unix://`."""

    def __init__(
        self, url: str, *, deadline: float = DEADLINE_SECONDS, waiting: int = WAITING_COMMANDS
    ) -> None:
        self.url = url
        self._deadline = deadline
        self._most_waiting = waiting
        self._waiting: deque[_Question] = deque()
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

    async def command(self, *command: Argument) -> Answer:
        """One command and its answer: bytes, int, None or a list of these."""
        return await self._ask(command)

    def ask(self, *command: Argument) -> asyncio.Future[Answer]:
        """The answer of one command, in the order of what was asked before it; to be awaited later."""
        return self._ask(command)

    def run(
        self, script: Script, keys: Sequence[str], arguments: Sequence[Argument]
    ) -> asyncio.Future[Answer]:
        """The answer of one script. A store that does not know it (started anew, or another took over) is told its text."""
        return self._ask(("EVALSHA", script.sha, len(keys), *keys, *arguments), script)

    def _ask(self, command: Sequence[Argument], script: Script | None = None) -> asyncio.Future[Answer]:
        """The answer to one command, to be awaited at once or later; `StoreUnavailable` in it or at once."""
        if len(self._waiting) >= self._most_waiting:
            raise StoreUnavailable("too much waits")
        question = _Question(self._loop.create_future(), self._loop.time(), command, script)
        self._waiting.append(question)
        self._link.write(*command)
        return question.answer

    def _answer(self, answer: Answer) -> None:
        question = self._waiting.popleft()
        if question.answer.done():
            return
        if not isinstance(answer, ResponseError):
            question.answer.set_result(answer)
        elif isinstance(answer, NoScriptError) and question.script:
            self._tell_script(question, question.script)
        else:
            question.answer.set_exception(_fault(answer))

    def _tell_script(self, question: _Question, script: Script) -> None:
        command = ("EVAL", script.text, *question.command[2:])
        self._waiting.append(_Question(question.answer, self._loop.time(), command, None))
        self._link.write(*command)

    def _lost(self) -> None:
        # What was not yet written goes out on the next connection.
        self._fail(len(self._waiting) - self._link.unsent, "the connection was lost")

    def _watch(self) -> None:
        now = self._loop.time()
        on_time = now < self._next_check + self._deadline / CHECKS
        # After a stall of this process the answers may have come and not been read: they get another turn.
        if on_time and self._waiting and self._waiting[0].since < now - self._deadline:
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
            answer = self._waiting.popleft().answer
            if not answer.done():
                answer.set_exception(StoreUnavailable(reason))


def _fault(refusal: ResponseError) -> Exception:
    """`StoreUnavailable` where it would at another time."""
    if isinstance(refusal, _UNABLE) or str(refusal).startswith(_UNABLE_WORDS):
        return StoreUnavailable("the store cannot write now")
    return refusal
