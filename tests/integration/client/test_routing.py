"""Who is given whom: what visitors tell, wishes, triage, professionals, conflicts of interest and a counsellor's state
(Before 3, 7, 8; Prof 1; Staff 1), from page to page through the service.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx
import pytest
import pytest_asyncio
from msgspec.structs import replace

from chat import wire
from chat.client.counsellor import Counsellor
from chat.client.visitor import Visitor
from chat.demo.organisation import skills
from chat.live.node import no_record
from chat.rules.ids import Sid
from chat.rules.told import OTHER, Skills, Told
from tests.integration.client.conftest import Town
from tests.integration.server.house import House, house_open

TAKE = wire.Take(ref=77)
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one_house() -> AsyncIterator[House]:
    async with house_open() as house:
        yield house


@pytest_asyncio.fixture(loop_scope="module")
async def town(one_house: House) -> AsyncIterator[Town]:
    """The same house for all of these, with nobody in it."""
    live = one_house.parts.stores["live"]
    await live.command("DEL", "varsam:{queue}:places")
    await live.command("DEL", "varsam:{duty}:on")
    object.__setattr__(one_house.parts.node, "skills", no_record)
    async with AsyncExitStack() as stack:
        yield Town(one_house, stack)


def staffed(town: Town, **others: Skills) -> None:
    """The demo's staff, or as is said here."""

    async def known(account: str, pseudonym: str) -> Skills:
        return others.get(pseudonym) or await skills(account, pseudonym)

    object.__setattr__(town.house.parts.node, "skills", known)


async def waits(
    town: Town, told: wire.Told | None = None, entrance: wire.Entrance | None = "self"
) -> Visitor:
    visitor = await town.visitor()
    await visitor.starts(entrance, told)
    return visitor


async def stand(counsellor: Counsellor, count: int) -> list[wire.Waiting]:
    return (await counsellor.sees(lambda desk: len(desk.waiting) == count)).waiting


async def test_what_a_visitor_told_stands_at_the_console_and_goes_along(town: Town) -> None:
    staffed(town)
    amina = await town.counsellor()
    told = wire.Told(
        age="15-17", municipality="1490", gender="woman", languages=["ar", "sv"], triage=["abroad"]
    )
    excluded = (await town.visitor()).not_by("Björn")
    visitor = await waits(town, replace(told, without=excluded), "other")
    (waiting,) = await stand(amina, 1)
    assert (waiting.entrance, waiting.told, waiting.other) == ("other", told, False)
    sid = await amina.takes_next()
    assert amina.cases[sid].about == wire.About(language="sv", entrance="other", told=told)
    facts = await town.house.parts.node.conversations.facts(Sid(visitor.sid))
    assert facts is not None
    assert facts.told.without == tuple(excluded)
    tab = await town.second_tab(amina)
    await tab.goes_on_duty()
    await tab.has_rejoined(sid)
    assert tab.cases[sid].about == amina.cases[sid].about, "also where the page is loaded again"


async def test_nothing_told_is_nothing_kept(town: Town) -> None:
    amina = await town.counsellor()
    visitor = await waits(town, None, None)
    (waiting,) = await stand(amina, 1)
    assert (waiting.told, waiting.unmet, waiting.other) == (None, [], False)
    facts = await town.house.parts.node.conversations.facts(Sid(visitor.sid))
    assert facts is not None
    assert facts.told == Told()


async def test_a_municipality_that_is_not_known_counts_as_another_one(town: Town) -> None:
    amina = await town.counsellor()
    await waits(town, wire.Told(municipality="9999"))
    (waiting,) = await stand(amina, 1)
    assert waiting.told == wire.Told(municipality=OTHER)


async def test_triage_orders_the_queue_also_when_it_is_told_while_waiting(town: Town) -> None:
    amina = await town.counsellor()
    first, second, third = [await waits(town) for _ in range(3)]
    await third.until(lambda: third.position == 3, "the third place")
    await second.tells(wire.Told(triage=["watched"]))
    await third.tells(wire.Told(triage=["danger"]))
    await third.until(lambda: third.position == 1, "the first to be answered")
    assert first.position == 1, "what was said is not taken back"
    assert [await amina.takes_next() for _ in range(3)] == [third.sid, second.sid, first.sid]


async def test_a_wish_that_nobody_on_duty_can_meet_is_said_and_may_be_dropped(town: Town) -> None:
    staffed(town)
    amina = await town.counsellor()
    visitor = await waits(town, wire.Told(gender="man"))
    await visitor.until(lambda: visitor.unmet == ["gender"], "what cannot be met is said")
    assert visitor.on_duty == 1
    (waiting,) = await stand(amina, 1)
    assert (waiting.other, waiting.unmet) == (True, ["gender"])
    assert (await amina.is_refused(TAKE)).code == "queue-empty"
    await visitor.tells(wire.Told())
    await visitor.until(lambda: not visitor.unmet, "the wish is dropped")
    assert await amina.takes_next() == visitor.sid


async def test_a_wish_waits_for_whoever_can_meet_it(town: Town) -> None:
    staffed(town)
    amina, bjorn = await town.counsellor(), await town.counsellor("Björn")
    arabic, other = await waits(town, wire.Told(languages=["ar"])), await waits(town)
    assert await bjorn.takes_next() == other.sid
    assert await amina.takes_next() == arabic.sid


