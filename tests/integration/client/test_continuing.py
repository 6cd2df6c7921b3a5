"""The live store loses entries that it had acknowledged, and the conversation goes on under a new id (E9)."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from chat import wire
from chat.client.counsellor import Counsellor
from chat.client.visitor import Visitor
from chat.store.connections import Store
from tests.integration.client.conftest import Town
from tests.support.rollback import Rollback


@pytest_asyncio.fixture
async def live(town: Town) -> AsyncIterator[Store]:
    async with Store(town.house.addresses.live) as store:
        yield store


async def in_conversation(town: Town, *words: str) -> tuple[Visitor, Counsellor, str]:
    visitor = await town.waiting_visitor(*words)
    counsellor = await town.counsellor()
    sid = await counsellor.takes_next()
    await visitor.is_admitting()
    return visitor, counsellor, sid


async def is_restored(visitor: Visitor, counsellor: Counsellor, sid: str) -> str:
    """Wait until both are in it under another id; that."""
    await visitor.until(lambda: visitor.sid != sid, "the visitor goes on")
    await visitor.is_admitting()
    await counsellor.until(
        lambda: visitor.sid in counsellor.cases and counsellor.is_in(visitor.sid), "the counsellor goes on"
    )
    return visitor.sid


async def test_what_the_visitor_wrote_and_the_store_lost_is_there_again(town: Town, live: Store) -> None:
    visitor, counsellor, sid = await in_conversation(town, "Är någon där?")
    await counsellor.writes(sid, "Ja.")
    await visitor.hears("Ja.")
    async with Rollback(live, sid) as lost:
        for words in ("ett", "två", "tre"):
            await visitor.writes(words)
        await counsellor.hears(sid, "tre")
    assert lost.entries == 3
    await visitor.writes("fyra")
    new = await is_restored(visitor, counsellor, sid)
    await counsellor.hears(new, "fyra")
    expected = ["Är någon där?", "Ja.", "ett", "två", "tre", "fyra"]
    assert counsellor.conversation(new).words() == expected
    assert visitor.conversation.words() == expected
    assert counsellor.conversation(new).alarm is None
    assert visitor.conversation.alarm is None
    await counsellor.writes(new, "fem")
    await visitor.hears("fem")
    assert sid not in counsellor.cases
    assert await town.house.parts.node.conversations.facts(sid) is None  # type: ignore[arg-type]


async def test_what_the_counsellor_wrote_and_the_store_lost_is_there_again(town: Town, live: Store) -> None:
    visitor, counsellor, sid = await in_conversation(town, "Är någon där?")
    async with Rollback(live, sid):
        for words in ("ett", "två", "tre"):
            await counsellor.writes(sid, words)
        await visitor.hears("tre")
    await counsellor.conversation(sid).sends("fyra")
    new = await is_restored(visitor, counsellor, sid)
    await visitor.hears("fyra")
    await counsellor.hears(new, "fyra")
    expected = ["Är någon där?", "ett", "två", "tre", "fyra"]
    assert visitor.conversation.words() == expected
    assert counsellor.conversation(new).words() == expected


async def test_what_only_the_counsellor_holds_comes_to_a_visitor_who_was_away(
    town: Town, live: Store
) -> None:
    visitor, counsellor, sid = await in_conversation(town, "Är någon där?")
    async with Rollback(live, sid):
        await visitor.loses_the_connection()
        for words in ("ett", "två", "tre"):
            await counsellor.writes(sid, words)
    await counsellor.conversation(sid).sends("fyra")
    await counsellor.until(lambda: counsellor.conversation(sid).lost, "the counsellor knows")
    await visitor.reconnects()
    new = await is_restored(visitor, counsellor, sid)
    await visitor.hears("fyra")
    await counsellor.hears(new, "fyra")
    assert visitor.conversation.words() == ["Är någon där?", "ett", "två", "tre", "fyra"]
    assert counsellor.conversation(new).words() == visitor.conversation.words()


async def test_who_waits_keeps_the_place_and_what_was_written(town: Town, live: Store) -> None:
    visitor = await town.waiting_visitor("ett")
    behind = await town.waiting_visitor("jag väntar också")
    sid = visitor.sid
    async with Rollback(live, sid):
        await visitor.writes("två")
        await visitor.writes("tre")
    await visitor.conversation.sends("fyra")
    await visitor.until(lambda: visitor.sid != sid, "the visitor goes on")
    await visitor.until(lambda: len(visitor.conversation.texts) == 4, "all is stored again")
    counsellor = await town.counsellor()
    assert await counsellor.takes_next() == visitor.sid, "the same place, before who came later"
    await counsellor.hears(visitor.sid, "fyra")
    assert counsellor.conversation(visitor.sid).words() == ["ett", "två", "tre", "fyra"]
    assert await counsellor.takes_next() == behind.sid


async def test_nobody_but_who_was_in_is_given_it_or_sees_it_in_the_queue(town: Town, live: Store) -> None:
    visitor, amina, sid = await in_conversation(town, "Är någon där?")
    bjorn = await town.counsellor("Björn")
    async with Rollback(live, sid):
        for words in ("ett", "två", "tre"):
            await visitor.writes(words)
    await amina.closes()
    await visitor.conversation.sends("fyra")
    await visitor.until(lambda: visitor.sid != sid, "the visitor goes on")
    await visitor.until(lambda: visitor.conversation.log.index >= 1, "it stands")
    later = await town.waiting_visitor("jag är ny")
    refused = await bjorn.is_refused(wire.Take(ref=bjorn.ref(), sid=visitor.sid))
    assert refused.code == "queue-empty"
    assert await bjorn.takes_next() == later.sid
    await later.until(lambda: later.position is None or later.position == 1, "nobody stands before it")
    await bjorn.until(lambda: bjorn.desk is not None and not bjorn.desk.waiting[1:], "the queue is told")
    # Whoever was in comes back on a new page, and takes it from the queue as any other.
    again = await town.second_tab(amina)
    await again.goes_on_duty()
    assert await again.takes_next() == visitor.sid
    await again.hears(visitor.sid, "fyra")
    assert again.conversation(visitor.sid).words() == ["Är någon där?", "ett", "två", "tre", "fyra"]


async def test_a_conversation_is_continued_again_and_again_but_not_without_end(
    town: Town, live: Store
) -> None:
    visitor, counsellor, sid = await in_conversation(town)
    for number in range(5):
        async with Rollback(live, sid):
            for part in range(3):
                await visitor.writes(f"{number} {part}")
        await visitor.conversation.sends(f"{number} igen")
        sid = await is_restored(visitor, counsellor, sid)
        await counsellor.hears(sid, f"{number} igen")
        await visitor.hears(f"{number} igen")
    expected = [f"{number} {part}" for number in range(5) for part in (0, 1, 2, "igen")]
    assert counsellor.conversation(sid).words() == visitor.conversation.words() == expected
    async with Rollback(live, sid):
        await visitor.writes("en gång till")
    await visitor.conversation.sends("och igen")
    with pytest.raises(Exception, match="E9"):
        await visitor.until(lambda: False, "it is given up")
