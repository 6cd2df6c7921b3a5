"""Requests for a call in the ledger: versions, leases, outcomes, cancelling and erasing (C1–C5, Call 4, Call 5)."""

import asyncio
import os

import pytest

from chat import errors
from chat.rules.callbacks import Course, Outcome
from chat.rules.ids import CallbackId
from chat.store.callbacks import NOTES, Note, Request
from chat.store.connections import Store
from chat.store.durable import Durable
from tests.integration.store.asking import AMINA, BJORN, DAY, HOUR, NOW, Asking, code_of

OVER = Course(0, 0, over=True)


@pytest.fixture
async def asking(ledger: Store) -> Asking:
    return await Asking(Durable(ledger)).begins()


async def found(asking: Asking, callback: CallbackId) -> Request:
    request = await asking.callbacks.find(callback)
    assert request is not None
    return request


async def keys_of(ledger: Store) -> set[bytes]:
    """What there is, but for the team keys and the count of what was erased."""
    kept = (b"teams", b"newest", b"shares", b"erased", b"superseded")
    return {key for key in await ledger.command("KEYS", "*") if not key.split(b":")[2].startswith(kept)}


# Versions


async def test_what_was_asked_is_there_and_its_half_of_the_number_is_not_told_by_the_way(
    asking: Asking,
) -> None:
    version = await asking.asks()
    request = await found(asking, version.id)
    assert (request.doc, request.sealed, request.card) == (version.doc, version.sealed, version.halves.card)
    assert (request.state, request.attempts, request.version) == ("waiting", 0, 1)
    assert version.halves.number not in [getattr(request, name) for name in request.__struct_fields__]
    assert await asking.callbacks.under_code(code_of(version)) == b"blob" + code_of(version)
    assert [r.id for r in await asking.callbacks.all()] == [version.id]


async def test_the_same_version_again_is_one_request_and_is_answered_the_same(asking: Asking) -> None:
    version = asking.version()
    code = code_of(version)
    puts = (asking.callbacks.put(version, code, b"blob", NOW) for _ in range(8))
    assert sorted(await asyncio.gather(*puts)) == [False] * 7 + [True]
    assert await asking.callbacks.count() == 1
    assert await asking.teams.under() == {asking.team: 1}


async def test_a_new_version_takes_the_whole_place_of_the_one_before(asking: Asking) -> None:
    first = await asking.asks()
    second = asking.next(first, windows=((NOW + DAY, NOW + DAY + HOUR),), language="so")
    assert await asking.callbacks.put(second, b"", b"", NOW)
    request = await found(asking, first.id)
    assert (request.version, request.doc, request.language) == (2, second.doc, "so")
    assert request.windows == second.windows
    await asking.takes(first)
    assert await asking.callbacks.number(first.id, AMINA, 2, NOW) == second.halves.number
    assert await asking.callbacks.under_code(code_of(first)) == b"blob" + code_of(first)


@pytest.mark.parametrize("number", [1, 3])
async def test_an_older_version_or_one_too_far_is_refused_and_changes_nothing(
    asking: Asking, number: int
) -> None:
    first = await asking.asks()
    with pytest.raises(errors.StaleVersion):
        await asking.callbacks.put(asking.next(first, number=number), b"", b"", NOW)
    assert (await found(asking, first.id)).doc == first.doc


async def test_of_two_who_change_it_at_once_one_does(asking: Asking) -> None:
    first = await asking.asks()
    puts = (asking.callbacks.put(asking.next(first), b"", b"", NOW) for _ in range(4))
    done = await asyncio.gather(*puts, return_exceptions=True)
    assert [answer for answer in done if answer is True] == [True]
    assert sum(isinstance(answer, errors.StaleVersion) for answer in done) == 3