async def test_whom_a_visitor_does_not_want_is_never_given_and_never_shown_that_visitor(town: Town) -> None:
    amina, bjorn = await town.counsellor(), await town.counsellor("Björn")
    excluded = (await town.visitor()).not_by("  bjorn ")
    visitor = await waits(town, wire.Told(without=excluded))
    (waiting,) = await stand(amina, 1)
    assert waiting.told is None, "whom it is about is nobody's to know"
    await stand(bjorn, 0)
    assert (await bjorn.is_refused(TAKE)).code == "queue-empty"
    assert await amina.takes_next() == visitor.sid


async def test_a_conflict_of_interest_is_declined_unseen(town: Town) -> None:
    amina, bjorn = await town.counsellor(), await town.counsellor("Björn")
    visitor, behind = await waits(town), await waits(town)
    first, _ = await stand(amina, 2)
    await amina.declines(first.number)
    await stand(amina, 1)
    assert (visitor.position, behind.position) == (1, 2)
    assert await amina.takes_next() == behind.sid
    assert visitor.conversation.log.index == 1, "nothing was said to the visitor"
    assert await bjorn.takes_next() == visitor.sid


async def test_one_that_is_being_opened_is_declined_and_given_back(town: Town) -> None:
    amina, bjorn = await town.counsellor(), await town.counsellor("Björn")
    visitor = await waits(town)
    (place,) = await stand(amina, 1)
    sid = await amina.leases_next()
    await amina.declines(place.number, sid)
    assert (await amina.is_refused(TAKE)).code == "queue-empty"
    assert await bjorn.takes_next() == visitor.sid == sid
    assert (await amina.is_refused(wire.Decline(ref=78, number=place.number))).code == "wrong-moment"


async def test_on_a_break_or_finishing_nobody_is_given_and_visitors_are_told_the_truth(town: Town) -> None:
    amina = await town.counsellor()
    amina.keeps_connected()
    visitor = await waits(town)
    await visitor.until(lambda: visitor.on_duty == 1, "somebody is there")
    states: tuple[wire.DutyState, ...] = ("break", "finishing")
    for state in states:
        await amina.says(state)
        assert (await amina.is_refused(TAKE)).code == "unavailable"
        await visitor.until(lambda: visitor.on_duty == 0, "nobody takes anybody")
        async with httpx.AsyncClient() as http:
            told = (await http.get(f"{town.house.visitor}/v1/availability.json")).json()
        assert (told["state"], told["answers"]) == ("unstaffed", [])
        await amina.loses_the_connection()
        await amina.is_back()
        assert (await amina.is_refused(TAKE)).code == "unavailable", "also after a lost connection"
        await amina.says("available")
        await visitor.until(lambda: visitor.on_duty == 1, "somebody is there again")
    assert await amina.takes_next() == visitor.sid


async def test_a_crisis_takes_all_of_a_counsellor(town: Town) -> None:
    amina = await town.counsellor()
    await waits(town)
    sid = await amina.takes_next()
    await waits(town)
    await amina.says("available", sid)
    assert (await amina.is_refused(TAKE)).code == "at-capacity"
    await amina.ends(sid)
    await amina.takes_next()


async def test_professionals_have_a_queue_and_a_seat_of_their_own(town: Town) -> None:
    amina = await town.counsellor()
    one, two = await waits(town, None, "work"), await waits(town, None, "work")
    visitor = await waits(town)
    await visitor.until(lambda: visitor.position == 1, "in a queue of its own")
    await two.until(lambda: two.position == 2, "behind the other")
    assert await amina.takes_next() == visitor.sid, "visitors first"
    assert await amina.takes_next() == one.sid
    assert (await amina.is_refused(TAKE)).code == "queue-empty", "the seats that are left are the visitors'"
    late = await waits(town)
    assert await amina.takes_next() == late.sid
    await amina.ends(one.sid)
    assert await amina.takes_next() == two.sid


async def test_who_takes_no_professionals_is_given_none_and_they_are_told(town: Town) -> None:
    staffed(town, Amina=Skills(takes="visitors"))
    amina = await town.counsellor()
    asks = await waits(town, None, "work")
    await asks.until(lambda: asks.unmet == ["work"], "nobody takes those who ask in their work")
    assert asks.on_duty == 0
    assert (await amina.is_refused(TAKE)).code == "queue-empty"


async def test_what_somebody_can_answer_now_is_from_who_is_there(town: Town) -> None:
    staffed(town)

    async def answers() -> list[str]:
        async with httpx.AsyncClient() as http:
            found: list[str] = (await http.get(f"{town.house.visitor}/v1/availability.json")).json()[
                "answers"
            ]
        return found

    bjorn = await town.counsellor("Björn")
    assert await answers() == ["sv", "en"]
    await town.counsellor()
    assert await answers() == ["sv", "en", "ar", "so"]
    await bjorn.says("break")
    assert set(await answers()) == {"sv", "en", "ar", "so"}


async def test_once_somebody_is_in_nothing_more_is_told_here(town: Town) -> None:
    amina = await town.counsellor()
    visitor = await waits(town)
    await amina.takes_next()
    await visitor.is_admitting()
    assert (
        await visitor.is_refused(wire.Tell(ref=9, sid=visitor.sid, told=wire.Told()))
    ).code == "wrong-moment"
