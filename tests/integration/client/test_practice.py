"""Practice: a simulated visitor with real keys, through the service, for whoever practises and nobody else; it stands in no queue and
is counted nowhere.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from chat import wire
from chat.client.counsellor import Counsellor
from chat.client.link import Refused
from chat.client.visitor import Visitor
from chat.rules.ids import Sid
from tests.integration.client.conftest import Town


@asynccontextmanager
async def simulated(town: Town, counsellor: Counsellor, cookie: str | None = None) -> AsyncIterator[Visitor]:
    """As the console's page opens it: from its own origin, with its session."""
    house = town.house
    visitor = Visitor(house.staff, house.root, realm="varsam-demo", clock=house.clock)
    visitor.path = "/v1/practice"
    visitor._socket_origin = house.staff
    visitor.cookie = counsellor.cookie if cookie is None else cookie
    async with visitor:
        yield visitor


def counted(town: Town) -> dict[str, float]:
    """Every figure but of sockets and of what is stored and refused."""
    technical = ("sockets", "entries", "refused", "_created")
    return {
        sample.name: sample.value
        for family in town.house.parts.node.measures.registry.collect()
        for sample in family.samples
        if not any(word in sample.name for word in technical)
    }


async def open_now(town: Town) -> dict[str, object]:
    async with httpx.AsyncClient() as http:
        answer = (await http.get(town.house.visitor + "/v1/availability.json")).json()
    return {key: answer[key] for key in ("open", "state", "waiting")}


async def test_practice_goes_the_whole_way_and_nobody_is_counted_or_shown(town: Town) -> None:
    amina, bjorn = await town.counsellor(), await town.counsellor("Björn")
    before, free = counted(town), await open_now(town)
    async with simulated(town, amina) as visitor:
        await visitor.starts()
        assert (await open_now(town), await town.house.parts.node.queue.length()) == (free, 0)
        with pytest.raises(Refused) as nobody:
            await bjorn.leases_next()
        assert nobody.value.code == "queue-empty"
        with pytest.raises(Refused):
            await bjorn.leases_next(visitor.sid)
        with pytest.raises(Refused):
            await amina.leases_next()
        sid = await amina.leases_next(visitor.sid)
        await amina.follows(sid)
        await amina.is_admitted(sid, 20)
        await amina.writes(sid, "Hello")
        await visitor.hears("Hello")
        await visitor.writes("I practise")
        await amina.hears(sid, "I practise")
        foreign = await amina.is_refused(wire.Ask(ref=amina.ref(), sid=sid, purpose="handover"))
        assert foreign.code == "wrong-moment"
        await amina.ends(sid)
        assert await visitor.is_over() == "closed"
    assert counted(town) == before
    assert (await town.house.parts.stores["live"].command("HLEN", "varsam:{queue}:waits")) == 0


async def test_a_real_visitor_is_taken_as_ever_beside_it(town: Town) -> None:
    amina = await town.counsellor()
    async with simulated(town, amina) as visitor:
        await visitor.starts()
        real = await town.waiting_visitor("Hello")
        assert await amina.takes_next() == real.sid


async def test_nobody_practises_who_is_not_signed_in(town: Town) -> None:
    amina = await town.counsellor()
    for cookie in ("", "__Host-varsam=" + "A" * 43):
        with pytest.raises(Exception, match=r"signed-out|4401"):
            async with simulated(town, amina, cookie):
                pass


async def test_a_visitors_own_conversation_cannot_be_made_practice(town: Town) -> None:
    amina, bjorn = await town.counsellor(), await town.counsellor("Björn")
    real = await town.waiting_visitor("Hello")
    async with simulated(town, bjorn) as visitor:
        start = visitor.prepares()
        forged = wire.Start(
            ref=visitor.ref(), sid=real.sid, capability=start.capability, announcement=start.announcement,
            language="sv",
        )  # fmt: skip
        assert (await visitor.is_refused(forged)).code == "unverified"
        assert await town.house.parts.node.practice.whose(Sid(real.sid)) is None
    assert await amina.takes_next() == real.sid