async def test_a_later_version_of_nothing_and_a_code_of_somebody_else_are_refused(asking: Asking) -> None:
    first = await asking.asks()
    with pytest.raises(errors.CallbackUnknown):
        await asking.callbacks.put(asking.version(number=2), b"", b"", NOW)
    with pytest.raises(errors.OtherBytes):
        await asking.callbacks.put(asking.version(), code_of(first), b"mine", NOW)
    with pytest.raises(errors.StaleChallenge):
        await asking.callbacks.put(asking.version(team=os.urandom(32)), b"", b"", NOW)
    assert await asking.callbacks.count() == 1


async def test_no_more_than_there_are_places_for(asking: Asking) -> None:
    for _ in range(3):
        await asking.callbacks.put(asking.version(), b"", b"", NOW, places=3)
    with pytest.raises(errors.CallbacksFull):
        await asking.callbacks.put(asking.version(), b"", b"", NOW, places=3)


# Leases


async def test_a_lease_is_one_persons_and_seen_by_all(asking: Asking) -> None:
    version = await asking.asks()
    taken = await asyncio.gather(asking.takes(version), asking.takes(version, BJORN), return_exceptions=True)
    assert sum(isinstance(answer, errors.CallbackTaken) for answer in taken) == 1
    lease = (await found(asking, version.id)).held(NOW)
    assert lease is not None
    assert lease.name in ("amina", "bjorn")


async def test_after_twenty_minutes_another_may_have_it_and_its_holder_may_go_on_before(
    asking: Asking,
) -> None:
    version = await asking.asks()
    await asking.takes(version)
    await asking.takes(version, now=NOW + 600)
    with pytest.raises(errors.CallbackTaken):
        await asking.takes(version, BJORN, now=NOW + 20 * 60)
    await asking.takes(version, BJORN, now=NOW + 600 + 20 * 60)
    with pytest.raises(errors.CallbackNotHeld):
        await asking.callbacks.number(version.id, AMINA, 1, NOW + 600 + 20 * 60)


async def test_given_back_it_is_free_and_nobody_gives_back_anothers(asking: Asking) -> None:
    version = await asking.asks()
    await asking.takes(version)
    await asking.callbacks.release(version.id, BJORN)
    with pytest.raises(errors.CallbackTaken):
        await asking.takes(version, BJORN)
    await asking.callbacks.release(version.id, AMINA)
    await asking.takes(version, BJORN)


async def test_the_numbers_half_is_for_the_holder_of_this_version(asking: Asking) -> None:
    version = await asking.asks()
    number = asking.callbacks.number
    with pytest.raises(errors.CallbackNotHeld):
        await number(version.id, AMINA, 1, NOW)
    await asking.takes(version)
    assert await number(version.id, AMINA, 1, NOW) == version.halves.number
    with pytest.raises(errors.CallbackNotHeld):
        await number(version.id, BJORN, 1, NOW)
    with pytest.raises(errors.CallbackNotHeld):
        await number(version.id, AMINA, 1, NOW + 20 * 60)
    await asking.callbacks.put(asking.next(version), b"", b"", NOW)
    with pytest.raises(errors.StaleVersion):
        await number(version.id, AMINA, 1, NOW)
    with pytest.raises(errors.CallbackUnknown):
        await number(CallbackId("x" * 43), AMINA, 1, NOW)


# Outcomes


async def test_after_a_try_it_waits_again_for_anybody(asking: Asking) -> None:
    version = await asking.asks()
    request = await asking.takes(version)
    course = Course(1, NOW + 1_800, over=False)
    after = await asking.callbacks.outcome(request, AMINA, "no-answer", course, NOW)
    assert (after.attempts, after.not_before, after.outcome, after.lease) == (
        1,
        NOW + 1_800,
        "no-answer",
        None,
    )
    assert (await asking.takes(version, BJORN)).attempts == 1


async def test_a_result_counts_once_and_only_by_the_holder_of_this_version(asking: Asking) -> None:
    version = await asking.asks()
    request = await asking.takes(version)
    course = Course(1, NOW + 1_800, over=False)
    with pytest.raises(errors.CallbackNotHeld):
        await asking.callbacks.outcome(request, BJORN, "no-answer", course, NOW)
    told = (asking.callbacks.outcome(request, AMINA, "no-answer", course, NOW) for _ in range(3))
    done = await asyncio.gather(*told, return_exceptions=True)
    assert sum(isinstance(answer, Request) for answer in done) == 1
    assert (await found(asking, version.id)).attempts == 1


