"""A chat that is ended for abuse is followed by a cool-down: bound to its capability, never to an address, and every one ends
(Staff 5).
"""

import pytest

from chat import wire
from chat.client.link import Refused
from chat.crypto.encoding import b64, digest
from chat.rules.limits import COOL_DOWN_MINUTES
from tests.integration.client.conftest import Town

SECONDS = 60 * COOL_DOWN_MINUTES


async def test_the_page_that_was_ended_waits_and_nobody_else_does(town: Town) -> None:
    visitor, amina = await town.waiting_visitor("..."), await town.counsellor()
    sid = await amina.takes_next()
    await visitor.is_admitting()
    await amina.ends(sid, cool_down=True)
    assert await visitor.is_over() == "closed"
    assert visitor.cools_until == pytest.approx(town.house.parts.node.now + SECONDS, abs=2)
    again = await town.visitor()
    again.before = visitor.capability
    with pytest.raises(Refused) as refused:
        await again.starts()
    assert refused.value.code == "cooling-down"
    await (await town.visitor()).starts()
    assert len(await town.house.parts.node.queue.places(town.house.parts.node.now)) == 1


async def test_every_cool_down_ends_and_what_is_kept_is_a_hash_with_a_time_to_live(town: Town) -> None:
    visitor, amina = await town.waiting_visitor("..."), await town.counsellor()
    sid = await amina.takes_next()
    await visitor.is_admitting()
    await amina.ends(sid, cool_down=True)
    await visitor.is_over()
    live = town.house.parts.stores["live"]
    (key,) = await live.command("KEYS", "varsam:{cooling:*")
    assert key.decode() == f"varsam:{{cooling:{digest(visitor.capability).hex()}}}"
    assert await live.command("GET", key) == b""
    assert SECONDS - 5 < await live.command("TTL", key) <= SECONDS
    await live.command("PEXPIRE", key, 1)
    again = await town.visitor()
    again.before = visitor.capability
    await again.starts()
    assert again.position or again.conversation.log.index


async def test_an_end_without_it_asks_nobody_to_wait(town: Town) -> None:
    visitor, amina = await town.waiting_visitor("..."), await town.counsellor()
    sid = await amina.takes_next()
    await visitor.is_admitting()
    await amina.ends(sid)
    await visitor.is_over()
    assert visitor.cools_until is None
    again = await town.visitor()
    again.before = visitor.capability
    await again.starts()


async def test_only_who_was_let_in_can_ask_for_it(town: Town) -> None:
    visitor, amina = await town.waiting_visitor("..."), await town.counsellor()
    bjorn = await town.counsellor("Björn")
    sid = await amina.takes_next()
    await visitor.is_admitting()
    foreign = await bjorn.is_refused(wire.Close(ref=bjorn.ref(), sid=sid, cool_down=True))
    assert foreign.code == "not-a-member"
    own = await visitor.is_refused(wire.Close(ref=visitor.ref(), sid=sid, cool_down=True))
    assert own.code == "wrong-role"
    assert await town.house.parts.stores["live"].command("KEYS", "varsam:{cooling:*") == []


async def test_a_capability_that_nobody_knows_keeps_nobody_out(town: Town) -> None:
    visitor = await town.visitor()
    visitor.before = bytes(32)
    await visitor.starts()
    assert b64(visitor.before) == "A" * 43
