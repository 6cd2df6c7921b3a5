"""What somebody is told who has not begun: closed · free · a queue · full · nobody there (Before 4)."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from chat.config import OpeningHours
from chat.configured import opening
from chat.rules import limits
from chat.rules.waiting import LEAST_WAITS
from tests.integration.server.house import House
from tests.integration.server.people import a_counsellor, a_visitor

pytestmark = pytest.mark.asyncio(loop_scope="module")

NEVER = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), "")


def closes(house: House, **days: str) -> None:
    """Open on these days only."""
    object.__setattr__(house.parts.node, "hours", opening(OpeningHours(**{**NEVER, **days})))  # type: ignore[arg-type]


async def told(house: House) -> dict[str, Any]:
    async with httpx.AsyncClient() as http:
        answer = await http.get(f"{house.visitor}/v1/availability.json")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["access-control-allow-origin"] == "*"
    found: dict[str, Any] = answer.json()
    return found


async def test_nobody_there_free_and_a_queue_are_told_apart(own_house: House) -> None:
    house = own_house
    assert (await told(house))["state"] == "unstaffed"
    async with a_counsellor(house) as amina:
        assert await told(house) == {
            "open": True, "state": "free", "waiting": 0, "languages": ["sv", "en", "ar"], "answers": ["sv", "ar"],
            "numbers": [{"name": "Bris", "number": "116 111", "audience": "young", "note": {"sv": "Under 18 år"}}],
            "municipalities": {"1490": "Borås"},
        }  # fmt: skip
        async with a_visitor(house) as visitor:
            await visitor.starts()
            now = await told(house)
            assert (now["state"], now["waiting"], now["open"]) == ("queue", 1, True)
            await amina.takes_next()
            assert (await told(house))["state"] == "free"
    assert (await told(house))["state"] == "unstaffed"


async def test_languages_to_be_answered_in_are_told_only_while_somebody_is_there(own_house: House) -> None:
    assert (await told(own_house))["answers"] == []
    async with a_counsellor(own_house):
        assert (await told(own_house))["answers"] == ["sv", "ar"]
    assert (await told(own_house))["answers"] == []


async def test_closed_says_when_it_opens(own_house: House) -> None:
    house = own_house
    later = (datetime.fromtimestamp(house.clock(), UTC).weekday() + 3) % 7
    closes(house, **{list(NEVER)[later]: "08:00-12:00"})
    now = await told(house)
    assert (now["open"], now["state"]) == (False, "closed")
    opens = datetime.fromtimestamp(now["opens"], UTC)
    assert opens.weekday() == later
    assert now["opens"] > house.clock()


async def test_closed_for_good_and_without_anybody_to_verify_tells_no_time(own_house: House) -> None:
    house = own_house
    closes(house)
    assert "opens" not in await told(house)
    closes(house, **dict.fromkeys(NEVER, "00:00-24:00"))
    house.clock.ahead += 26 * 3600
    now = await told(house)
    assert (now["state"], now["open"]) == ("closed", False), "no freshness: nobody could be let in"
    assert "opens" not in now


async def test_a_full_queue_is_told_before_anybody_presses(own_house: House) -> None:
    house = own_house
    for number in range(limits.QUEUE_PLACES):
        await house.parts.node.queue.join(f"{number:043}", "sv", None, int(house.clock()))  # type: ignore[arg-type]
    now = await told(house)
    assert (now["state"], now["open"], now["waiting"]) == ("full", False, limits.QUEUE_PLACES)


async def test_a_closed_time_of_day_starts_nothing(own_house: House) -> None:
    closes(own_house)
    async with a_visitor(own_house) as visitor:
        assert (await visitor.is_refused(visitor.prepares())).code == "chat-closed"


async def test_how_long_others_waited_is_said_once_enough_have(own_house: House) -> None:
    house = own_house
    async with a_counsellor(house) as amina, a_visitor(house) as waiting:
        for _ in range(LEAST_WAITS):
            async with a_visitor(house) as answered:
                await answered.starts()
                await amina.takes_next()
                await answered.ends()
        await waiting.starts()
        now = await told(house)
        assert (now["state"], now["within"]) == ("queue", 5)
        assert sum(await house.parts.node.waits.recent(int(house.clock()))) == LEAST_WAITS
        house.clock.ahead += 20 * 60
        await asyncio.sleep(1.5)  # until the sockets have said again that they are here
        assert (await told(house))["within"] == 30, "somebody already waits for 20 minutes"
    assert "within" not in await told(house), "nobody is there"
