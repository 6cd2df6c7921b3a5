"""One pipelined connection: order, bounds, deadlines and coming back."""

import asyncio
import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from chat.errors import StoreUnavailable
from chat.store.connections import Store
from chat.store.conversations import Conversations
from chat.store.embedded import EmbeddedServer
from tests.integration.store.talk import Talk


@contextmanager
def stalled(server: EmbeddedServer) -> Iterator[None]:
    """The server's process stands still."""
    (process,) = psutil.Process(server.pid).children()
    os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process.pid, signal.SIGCONT)


class Counting:
    """In the place of a transport: how many commands went in each write."""

    def __init__(self, transport: asyncio.WriteTransport) -> None:
        self.transport = transport
        self.writes: list[int] = []

    def writelines(self, data: Iterable[bytes]) -> None:
        commands = list(data)
        self.writes.append(len(commands))
        self.transport.writelines(commands)


async def test_everything_asked_in_one_turn_leaves_in_one_write(
    live: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await live.command("PING")
    assert live._link._transport is not None
    counting = Counting(live._link._transport)
    monkeypatch.setattr(live._link, "_transport", counting)
    assert await asyncio.gather(*(live.command("PING") for _ in range(100))) == [b"PONG"] * 100
    assert counting.writes == [100]


async def test_each_answer_goes_to_its_own_question(live: Store) -> None:
    asked = [live.command("ECHO", str(number)) for number in range(500)]
    assert await asyncio.gather(*asked) == [str(number).encode() for number in range(500)]


async def test_who_stops_waiting_does_not_shift_the_answers_of_others(live: Store) -> None:
    impatient = asyncio.create_task(live.command("ECHO", "first"))
    await asyncio.sleep(0)
    patient = asyncio.create_task(live.command("ECHO", "second"))
    impatient.cancel()
    assert await patient == b"second"
    assert await live.command("ECHO", "third") == b"third"


async def test_more_than_may_wait_is_refused_and_the_rest_goes_through(live_url: str) -> None:
    async with Store(live_url, waiting=10) as store:
        answers = await asyncio.gather(*(store.command("PING") for _ in range(12)), return_exceptions=True)
        assert answers[:10] == [b"PONG"] * 10
        assert [type(answer) for answer in answers[10:]] == [StoreUnavailable] * 2
        assert await store.command("PING") == b"PONG"


async def test_a_store_that_stands_still_is_unavailable_in_time_and_answers_rightly_afterwards(
    server: EmbeddedServer,
) -> None:
    async with Store(server.url, deadline=0.2) as store:
        await store.command("PING")
        with stalled(server):
            async with asyncio.timeout(2):
                with pytest.raises(StoreUnavailable):
                    await store.command("ECHO", "lost")
        async with asyncio.timeout(5):
            while True:
                try:
                    assert await store.command("ECHO", "found") == b"found"
                    break
                except StoreUnavailable:
                    continue
        assert await store.command("ECHO", "next") == b"next"


async def test_a_store_that_is_not_there_is_unavailable_in_time(tmp_path: Path) -> None:
    async with Store(f"unix://{tmp_path}/nobody", deadline=0.2) as store, asyncio.timeout(2):
        with pytest.raises(StoreUnavailable):
            await store.command("PING")


async def test_a_store_that_was_killed_is_unavailable(server: EmbeddedServer) -> None:
    async with Store(server.url, deadline=0.3) as store, asyncio.timeout(3):
        await store.command("PING")
        (process,) = psutil.Process(server.pid).children()
        process.kill()
        with pytest.raises(StoreUnavailable):
            await store.command("PING")


async def test_a_cut_connection_fails_what_is_under_way_and_comes_back(live_url: str) -> None:
    async with Store(live_url) as store, Store(live_url) as other:
        mine = await store.command("CLIENT", "ID")
        await store.command("PING")
        await other.command("CLIENT", "KILL", "ID", mine)
        async with asyncio.timeout(5):
            while True:
                try:
                    assert await store.command("CLIENT", "ID") != mine
                    break
                except StoreUnavailable:
                    continue


async def test_what_is_asked_while_there_is_no_connection_waits_for_the_next(
    live_url: str, tmp_path: Path
) -> None:
    address = tmp_path / "s"
    async with Store(f"unix://{address}") as store:
        asked = [asyncio.create_task(store.command("ECHO", word)) for word in "ab"]
        await asyncio.sleep(0.1)
        address.symlink_to(live_url.removeprefix("unix://"))
        assert await asyncio.gather(*asked) == [b"a", b"b"]


async def test_a_store_that_forgot_the_scripts_is_told_them_again(
    live: Store, conversations: Conversations
) -> None:
    talk = Talk(conversations)
    await talk.starts()
    await live.command("SCRIPT", "FLUSH")
    assert (await talk.visitor_writes(0)).index == 2


@pytest.mark.parametrize(
    ("breaking", "mending"),
    [
        (("CONFIG", "SET", "maxmemory", "1"), ("CONFIG", "SET", "maxmemory", "0")),
        (("CONFIG", "SET", "min-replicas-to-write", "1"), ("CONFIG", "SET", "min-replicas-to-write", "0")),
        (("REPLICAOF", "127.0.0.1", "1"), ("REPLICAOF", "NO", "ONE")),
    ],
    ids=["no memory left", "too few replicas", "read-only"],
)
async def test_a_store_that_cannot_write_is_unavailable_and_stores_nothing(
    server: EmbeddedServer, breaking: tuple[str, ...], mending: tuple[str, ...]
) -> None:
    async with Store(server.url) as store:
        talk = Talk(Conversations(store))
        await talk.starts()
        await store.command(*breaking)
        with pytest.raises(StoreUnavailable):
            await talk.visitor_writes(0)
        await store.command(*mending)
        assert await talk.length() == 1
        assert (await talk.visitor_writes(0)).index == 2


async def test_closing_tells_those_who_wait(server: EmbeddedServer) -> None:
    with stalled(server):
        async with Store(server.url) as store:
            waiting = asyncio.create_task(store.command("PING"))
            await asyncio.sleep(0.05)
        with pytest.raises(StoreUnavailable):
            await waiting
