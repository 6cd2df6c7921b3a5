"""A call is asked for, changed, taken back, and made, end to end, by the second implementation and the real service (Call 1–6)."""

import pytest

from chat.client.http import Unanswered
from chat.crypto.chain import HOUR
from chat.crypto.encoding import b64
from chat.errors import VerificationError
from chat.live import callback_desk
from chat.rules import callbacks as rules
from chat.store.audit import Audit
from tests.integration.callback.office import CODE, NUMBER, Machine, Office, refused


async def test_a_request_is_called_back_with_the_card_read_first(office: Office) -> None:
    amina, bjorn = await office.two()
    caller = office.caller()
    kept = await caller.asks(office.wanted(), CODE)
    [line] = (await bjorn.looks()).lines
    assert (line.id, line.state, line.attempts, line.able) == (b64(caller.id), "waiting", 0, 2)
    assert kept.expires == line.windows[-1].end + 72 * HOUR
    held = await amina.takes(line.id)
    assert (held.card.cover, held.card.our_word, held.card.not_free_word) == ("library", "äppelträd", "fel")
    assert (await amina.is_shown_number(held)).number == NUMBER
    assert await refused(bjorn.takes(line.id)) == "callback-taken"
    [seen] = (await bjorn.looks()).lines
    assert seen.lease is not None
    assert (seen.lease.holder, seen.lease.mine) == ("Amina", False)
    assert (await caller.sees_status()).state == "taken"
    assert (await amina.tells(held, "reached")).state == "over"
    assert await refused(amina.is_shown_number(held)) == "callback-over"
    await amina.is_done(line.id)
    assert await office.kept() == []
    assert await refused(caller.sees_status()) == "callback-unknown"


async def test_one_who_joined_after_it_was_asked_calls_back_too(office: Office) -> None:
    amina = await office.counsellor("Amina")
    _, name = await office.asked()
    bjorn = await office.counsellor("Björn")
    with pytest.raises(VerificationError, match="C2"):
        await bjorn.takes(name)
    assert (await amina.looks()).alarm
    # Björn has made a newer key, which both hold; only Amina can do something about the one that the request is under.
    assert ((await amina.looks()).unshared, (await bjorn.looks()).unshared) == (1, 0)
    await amina.keeps_team()
    assert (await amina.looks()).unshared == 0
    await bjorn.keeps_team()
    assert not (await amina.looks()).alarm
    held = await bjorn.takes(name)
    assert (await bjorn.is_shown_number(held)).number == NUMBER


async def test_where_no_holder_is_left_to_share_it_the_next_machine_makes_a_key_and_calls_back(
    office: Office,
) -> None:
    """Whoever held the newest has cleared the browser, and never comes back to seal it to anybody."""
    await office.counsellor("Amina")
    before = await office.house.parts.calling.teams.newest()
    machine = Machine("Björn")
    await office.certifies(machine)
    bjorn = await office.at_desk(machine)
    found = await bjorn.keeps_team()
    newest = await office.house.parts.calling.teams.newest()
    assert newest != before
    assert found.teams[0].mine is not None
    _, name = await office.asked()
    held = await bjorn.takes(name)
    assert (await bjorn.is_shown_number(held)).number == NUMBER
    # Once it has one, no other is taken from it.
    await bjorn._makes(await bjorn.keeps_team())
    assert await office.house.parts.calling.teams.newest() == newest


