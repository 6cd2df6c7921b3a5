"""One simulated conversation: both ends write, fall silent, reload and lose the network, and an account is kept.

What was acknowledged must stand at the other end once.
"""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Final

from chat.client.conversation import Conversation
from chat.client.counsellor import Counsellor
from chat.client.texts import Outgoing
from chat.client.visitor import Visitor
from chat.simulation.desk import Desk
from chat.simulation.figures import Figures

SILENCE_SECONDS: Final = 0.6
"""On average."""
TEXTS: Final = (3, 12)
"""Of each side of a conversation."""
CUT: Final = 0.06
"""How likely a text is to be followed by a lost connection."""
ARRIVE_SECONDS: Final = 60.0
LOOK_SECONDS: Final = 0.1


@dataclass
class Written:
    """A text, by which end it was written, and when (monotonic seconds)."""

    end: Conversation
    words: str
    at: float
    parts: list[Outgoing]
    somebody_reads: bool
    """Whether the other end was there when it was written."""

    @property
    def acknowledged(self) -> bool:
        return all(part.stored.done() and part.stored.exception() is None for part in self.parts)


class Talk:
    """One conversation between a visitor's and a counsellor's page."""

    def __init__(self, visitor: Visitor, random: Random) -> None:
        self.visitor = visitor
        self.written: list[Written] = []
        self._random = random
        self._desk: Desk | None = None
        self._is_gone = False

    @property
    def ends(self) -> list[Conversation]:
        """Of pages that are there, as they are now: the visitor's first, as long as it is not reloaded."""
        visitors = [] if self._is_gone else [self.visitor.conversation]
        return visitors + (self._desk.here(self.visitor.sid) if self._desk else [])

    async def waits(self) -> None:
        """The visitor writes in the queue, and may lose the network there."""
        for _ in range(self._random.randint(0, 2)):
            await self._writes_one(self.visitor, self.visitor.conversation)

    async def goes_on(self, desk: Desk) -> None:
        """Both write; now and then one falls silent, loses the network, or is loaded anew at the desk."""
        self._desk = desk
        await asyncio.gather(self._writes(None), self._writes(desk))

    async def _writes(self, desk: Desk | None) -> None:
        """The visitor, or whoever sits at the desk."""
        for _ in range(self._random.randint(*TEXTS)):
            page = desk.counsellor if desk else self.visitor
            end = await desk.conversation(self.visitor.sid) if desk else self.visitor.conversation
            await self._writes_one(page, end)
            await asyncio.sleep(self._random.expovariate(1 / SILENCE_SECONDS))

    async def _writes_one(self, page: Visitor | Counsellor, end: Conversation) -> None:
        words = f"{end.sid} {len(self.written)}"
        at = time.monotonic()
        written = Written(end, words, at, [], len(self.ends) > 1)
        self.written.append(written)
        written.parts = await end.sends(words)
        if self._random.random() < CUT:
            await page.loses_the_connection()

    async def is_reloaded(self) -> None:
        """The visitor's page is gone in the middle of something, and with it what was not acknowledged."""
        await self.visitor.closes()
        self._is_gone = True

    def _must_arrive(self) -> set[str]:
        return {
            written.words for written in self.written if written.acknowledged or self._stands(written.end)
        }

    def _stands(self, end: Conversation) -> bool:
        """The page that wrote there is the one that is there now."""
        return any(end is here for here in self.ends)

    async def all_arrives(self) -> None:
        """Wait until it does, or it takes too long: then it is lost."""
        async with asyncio.timeout(ARRIVE_SECONDS):
            while not all(self._holds_all(end) for end in self.ends):  # noqa: ASYNC110 (many pages, one look at them)
                await asyncio.sleep(LOOK_SECONDS)

    def _holds_all(self, end: Conversation) -> bool:
        return self._must_arrive() <= set(end.words()) or bool(end.alarm or end.ended)

    def _reads_first(self, written: Written) -> bool:
        """Nobody was there before to read it, and the page of now is not one that was loaded anew meanwhile."""
        loaded_at = self._desk.loaded_at if self._desk else 0.0
        return written.somebody_reads and written.at > loaded_at

    def tells(self, figures: Figures) -> None:
        """Hold what can be read to what was written."""
        mine = {written.words: written for written in self.written}
        figures.messages += len(mine)
        for end in self.ends:
            heard = Counter(end.words())
            figures.lost += sum(
                1 for words, written in mine.items() if written.acknowledged and not heard[words]
            )
            figures.doubled += sum(count - 1 for count in heard.values())
            figures.refused["of another conversation"] += sum(
                not words.startswith(end.sid) for words in heard
            )
            figures.refused["unverified"] += end.alarm is not None
            figures.delays += [
                text.read_at - written.at
                for text in end.texts
                if (written := mine.get(text.words)) and written.end is not end and self._reads_first(written)
            ]
        figures.refused["not stored"] += sum(
            not w.acknowledged and self._stands(w.end) for w in mine.values()
        )
        figures.refused += Counter()  # what was counted zero times is not told
