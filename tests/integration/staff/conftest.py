"""An organisation for a whole module, with a coordinator and a counsellor; and one of a test's own."""

from collections.abc import AsyncIterator
from typing import NamedTuple

import pytest_asyncio

from tests.integration.staff.organisation import House, counsellor, first_coordinator, house_open
from tests.integration.staff.person import Person


class Staffed(NamedTuple):
    """A house with its people."""

    house: House
    cleo: Person
    amina: Person


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def staffed() -> AsyncIterator[Staffed]:
    async with house_open() as house:
        cleo = await first_coordinator(house)
        yield Staffed(house, cleo, await counsellor(house, cleo, "Amina"))


@pytest_asyncio.fixture(loop_scope="module")
async def house() -> AsyncIterator[House]:
    async with house_open() as opened:
        yield opened
