"""Houses for the tests of the server: one for a whole module, and one of a test's own where clock or staff are changed."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from chat.rules.ids import Sid
from tests.integration.server.house import House, house_open
from tests.integration.server.poller import Poller


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house() -> AsyncIterator[House]:
    async with house_open() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def own_house() -> AsyncIterator[House]:
    async with house_open() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=30) as client:
        yield client


@pytest_asyncio.fixture(loop_scope="module")
async def poller(house: House, http: httpx.AsyncClient) -> AsyncIterator[Poller]:
    """Afterwards the place in the queue is free: who polls is missed only after a while."""
    http.timeout = httpx.Timeout(20)
    made = Poller(house, http)
    yield made
    await house.parts.node.leave(Sid(made.visitor.id), made.visitor.token)
