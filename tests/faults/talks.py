"""Conversations that go on through faults, and the account of them: what was written and acknowledged must stand at both ends
once, in order, and nowhere else.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager

from chat.client.conversation import Conversation
from chat.client.counsellor import Counsellor
from chat.client.texts import Outgoing
from chat.client.visitor import Visitor
from chat.demo.organisation import REALM
from tests.faults.service import Service, becomes

CAPACITY = 10
ARRIVE_SECONDS = 60.0


class Talk:
    """One conversation, with both its ends. `written`: by each, in order."""

    def __init__(self, service: Service, visitor: Visitor, counsellor: Counsellor, sid: str) -> None:
        self.service, self.visitor, self.counsellor, self.sid = service, visitor, counsellor, sid
        self.written: dict[str, list[str]] = {"visitor": [], "counsellor": []}
        self._outgoing: list[Outgoing] = []

    @property
    def ends_of_it(self) -> dict[str, Conversation]:
        return {"visitor": self.visitor.conversation, "counsellor": self.counsellor.conversation(self.sid)}

    async def one_writes(self, side: str, count: int, pause: float = 0.0) -> None:
        """So many texts, one after another, without waiting for any."""
        for _ in range(count):
            conversation = self._end(side)
            words = f"{self.sid} {side} {len(self.written[side])}"
            self.written[side].append(words)
            self._outgoing += await conversation.sends(words)
            await asyncio.sleep(pause * random.random())

    def _end(self, side: str) -> Conversation:
        """As it is now: it may go on under another id at any time (E9)."""
        if side == "visitor":
            return self.visitor.conversation
        cases = self.counsellor.cases
        return (cases.get(self.visitor.sid) or cases[self.sid]).conversation

    async def has_written(self, side: str, count: int) -> None:
        """Wait until one has begun so many texts."""

        async def so() -> bool:
            return len(self.written[side]) >= count

        await becomes(so, ARRIVE_SECONDS)

    async def both_write(self, count: int, pause: float = 0.0) -> None:
        """So many texts each, at once."""
        await asyncio.gather(*(self.one_writes(side, count, pause) for side in self.written))

    async def all_arrives(self, seconds: float = ARRIVE_SECONDS) -> None:
        """Wait until all that was written is acknowledged and can be read at both ends; then hold it to the account."""
        async with asyncio.timeout(seconds):
            for outgoing in self._outgoing:
                await asyncio.shield(outgoing.stored)
        count = sum(map(len, self.written.values()))
        for page, conversation in zip((self.visitor, self.counsellor), self.ends_of_it.values(), strict=True):
            await page.until(lambda c=conversation: len(c.texts) >= count, f"{count} texts are here", seconds)  # type: ignore[misc]
        self.is_sound()

    def is_sound(self) -> None:
        """Nothing lost, doubled, reordered or shown to another, and no alarm."""
        names = {
            "visitor": self.visitor.conversation.sender,
            "counsellor": self.counsellor.duty.document.hash,
        }
        for conversation in self.ends_of_it.values():
            assert conversation.alarm is None, conversation.alarm
            for side, name in names.items():
                person = conversation.person(name)
                heard = [text.words for text in conversation.texts if text.person == person]
                assert heard == self.written[side]
            assert len(conversation.texts) == sum(map(len, self.written.values()))
        here, there = self.ends_of_it.values()
        shorter = min(here.log.index, there.log.index)
        assert here.log.heads[: shorter + 1] == there.log.heads[: shorter + 1]

    async def is_followed_again(self, seconds: float = ARRIVE_SECONDS) -> None:
        """Both ends are back."""
        for page in (self.visitor, self.counsellor):
            await page.is_back(seconds)

    async def ends(self) -> None:
        """The counsellor ends it; both ends are told, and nothing is left."""
        await self.counsellor.ends(self.sid)
        assert await self.visitor.is_over() == "closed"
        left = await self.service.live_store.command("KEYS", f"*{self.sid}*")
        assert [key.decode().rpartition(":")[2] for key in left] == ["ended"]
        places = await self.service.live_store.command("HKEYS", "varsam:{queue}:places")
        assert self.sid.encode() not in places


async def a_visitor(service: Service, stack: AsyncExitStack) -> Visitor:
    """A page that comes back by itself."""
    visitor = Visitor(service.visitors, service.root, realm=REALM)
    await stack.enter_async_context(visitor)
    visitor.keeps_connected()
    return visitor


async def a_counsellor(service: Service, stack: AsyncExitStack, pseudonym: str = "Amina") -> Counsellor:
    """On duty, on a page that comes back by itself."""
    counsellor = Counsellor(service.staff, service.root, realm=REALM)
    await service.certifies(counsellor, pseudonym)
    await counsellor.connects()
    await stack.enter_async_context(counsellor)
    await counsellor.goes_on_duty(CAPACITY)
    counsellor.keeps_connected()
    return counsellor


@asynccontextmanager
async def talks(service: Service, count: int = 1) -> AsyncIterator[list[Talk]]:
    """So many conversations; each counsellor has up to ten."""
    async with AsyncExitStack() as stack:
        made: list[Talk] = []
        counsellor = None
        for number in range(count):
            if counsellor is None or number % CAPACITY == 0:
                counsellor = await a_counsellor(service, stack)
            visitor = await a_visitor(service, stack)
            await visitor.starts()
            sid = await counsellor.takes_next()
            assert sid == visitor.sid
            await visitor.is_admitting()
            made.append(Talk(service, visitor, counsellor, sid))
        yield made


@asynccontextmanager
async def a_talk(service: Service) -> AsyncIterator[Talk]:
    async with talks(service) as (talk,):
        yield talk


def are_sound(all_talks: Iterable[Talk]) -> None:
    """Each by itself, and no text of one stands in another."""
    for talk in all_talks:
        talk.is_sound()
        for conversation in talk.ends_of_it.values():
            assert all(words.startswith(talk.sid) for words in conversation.words())
