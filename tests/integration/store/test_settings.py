"""Whether the stores keep their promises (S4), for /readyz."""

import pytest

from chat.store.connections import Store
from chat.store.embedded import EmbeddedServer
from chat.store.settings import Promise, faults


async def test_the_embedded_stores_keep_their_promises(live: Store, ledger: Store) -> None:
    assert await faults(live, "live") == []
    assert await faults(ledger, "ledger") == []


async def test_a_store_of_the_other_kind_is_found_out(live: Store, ledger: Store) -> None:
    assert {fault.setting for fault in await faults(ledger, "live")} == {"appendonly"}
    assert {fault.setting for fault in await faults(live, "ledger")} == {"appendonly", "appendfsync"}


async def test_a_store_that_does_not_tell_its_settings_proves_nothing(server: EmbeddedServer) -> None:
    async with Store(server.url) as live:
        await live.command("ACL", "SETUSER", "default", "-config")
        told = await faults(live, "live")
    assert len(told) == 5
    assert {fault.value for fault in told} == {None}


@pytest.mark.parametrize(
    ("promise", "setting", "value", "wanted"),
    [
        ("live", "save", "3600 1", 'save ""'),
        ("live", "appendonly", "yes", "appendonly no"),
        ("live", "repl-diskless-sync", "no", "repl-diskless-sync yes"),
        ("live", "maxmemory-policy", "allkeys-lru", "maxmemory-policy noeviction"),
        ("live", "slowlog-log-slower-than", "10000", "slowlog-log-slower-than -1"),
        ("ledger", "appendfsync", "everysec", "appendfsync always"),
        ("ledger", "appendonly", "no", "appendonly yes"),
        ("ledger", "no-appendfsync-on-rewrite", "yes", "no-appendfsync-on-rewrite no"),
    ],
)
async def test_each_wrong_setting_is_named_with_its_remedy(
    ledger: Store, server: EmbeddedServer, promise: Promise, setting: str, value: str, wanted: str
) -> None:
    async with Store(server.url) as live:
        store = live if promise == "live" else ledger
        await store.command("CONFIG", "SET", setting, value)
        (fault,) = await faults(store, promise)
        await live.command(
            "CONFIG", "SET", "appendonly", "no"
        )  # a server that writes its first file stops late
    assert (fault.setting, fault.value) == (setting, value)
    assert f"`{wanted}`" in fault.remedy