@pytest.mark.parametrize("what", ["reached", "someone-else", "wrong-number", "no-answer"])
async def test_where_nobody_calls_again_all_that_was_asked_is_gone_at_once(
    asking: Asking, ledger: Store, what: Outcome
) -> None:
    version = await asking.asks()
    request = await asking.takes(version)
    await asking.callbacks.add_note(version.id, AMINA, Note(NOW, asking.team, b"note"), NOW)
    after = await asking.callbacks.outcome(request, AMINA, what, OVER, NOW)
    assert (after.state, after.doc, after.sealed, after.card, after.team) == ("over", b"", b"", b"", b"")
    assert await asking.callbacks.under_code(code_of(version)) is None
    assert not await ledger.command("HEXISTS", f"varsam:{{callbacks}}:request:{version.id}", "number")
    with pytest.raises(errors.CallbackOver):
        await asking.callbacks.number(version.id, AMINA, 1, NOW)
    with pytest.raises(errors.CallbackUnknown):
        await asking.callbacks.put(asking.next(version), b"", b"", NOW)
    assert [note.sealed for note in await asking.callbacks.notes(version.id)] == [b"note"]
    await asking.callbacks.erase(version.id, NOW)
    assert await keys_of(ledger) == set()
    assert await asking.teams.under() == {}


# Cancelling


async def test_cancelled_it_is_a_line_without_content_and_says_so_to_whoever_has_it_in_hand(
    asking: Asking, ledger: Store
) -> None:
    version = await asking.asks()
    request = await asking.takes(version)
    await asking.callbacks.add_note(version.id, AMINA, Note(NOW, asking.team, b"note"), NOW)
    for _ in range(2):
        line = await asking.callbacks.cancel(request, NOW + DAY + HOUR, NOW)
        assert (line.state, line.sealed, line.card, line.language) == ("cancelled", b"", b"", "sv")
    with pytest.raises(errors.CallbackCancelled):
        await asking.callbacks.number(version.id, AMINA, 1, NOW)
    with pytest.raises(errors.CallbackCancelled):
        await asking.takes(version)
    with pytest.raises(errors.CallbackCancelled):
        await asking.callbacks.put(asking.next(version), b"", b"", NOW)
    assert await asking.callbacks.notes(version.id) == []
    assert await asking.teams.under() == {}
    assert await asking.callbacks.expired(NOW + DAY + HOUR - 1) == []
    assert await asking.callbacks.expired(NOW + DAY + HOUR) == [version.id]


# Notes


async def test_notes_are_their_holders_and_bounded(asking: Asking) -> None:
    version = await asking.asks()
    note = Note(NOW, asking.team, b"note")
    with pytest.raises(errors.CallbackNotHeld):
        await asking.callbacks.add_note(version.id, AMINA, note, NOW)
    await asking.takes(version)
    for _ in range(NOTES):
        await asking.callbacks.add_note(version.id, AMINA, note, NOW)
    with pytest.raises(errors.Full):
        await asking.callbacks.add_note(version.id, AMINA, note, NOW)
    with pytest.raises(errors.CallbackNotHeld):
        await asking.callbacks.add_note(version.id, BJORN, note, NOW)
    assert await asking.teams.under() == {asking.team: NOTES + 1}


# Erasing


async def test_when_its_time_is_over_nothing_is_left(asking: Asking, ledger: Store) -> None:
    version = await asking.asks()
    assert await asking.callbacks.expired(version.expires - 1) == []
    assert await asking.callbacks.expired(version.expires) == [version.id]
    await asking.callbacks.erase(version.id, version.expires)
    await asking.callbacks.erase(version.id, version.expires)
    assert await keys_of(ledger) == set()
