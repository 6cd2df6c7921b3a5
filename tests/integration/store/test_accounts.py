"""Accounts and their audit change together, and of two who change at once nobody loses anything."""

import asyncio

import pytest
from msgspec.structs import replace

from chat.errors import UnknownPerson
from chat.store.accounts import Account, AccountRecords, Machine
from chat.store.connections import Store
from tests.integration.store.talk import NOW


@pytest.fixture
def records(ledger: Store) -> AccountRecords:
    return AccountRecords(ledger)


async def test_changes_at_once_are_all_kept_and_all_told(records: AccountRecords) -> None:
    await records.change("a", NOW, "registrar", "invited", lambda _: Account("a", "Amina", "counsellor", NOW))

    async def adds(name: bytes) -> None:
        def added(before: Account | None) -> Account:
            assert before is not None
            return replace(before, machines=(*before.machines, Machine(name, name, NOW)))

        await records.change("a", NOW, "Amina", "asked for a machine", added)

    await asyncio.gather(*(adds(bytes([n])) for n in range(5)))
    found = await records.find("a")
    assert found is not None
    assert sorted(machine.signature_key for machine in found.machines) == [bytes([n]) for n in range(5)]
    assert (await records.audit.verify()).n == 6


async def test_a_refused_change_is_not_told(records: AccountRecords) -> None:
    def refuses(_: Account | None) -> Account:
        raise UnknownPerson

    with pytest.raises(UnknownPerson):
        await records.change("a", NOW, "Cleo", "revoked", refuses)
    assert await records.find("a") is None
    assert (await records.audit.head()).n == 0
    await records.tell(NOW, "registrar", "signed roster 1", "staff")
    assert [entry.what for entry in await records.audit.newest(9)] == ["signed roster 1"]
