"""One subscriber connection: nobody misses anything without being told."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from chat.errors import StoreUnavailable
from chat.store import bus as bus_module
from chat.store.bus import Bus
from chat.store.connections import Store
from chat.store.embedded import EmbeddedServer
from tests.integration.store.test_connections import stalled


@pytest.fixture
async def bus(live_url: str) -> AsyncIterator[Bus]:
    async with Bus(live_url) as own:
        yield own


class Ear:
    """Listens, and waits until it has heard so much."""

    def __init__(self) -> None:
        self.heard: list[bytes | None] = []
        self._news = asyncio.Event()

    def __call__(self, message: bytes | None) -> None:
        self.heard.append(message)
        self._news.set()

    async def hears(self, count: int) -> list[bytes | None]:
        async with asyncio.timeout(5):
            while len(self.heard) < count:
                self._news.clear()
                await self._news.wait()
        return self.heard


async def test_what_is_published_after_subscribing_is_heard_in_order(live: Store, bus: Bus) -> None:
    ear = Ear()
    await bus.subscribe("varsam:a", ear)
    for number in range(100):
        await live.command("PUBLISH", "varsam:a", str(number))
    assert await ear.hears(100) == [str(number).encode() for number in range(100)]


async def test_of_two_who_subscribe_first_at_once_both_hear_everything(live: Store, bus: Bus) -> None:
    ears = [Ear(), Ear()]
    await asyncio.gather(*(bus.subscribe("varsam:a", ear) for ear in ears))
    await live.command("PUBLISH", "varsam:a", "x")
    for ear in ears:
        assert await ear.hears(1) == [b"x"]


async def test_the_second_of_two_first_subscribers_returns_only_when_the_store_has_confirmed(
    live: Store, bus: Bus
) -> None:
    late = Ear()
    first = asyncio.create_task(bus.subscribe("varsam:a", Ear()))
    await asyncio.sleep(0)
    await bus.subscribe("varsam:a", late)
    assert await live.command("PUBLISH", "varsam:a", "x") == 1
    await late.hears(1)
    await first


async def test_who_leaves_and_comes_back_at_once_misses_nothing_after_that(live: Store, bus: Bus) -> None:
    ear = Ear()
    for _ in range(20):
        await bus.subscribe("varsam:a", ear)
        bus.unsubscribe("varsam:a", ear)
    pending = asyncio.create_task(bus.subscribe("varsam:a", ear))
    await asyncio.sleep(0)
    bus.unsubscribe("varsam:a", ear)
    await bus.subscribe("varsam:a", ear)
    assert await live.command("PUBLISH", "varsam:a", "x") == 1
    assert await ear.hears(1) == [b"x"]
    await pending


async def test_who_left_hears_nothing_and_the_store_is_told(live: Store, bus: Bus) -> None:
    gone, stays = Ear(), Ear()
    await bus.subscribe("varsam:a", gone)
    await bus.subscribe("varsam:b", stays)
    bus.unsubscribe("varsam:a", gone)
    bus.unsubscribe("varsam:a", gone)
    await bus.subscribe("varsam:c", stays)
    assert await live.command("PUBLISH", "varsam:a", "x") == 0
    assert gone.heard == []


async def test_after_a_loss_everybody_is_told_to_read_the_truth_and_hears_what_comes_next(
    live: Store, bus: Bus
) -> None:
    ears = {name: Ear() for name in ("varsam:a", "varsam:b")}
    for name, ear in ears.items():
        await bus.subscribe(name, ear)
    await live.command("CLIENT", "KILL", "TYPE", "pubsub")
    for ear in ears.values():
        assert await ear.hears(1) == [None]
    for name, ear in ears.items():
        assert await live.command("PUBLISH", name, "x") == 1
        assert await ear.hears(2) == [None, b"x"]


async def test_who_subscribes_during_a_loss_is_confirmed_by_the_next_connection(
    live: Store, bus: Bus
) -> None:
    await bus.subscribe("varsam:a", Ear())
    await live.command("CLIENT", "KILL", "TYPE", "pubsub")
    ear = Ear()
    await bus.subscribe("varsam:b", ear)
    assert await live.command("PUBLISH", "varsam:b", "x") == 1
    assert (await ear.hears(1))[-1] == b"x" or (await ear.hears(2))[-1] == b"x"


async def test_a_connection_that_brings_nothing_is_lost_and_found_again(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bus_module, "PING_SECONDS", 0.1)
    ear = Ear()
    async with Bus(server.url) as bus:
        await bus.subscribe("varsam:a", ear)
        await asyncio.sleep(0.5)
        assert ear.heard == []  # quiet is not lost: pings are answered
        with stalled(server):
            await asyncio.sleep(0.5)
        assert await ear.hears(1) == [None]


async def test_a_subscription_that_is_not_confirmed_in_time_is_an_error(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bus_module, "CONFIRM_SECONDS", 0.2)
    ear = Ear()
    async with Bus(server.url) as bus, Store(server.url) as live:
        await bus.subscribe("varsam:a", Ear())
        with stalled(server), pytest.raises(StoreUnavailable):
            await bus.subscribe("varsam:b", ear)
        await bus.subscribe("varsam:c", Ear())
        assert await live.command("PUBLISH", "varsam:b", "x") == 0
    assert ear.heard == []


async def test_one_listeners_fault_does_not_silence_the_others(live: Store, bus: Bus) -> None:
    def fails(_message: bytes | None) -> None:
        raise ValueError("a bug")

    ear = Ear()
    await bus.subscribe("varsam:a", fails)
    await bus.subscribe("varsam:a", ear)
    with capture_logs() as logs:
        await live.command("PUBLISH", "varsam:a", "x")
        assert await ear.hears(1) == [b"x"]
    assert [line["event"] for line in logs] == ["listener failed"]


async def test_a_store_that_refuses_subscriptions_is_an_error_and_confirms_nobody(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bus_module, "CONFIRM_SECONDS", 0.3)
    async with Store(server.url) as live, Bus(server.url) as bus:
        await live.command("ACL", "SETUSER", "default", "resetchannels")
        with capture_logs() as logs, pytest.raises(StoreUnavailable):
            await bus.subscribe("varsam:a", Ear())
        assert "subscription refused" in {line["event"] for line in logs}
        await live.command("ACL", "SETUSER", "default", "allchannels")
        monkeypatch.undo()  # what is allowed is given its time
        ear = Ear()
        await bus.subscribe("varsam:a", ear)
        assert await live.command("PUBLISH", "varsam:a", "x") == 1


async def test_channels_are_bounded(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bus_module, "CHANNELS", 2)
    await bus.subscribe("varsam:a", Ear())
    await bus.subscribe("varsam:b", Ear())
    await bus.subscribe("varsam:b", Ear())
    with pytest.raises(StoreUnavailable):
        await bus.subscribe("varsam:c", Ear())
