"""A running service, and people who come to it with the second implementation."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest_asyncio

from chat.client.answering import Answering
from chat.client.colleague import Colleague
from chat.client.counsellor import Counsellor
from chat.client.guest import Guest
from tests.integration.server.house import House, house_open


class Town:
    """A service and everybody at it; all of them leave at the end."""

    def __init__(self, house: House, stack: AsyncExitStack) -> None:
        self.house = house
        self._stack = stack

    async def visitor(self) -> Answering:
        """Somebody opens the page."""
        visitor = Answering(self.house.visitor, self.house.root, realm="varsam-demo", clock=self.house.clock)
        return await self._stack.enter_async_context(visitor)

    async def waiting_visitor(self, *words: str) -> Answering:
        """Somebody has started, and has written these texts."""
        visitor = await self.visitor()
        await visitor.starts("self")
        for text in words:
            await visitor.writes(text)
        return visitor

    async def counsellor(self, pseudonym: str = "Amina", capacity: int = 3) -> Counsellor:
        """Somebody is on duty."""
        counsellor = Counsellor(
            self.house.staff, self.house.root, realm="varsam-demo", clock=self.house.clock
        )
        await self._stack.enter_async_context(counsellor)
        await counsellor.signs_in(pseudonym)
        await counsellor.goes_on_duty(capacity)
        return counsellor

    async def colleague(self, pseudonym: str, capacity: int = 3) -> Colleague:
        """One of the staff, of any role, is on duty, who asks others and comes when asked."""
        colleague = Colleague(self.house.staff, self.house.root, realm="varsam-demo", clock=self.house.clock)
        await self._stack.enter_async_context(colleague)
        await colleague.signs_in(pseudonym)
        await colleague.goes_on_duty(capacity)
        return colleague

    async def guest(self, token: bytes) -> Guest:
        """Somebody from outside opens the page of a link."""
        house = self.house
        guest = Guest(house.staff, house.root, token, realm="varsam-demo", clock=house.clock)
        return await self._stack.enter_async_context(guest)

    async def second_tab(self, counsellor: Counsellor) -> Counsellor:
        """The same console once more: the same device, certificate and session."""
        other = counsellor.opens_another_tab()
        await self._stack.enter_async_context(other)
        await other.connects()
        return other


@pytest_asyncio.fixture
async def town() -> AsyncIterator[Town]:
    async with house_open() as house, AsyncExitStack() as stack:
        yield Town(house, stack)
