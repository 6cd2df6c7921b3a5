"""One service for the tests of a file: each of them leaves it whole again."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.faults.service import Service, service

FAST = {"burst": 100_000, "messages_per_second": 100_000}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def whole() -> AsyncIterator[Service]:
    """Two processes that do not hold anybody back."""
    async with service(**FAST) as opened:
        yield opened
