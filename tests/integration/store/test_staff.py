"""The ledger's documents, rosters and freshness (K4)."""

import asyncio
import hashlib
from pathlib import Path

import psutil
import pytest

from chat.errors import VerificationError
from chat.store.connections import Store
from chat.store.embedded import EmbeddedServer
from chat.store.staff import Document, RosterInForce, Staff
from tests.integration.store.talk import digest

ZEROS = bytes(32)


@pytest.fixture
def staff(ledger: Store) -> Staff:
    return Staff(ledger)


async def put_roster(staff: Staff, number: int, previous: bytes, *, which: str = "") -> bytes:
    roster = digest("roster", number, which)
    await staff.put_roster(digest=roster, number=number, previous=previous, raw=f"{number}{which}".encode())
    return roster


async def put_freshness(staff: Staff, roster: bytes, n: int, *revoked: bytes, which: str = "") -> None:
    await staff.put_freshness(roster=roster, n=n, revoked=revoked, raw=f"fresh {n}{which}".encode())


async def test_a_document_is_kept_by_its_hash(staff: Staff) -> None:
    document = Document(b"the enc of a certificate", b"s" * 64)
    found = await staff.keep(document)
    assert found == hashlib.sha256(document.doc).digest()
    assert await staff.document(found) == document
    assert await staff.document(digest("unknown")) is None


async def test_rosters_follow_one_another_and_each_is_served_by_its_hash(staff: Staff) -> None:
    assert await staff.roster_in_force() is None
    first = await put_roster(staff, 1, ZEROS)
    second = await put_roster(staff, 2, first)
    assert await staff.roster_in_force() == RosterInForce(2, second)
    assert (await staff.roster(first), await staff.roster(second)) == (b"1", b"2")
    assert await staff.roster(digest("unknown")) is None


async def test_the_same_roster_again_changes_nothing(staff: Staff) -> None:
    first = await put_roster(staff, 1, ZEROS)
    await put_freshness(staff, first, 1)
    await put_roster(staff, 1, ZEROS)
    assert await staff.freshness() == b"fresh 1"


@pytest.mark.parametrize(
    ("number", "previous", "words"),
    [
        (2, "second's", "another roster has this number"),
        (1, "second's", "a later roster is in force"),
        (4, "second's", "a roster before this one is missing"),
        (3, "first's", "not the one in force"),
    ],
)
async def test_a_roster_that_is_not_the_next_is_refused_in_words(
    staff: Staff, number: int, previous: str, words: str
) -> None:
    first = await put_roster(staff, 1, ZEROS)
    second = await put_roster(staff, 2, first)
    with pytest.raises(VerificationError, match=words) as refusal:
        await put_roster(staff, number, {"first's": first, "second's": second}[previous], which="forged")
    assert refusal.value.step == "K4"
    assert await staff.roster_in_force() == RosterInForce(2, second)


async def test_of_two_next_rosters_at_once_one_is_taken(staff: Staff) -> None:
    tries = [put_roster(staff, 1, ZEROS, which=which) for which in "ab"]
    answers = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(isinstance(answer, VerificationError) for answer in answers) == [False, True]


async def test_freshness_counts_on_and_forgets_no_revocation(staff: Staff) -> None:
    roster = await put_roster(staff, 1, ZEROS)
    amina, bjorn = digest("amina"), digest("bjorn")
    assert await staff.freshness() is None
    await put_freshness(staff, roster, 1)
    await put_freshness(staff, roster, 2, amina)
    await put_freshness(staff, roster, 2, amina)
    with pytest.raises(VerificationError, match="an earlier revocation is missing"):
        await put_freshness(staff, roster, 3, bjorn)
    await put_freshness(staff, roster, 3, bjorn, amina)
    assert await staff.freshness() == b"fresh 3"


@pytest.mark.parametrize(
    ("n", "words"), [(1, "not the next"), (2, "another statement has this number"), (4, "not the next")]
)
async def test_a_freshness_that_is_not_the_next_is_refused_in_words(staff: Staff, n: int, words: str) -> None:
    roster = await put_roster(staff, 1, ZEROS)
    await put_freshness(staff, roster, 1)
    await put_freshness(staff, roster, 2)
    with pytest.raises(VerificationError, match=words):
        await put_freshness(staff, roster, n, which="forged")
    assert await staff.freshness() == b"fresh 2"


async def test_a_new_roster_needs_a_freshness_of_its_own_and_the_count_goes_on(staff: Staff) -> None:
    first = await put_roster(staff, 1, ZEROS)
    await put_freshness(staff, first, 1, digest("amina"))
    second = await put_roster(staff, 2, first)
    assert await staff.freshness() is None
    with pytest.raises(VerificationError, match="another roster is in force"):
        await put_freshness(staff, first, 2, digest("amina"))
    await put_freshness(staff, second, 2)
    assert await staff.freshness() == b"fresh 2"


async def test_what_the_ledger_acknowledged_outlasts_a_kill(program: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    async with EmbeddedServer(folder, server=program) as server, Store(server.url) as ledger:
        roster = await put_roster(Staff(ledger), 1, ZEROS)
        await put_freshness(Staff(ledger), roster, 1, digest("amina"))
        (process,) = psutil.Process(server.pid).children()
        process.kill()
    async with EmbeddedServer(folder, server=program) as server, Store(server.url) as ledger:
        assert await Staff(ledger).roster_in_force() == RosterInForce(1, roster)
        assert await Staff(ledger).freshness() == b"fresh 1"
