"""Team keys in the ledger: the next by compare-and-set, shares that stay, and what is forgotten with its last request (C2, C5)."""

import asyncio
import os

import pytest

from chat import errors
from chat.rules.callbacks import NOTES_SECONDS
from chat.store.callbacks import Note
from chat.store.connections import Store
from chat.store.durable import Durable
from chat.store.teams import GRACE_SECONDS, SHIFT_NOTES
from tests.integration.store.asking import AMINA, BJORN, NOW, Asking


@pytest.fixture
async def asking(ledger: Store) -> Asking:
    return await Asking(Durable(ledger)).begins()


async def test_of_two_who_make_the_next_one_one_does(asking: Asking) -> None:
    made = [os.urandom(32) for _ in range(3)]
    puts = (asking.makes_team(team, asking.team, NOW + 1) for team in made)
    done = await asyncio.gather(*puts, return_exceptions=True)
    assert sum(isinstance(answer, errors.StaleVersion) for answer in done) == 2
    newest = await asking.teams.newest()
    assert newest in made
    assert list(await asking.teams.all()) == [newest, asking.team]
    await asking.makes_team(newest, asking.team, NOW + 1)  # again is no other


async def test_a_share_that_is_there_stays(asking: Asking) -> None:
    await asking.teams.share(asking.team, {AMINA: b"another", BJORN: b"for bjorn"})
    assert await asking.teams.holders(asking.team) == [AMINA, BJORN]
    assert await asking.teams.share_of(asking.team, AMINA) == b"share" + asking.team
    assert await asking.teams.share_of(asking.team, BJORN) == b"for bjorn"
    with pytest.raises(errors.StaleChallenge):
        await asking.teams.share(os.urandom(32), {BJORN: b"of nothing"})


async def test_a_team_key_goes_with_its_last_request(asking: Asking) -> None:
    version = await asking.asks()
    new = os.urandom(32)
    await asking.makes_team(new, asking.team, NOW + 10)
    later = NOW + 10 + GRACE_SECONDS
    assert await asking.teams.idle(later) == []
    await asking.callbacks.put(asking.next(version, team=new), b"", b"", NOW)
    assert await asking.teams.idle(later - 1) == []
    assert await asking.teams.idle(later) == [asking.team]
    await asking.teams.forget(new, later)  # something is under it
    await asking.teams.forget(asking.team, later)
    assert list(await asking.teams.all()) == [new]
    assert await asking.teams.holders(asking.team) == []


async def test_a_note_for_the_next_shift_keeps_its_key_and_is_gone_after_72_hours(asking: Asking) -> None:
    await asking.teams.add_note(Note(NOW, asking.team, b"early"))
    await asking.teams.add_note(Note(NOW + 60, asking.team, b"later"))
    assert await asking.teams.under() == {asking.team: 2}
    assert await asking.teams.expire_notes(NOW + NOTES_SECONDS) == 0
    assert await asking.teams.expire_notes(NOW + NOTES_SECONDS + 1) == 1
    assert [note.sealed for note in await asking.teams.notes()] == [b"later"]
    assert await asking.teams.expire_notes(NOW + NOTES_SECONDS + 61) == 1
    assert await asking.teams.under() == {}


async def test_notes_for_the_next_shift_are_bounded(asking: Asking) -> None:
    for _ in range(SHIFT_NOTES):
        await asking.teams.add_note(Note(NOW, asking.team, b"note"))
    with pytest.raises(errors.Full):
        await asking.teams.add_note(Note(NOW, asking.team, b"note"))
