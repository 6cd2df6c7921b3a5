"""Every test of the store runs against the embedded Valkey, and against Debian's Redis where it is installed."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from chat.store.connections import Store
from chat.store.conversations import Conversations
from chat.store.embedded import EmbeddedServer, valkey
from chat.store.queue import Queue
from tests.integration.store.talk import Talk


@pytest.fixture(scope="session", params=["valkey", "redis"])
def program(request: pytest.FixtureRequest) -> Path:
    if request.param == "valkey":
        return valkey()
    found = shutil.which("redis-server")
    if found is None:
        pytest.skip("redis-server is not installed: apt-get install redis-server")
    return Path(found)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def live_url(program: Path) -> AsyncIterator[str]:
    async with EmbeddedServer(server=program) as server:
        yield server.url


@pytest.fixture
async def server(program: Path) -> AsyncIterator[EmbeddedServer]:
    """A live server of the test's own, to be stopped, stalled and killed."""
    async with EmbeddedServer(server=program) as own:
        yield own


@pytest.fixture
async def live(live_url: str) -> AsyncIterator[Store]:
    """An empty live store."""
    async with Store(live_url) as store:
        await store.command("FLUSHALL", "SYNC")
        yield store


@pytest.fixture
async def ledger(program: Path, tmp_path: Path) -> AsyncIterator[Store]:
    """An empty ledger."""
    async with EmbeddedServer(tmp_path / "ledger", server=program) as server, Store(server.url) as store:
        yield store


@pytest.fixture
def queue(live: Store) -> Queue:
    return Queue(live)


@pytest.fixture
def conversations(live: Store) -> Conversations:
    return Conversations(live)


@pytest.fixture
async def talk(conversations: Conversations) -> Talk:
    """A conversation that a visitor has just opened."""
    opened = Talk(conversations)
    await opened.starts()
    return opened
