"""A visitor and a counsellor without screens in a house: the second implementation, verifying everything."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chat.client.counsellor import Counsellor
from chat.client.visitor import Visitor
from chat.demo.organisation import REALM
from tests.integration.server.house import House


@asynccontextmanager
async def a_visitor(house: House, origin: str = "") -> AsyncIterator[Visitor]:
    async with Visitor(origin or house.visitor, house.root, realm=REALM, clock=house.clock) as visitor:
        yield visitor


@asynccontextmanager
async def a_counsellor(
    house: House, pseudonym: str = "Amina", capacity: int = 3
) -> AsyncIterator[Counsellor]:
    """Signed in and on duty."""
    async with Counsellor(house.staff, house.root, realm=REALM, clock=house.clock) as counsellor:
        await counsellor.signs_in(pseudonym)
        await counsellor.goes_on_duty(capacity)
        yield counsellor


@asynccontextmanager
async def in_conversation(house: House) -> AsyncIterator[tuple[Visitor, Counsellor, str]]:
    """From start to admitted; the third is the conversation's id."""
    async with a_visitor(house) as visitor, a_counsellor(house) as counsellor:
        await visitor.starts()
        sid = await counsellor.takes_next()
        await visitor.is_admitting()
        yield visitor, counsellor, sid
