"""Houses for the tests of the server: one for a whole module, and one of a test's own where clock or staff are changed."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from tests.integration.server.house import House, house_open


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
    async with httpx.AsyncClient(timeout=5) as client:
        yield client
