"""A house of the test's own, where calls are asked for."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from chat.live import callback_door
from chat.rules.work import bits
from tests.integration.callback.office import Office
from tests.integration.server.house import house_open


@pytest_asyncio.fixture
async def office() -> AsyncIterator[Office]:
    async with house_open() as house:
        yield Office(house)


@pytest.fixture
def little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousandth of it, where many requests are worked for in Python; what raises it raises it all the same."""
    monkeypatch.setattr(callback_door, "bits", lambda *pressure: bits(*pressure) - 10)
