"""A house for every test of the server."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.integration.server.house import House, house_open


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with house_open() as opened:
        yield opened


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=5) as client:
        yield client
