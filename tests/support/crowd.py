"""Simulated visitors with real keys, on a loop beside the browsers': each says its lines, the next one after each answer.

Methods are verbs, and each waits until it is done. What a visitor's page would refuse, they refuse.
"""

import asyncio
import threading
from collections.abc import Awaitable, Sequence
from contextlib import AsyncExitStack
from typing import Self, TypeVar

from chat import wire
from chat.client.answering import Answering
from chat.crypto.encoding import Realm

START_SECONDS = 30.0
HELPED_SECONDS = 300.0
Result = TypeVar("Result")


class Caller(Answering):
    """`lines`: what this one says, the first while waiting. `answers`: what staff wrote to this one, as whoever is at their pages
    notes it. `places`: every place in the queue that was told.
    """

    lines: Sequence[str]
    answers: list[str]
    places: list[int]

    def says(self, lines: Sequence[str]) -> Self:
        self.lines = lines
        self.answers, self.places = [], []
        return self

    @property
    def heard(self) -> list[str]:
        """What others wrote, in order."""
        conversation = self.conversation
        return [text.words for text in conversation.texts if text.sender != conversation.sender]

    @property
    def should_read(self) -> list[str]:
        """Line by line and answer by answer, each once and in order; all of it has been said."""
        turns = zip(self.lines, [*self.answers, ""], strict=True)
        return [words for turn in turns for words in turn if words]

    async def arrives(self, entrance: wire.Entrance | None, told: wire.Told | None) -> None:
        await self.starts(entrance, told)
        await self.writes(self.lines[0])
        await self.until(lambda: bool(self.places), "the place is told", START_SECONDS)

    async def talks(self) -> None:
        """To the end, whoever ends it."""
        for answers, line in enumerate(self.lines[1:], 1):
            await self.until(lambda least=answers: len(self.heard) >= least, "an answer", HELPED_SECONDS)  # type: ignore[misc]
            await self.reads()
            await self.writes(line)
        await self.is_over(HELPED_SECONDS)

    async def receive(self, message: wire.ServerMessage) -> None:
        if isinstance(message, wire.Queue) and message.position:
            self.places.append(message.position)
        await super().receive(message)


class Crowd:
    """Everybody who comes to one service."""

    def __init__(self, origin: str, root: bytes, realm: Realm = "varsam") -> None:
        self.callers: list[Caller] = []
        self._mine = (origin, root, realm)
        self._beside = Beside()
        self._talking: list[asyncio.Task[None]] = []

    def __enter__(self) -> Self:
        self._beside.starts()
        return self

    def __exit__(self, *_: object) -> None:
        self._beside.ends()

    def comes(
        self, *lines: str, entrance: wire.Entrance | None = None, told: wire.Told | None = None
    ) -> Caller:
        """Somebody opens the page, starts, and writes the first line."""
        caller = self._beside.does(self._comes(lines, entrance, told))
        self.callers.append(caller)
        return caller

    async def _comes(
        self, lines: Sequence[str], entrance: wire.Entrance | None, told: wire.Told | None
    ) -> Caller:
        origin, root, realm = self._mine
        made = Caller(origin, root, realm=realm, language="en").says(lines)
        caller = await self._beside.stack.enter_async_context(made)
        caller.keeps_connected()
        await caller.arrives(entrance, told)
        self._talking.append(asyncio.create_task(caller.talks()))
        return caller

    def says_yes(self, caller: Caller, pseudonym: str, *, history: bool = True) -> None:
        """To whoever asks to come in, as soon as they do."""

        async def answers() -> None:
            await caller.is_asked_by(pseudonym, START_SECONDS)
            await caller.says_yes(pseudonym, history=history)

        self._beside.does(answers())

    def ends(self, caller: Caller) -> None:
        """*End the chat*, by the visitor."""
        self._beside.does(caller.ends())

    def was_helped(self) -> None:
        """Everybody has said everything, and every conversation has ended."""

        async def all_done() -> None:
            await asyncio.wait_for(asyncio.gather(*self._talking), START_SECONDS)

        self._beside.does(all_done())


class Beside:
    """A loop in a thread of its own: Playwright's has this one."""

    def __init__(self) -> None:
        self.stack: AsyncExitStack
        self._loop = asyncio.new_event_loop()
        self._ready, self._ending = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(
            target=self._loop.run_until_complete, args=[self._runs()], daemon=True
        )

    def starts(self) -> None:
        self._thread.start()
        assert self._ready.wait(START_SECONDS)

    def ends(self) -> None:
        self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join(START_SECONDS)
        self._loop.close()

    def does(self, what: Awaitable[Result]) -> Result:
        """Something there, until it is done."""

        async def done() -> Result:
            return await what

        return asyncio.run_coroutine_threadsafe(done(), self._loop).result(HELPED_SECONDS)

    async def _runs(self) -> None:
        async with AsyncExitStack() as self.stack:
            self._ready.set()
            await self._ending.wait()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()