async def test_professionals_have_a_queue_and_places_of_their_own(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prof 1: whoever asked first and whatever time it is, visitors are listed first, and their places are never taken."""
    monkeypatch.setattr(rules, "WORK_PLACES", 2)
    amina, _ = await office.two()
    for _ in range(2):
        await office.caller().asks(office.wanted(entrance="work"))
    late = office.caller()
    assert await refused(late.asks(office.wanted(entrance="work"))) == "callbacks-full"
    _, visitor = await office.asked(office.window(5 * HOUR))
    lines = (await amina.looks()).lines
    assert [(line.id == visitor, line.queue) for line in lines] == [
        (True, ""),
        (False, "work"),
        (False, "work"),
    ]
    held = await amina.takes(lines[-1].id)
    assert held.card.entrance == "work"
    await amina.tells(held, "reached")
    await amina.is_done(lines[-1].id)
    assert (await late.asks(office.wanted(entrance="work"))).version == 1


async def test_a_desk_lists_professionals_also_where_there_are_more_visitors_than_lines(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callback_desk, "LINES", 3)
    monkeypatch.setattr(callback_desk, "WORK_LINES", 1)
    amina, _ = await office.two()
    for entrance in ("self", "work", "other", "", "work"):
        await office.caller().asks(office.wanted(entrance=entrance))
    desk = await amina.looks()
    assert ([line.queue for line in desk.lines], desk.more) == (["", "", "work"], 2)


async def test_the_number_is_for_the_window_and_is_audited_without_it(office: Office) -> None:
    amina, _ = await office.two()
    _, name = await office.asked(office.window(3 * HOUR))
    held = await amina.takes(name)
    assert await refused(amina.is_shown_number(held)) == "outside-window"
    office.waits(3 * HOUR)
    assert await refused(amina.is_shown_number(held)) == "callback-not-held"
    held = await amina.takes(name)
    assert (await amina.is_shown_number(held)).number == NUMBER
    office.waits(2 * HOUR)
    held = await amina.takes(name)
    assert await refused(amina.is_shown_number(held)) == "outside-window"
    entries = await Audit(office.house.parts.stores["ledger"]).newest(20)
    told = [(e.who, e.what) for e in entries if e.about == f"callback {name[:8]}"]
    assert told.count(("Amina", "asked for the number of")) == 1
    assert all(NUMBER[1:] not in f"{e.who}{e.what}{e.about}" for e in entries)


async def test_the_code_changes_and_cancels_from_another_page_and_shows_nothing(office: Office) -> None:
    amina, _ = await office.two()
    first = office.caller()
    await first.asks(office.wanted(), CODE)
    again = office.caller()
    await again.remembers(CODE)
    assert again.key.public.raw == first.key.public.raw
    status = await again.sees_status()
    assert (status.state, status.version, status.attempts) == ("waiting", 1, 0)
    held = await amina.takes(b64(first.id))
    await again.changes(office.wanted(number="+46700000000", our_word="päronträd"))
    assert await refused(amina.is_shown_number(held)) == "stale-version"
    assert await refused(amina.tells(held, "reached")) == "stale-version"
    anew = await amina.takes(b64(first.id))
    assert anew.card.our_word == "päronträd"
    assert (await amina.is_shown_number(anew)).number == "+46700000000"
    for _ in range(2):
        assert (await again.cancels()).state == "cancelled"
    assert await refused(amina.is_shown_number(anew)) == "callback-cancelled"
    assert await refused(amina.takes(b64(first.id))) == "callback-cancelled"
    assert await refused(again.changes(office.wanted())) == "callback-cancelled"
    [line] = (await amina.looks()).lines
    assert (line.state, line.lease is not None) == ("cancelled", True)
    office.waits(2 * HOUR)
    await office.keeps()
    assert (await amina.looks()).lines == []
    assert await refused(again.remembers(CODE)) == "callback-unknown"


async def test_words_that_nobody_has_get_the_same_answer_as_those_of_what_is_over(office: Office) -> None:
    await office.two()
    caller = office.caller()
    before = await _asked_for(office)
    await caller.asks(office.wanted(), CODE)
    await caller.cancels()
    office.waits(2 * HOUR)
    await office.keeps()
    assert await _asked_for(office) == before == (404, b"callback-unknown")


async def _asked_for(office: Office) -> tuple[int, bytes]:
    with pytest.raises(Unanswered) as refusal:
        await office.caller().remembers(CODE)
    return refusal.value.answer.status, refusal.value.answer.body.split(b"\n", 1)[0]


async def test_there_are_two_attempts_half_an_hour_apart_and_none_after_somebody_else(office: Office) -> None:
    amina, bjorn = await office.two()
    _, name = await office.asked(office.window(hours=3))
    held = await amina.takes(name)
    line = await amina.tells(held, "no-answer")
    assert (line.state, line.attempts, line.lease) == ("waiting", 1, None)
    assert line.not_before >= office.now + 1_799
    held = await bjorn.takes(name)
    assert held.attempts == 1
    assert await refused(bjorn.is_shown_number(held)) == "outside-window"
    office.waits(1_801)
    held = await bjorn.takes(name)
    await bjorn.is_shown_number(held)
    assert (await bjorn.tells(held, "not-free")).state == "over"
    assert await refused(bjorn.takes(name)) == "callback-over"
    _, other = await office.asked(office.window(hours=3))
    assert (await amina.tells(await amina.takes(other), "someone-else")).state == "over"


async def test_notes_are_handed_to_the_next_shift_and_die_with_the_request(office: Office) -> None:
    amina, bjorn = await office.two()
    _, name = await office.asked(office.window(hours=3))
    held = await amina.takes(name)
    await amina.notes_on(held, "Hon kan prata efter åtta.")
    await amina.tells(held, "not-free")
    await amina.notes_for_shift("Ring den äldsta först.")
    office.waits(1_801)
    taken = await bjorn.takes(name)
    assert [(note.pseudonym, note.text) for note in taken.notes] == [("Amina", "Hon kan prata efter åtta.")]
    assert [note.text for note in await bjorn.reads_shift_notes()] == ["Ring den äldsta först."]
    await bjorn.tells(taken, "reached")
    assert await refused(amina.is_done(name)) == "callback-taken"
    await bjorn.is_done(name)
    office.waits(72 * HOUR + 1)
    await office.keeps()
    assert await office.house.parts.calling.teams.notes() == []


async def test_an_answer_that_was_lost_is_got_again_however_late_and_it_is_one_request(
    office: Office,
) -> None:
    await office.two()
    caller, name = await office.asked()
    assert (await caller.sends_again()).version == 1
    office.waits(2 * HOUR)
    again = await caller.sends_again()
    assert (again.id, again.version) == (name, 1)
    assert [request.id for request in await office.kept()] == [name]
