"""Waits are kept as counts for each hour and band, for as long as they count, and never more of them."""

from chat.rules.waiting import BANDS_MINUTES, HOURS
from chat.store.connections import Store
from chat.store.waits import HOUR_SECONDS, Waits
from tests.integration.store.talk import NOW


async def test_waits_are_counted_by_band(live: Store) -> None:
    waits = Waits(live)
    for seconds in (10, 20, 400, 5_000):
        await waits.count(seconds, NOW)
    assert await waits.recent(NOW) == [2, 1, 0, 0, 1]


async def test_waits_are_forgotten_when_they_no_longer_count(live: Store) -> None:
    waits = Waits(live)
    await waits.count(10, NOW)
    assert sum(await waits.recent(NOW + (HOURS - 1) * HOUR_SECONDS)) == 1
    assert sum(await waits.recent(NOW + HOURS * HOUR_SECONDS)) == 0


async def test_however_many_wait_the_store_holds_a_handful_of_counts(live: Store) -> None:
    waits = Waits(live)
    for hour in range(10):
        for minutes in BANDS_MINUTES:
            for _ in range(3):
                await waits.count(60 * minutes, NOW + hour * HOUR_SECONDS)
    (key,) = await live.command("KEYS", "*")
    assert await live.command("HLEN", key) <= HOURS * len(BANDS_MINUTES)
    assert 0 < await live.command("TTL", key) <= HOURS * HOUR_SECONDS
