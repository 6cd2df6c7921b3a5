"""The live store loses entries that it had acknowledged, and the conversation goes on under a new id (E9)."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from chat import wire
from chat.client.counsellor import Counsellor
from chat.client.visitor import Visitor
from chat.rules import limits
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


class Slow:
    """A visitor's page that answers no offer until it is told to."""

    def __init__(self, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
        self._visitor, self._answers, self._patch = visitor, visitor._answer_offers, monkeypatch
        monkeypatch.setattr(visitor, "_answer_offers", self._waits)

    async def _waits(self) -> None:
        pass

    async def answers(self) -> None:
        self._patch.setattr(self._visitor, "_answer_offers", self._answers)
        await self._visitor._answer_offers()


async def continued_and_leased(
    town: Town, live: Store, monkeypatch: pytest.MonkeyPatch
) -> tuple[Visitor, Counsellor, Slow]:
    """A visitor's page goes on under a new id, which Amina has leased and is not let into."""
    visitor, amina, sid = await in_conversation(town, "Är någon där?")
    async with Rollback(live, sid):
        for words in ("ett", "två", "tre"):
            await visitor.writes(words)
        await amina.hears(sid, "tre")
    slow = Slow(visitor, monkeypatch)
    await visitor.conversation.sends("fyra")
    await amina.until(lambda: visitor.sid != sid and visitor.sid in amina.cases, "she has taken it")
    case = amina.cases[visitor.sid]
    await amina.until(lambda: case.has_offered, "her offer stands")
    return visitor, amina, slow


async def goes_on(visitor: Visitor, amina: Counsellor) -> None:
    await amina.until(lambda: visitor.sid in amina.cases and amina.is_in(visitor.sid), "she is in again", 30)
    await amina.hears(visitor.sid, "fyra")
    assert amina.conversation(visitor.sid).words() == ["Är någon där?", "ett", "två", "tre", "fyra"]
    await amina.writes(visitor.sid, "fem")
    await visitor.hears("fem")


async def test_a_lease_that_the_visitors_page_did_not_answer_in_time_is_taken_once_more(
    town: Town, live: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, amina, slow = await continued_and_leased(town, live, monkeypatch)
    town.house.clock.ahead += limits.OFFER_SECONDS + 1
    await visitor.until(lambda: visitor.conversation.said[-1] == "returned", "the lease is over", 20)
    await slow.answers()
    await goes_on(visitor, amina)


async def test_a_counsellor_whose_connection_was_lost_for_longer_than_the_lease_takes_it_once_more(
    town: Town, live: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, amina, slow = await continued_and_leased(town, live, monkeypatch)
    await amina.loses_the_connection()
    town.house.clock.ahead += limits.LEASE_SECONDS + 1
    await visitor.until(lambda: visitor.conversation.said[-1] == "returned", "the lease is over", 20)
    await slow.answers()
    await amina.reconnects()
    await goes_on(visitor, amina)


async def test_a_lease_whose_answer_was_lost_is_given_to_the_same_duty_key_again(
    town: Town, live: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, amina, slow = await continued_and_leased(town, live, monkeypatch)
    again = await amina.asks(wire.Take(ref=amina.ref(), sid=visitor.sid))
    assert isinstance(again, wire.Leased)
    assert again.lease == amina.cases[visitor.sid].lease
    await slow.answers()
    await goes_on(visitor, amina)


async def test_who_waits_for_what_is_gone_hears_how_it_ended(
    town: Town, live: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, amina, _ = await continued_and_leased(town, live, monkeypatch)
    case = amina.cases[visitor.sid]
    await amina.loses_the_connection()
    await visitor.closes_conversation(visitor.conversation)
    await amina.reconnects()
    await amina.until(lambda: case.conversation.ended is not None, "she hears that it is over")


async def test_a_loss_that_was_told_while_a_process_was_deaf_is_found_when_it_hears_again(
    town: Town, live: Store
) -> None:
    visitor, amina, sid = await in_conversation(town, "Är någon där?")
    await amina.writes(sid, "Ja.")
    await visitor.hears("Ja.")
    # A member's page said it, and what was published of it did not come: only the store knows.
    await live.command("HSET", f"varsam:{{{sid}}}:facts", "lost", 1)
    await live.command("CLIENT", "KILL", "TYPE", "pubsub")
    new = await is_restored(visitor, amina, sid)
    assert amina.conversation(new).words() == visitor.conversation.words() == ["Är någon där?", "Ja."]


async def test_an_end_that_was_told_while_a_process_was_deaf_is_heard_by_who_waits_for_the_visitor(
    town: Town, live: Store
) -> None:
    visitor, amina, sid = await in_conversation(town, "Är någon där?")
    await visitor.loses_the_connection()
    async with Rollback(live, sid):
        await amina.writes(sid, "ett")
    await amina.conversation(sid).sends("två")
    await amina.until(lambda: amina.conversation(sid).lost, "she knows")
    await live.command("DEL", f"varsam:{{{sid}}}:facts", f"varsam:{{{sid}}}:log")
    await live.command("CLIENT", "KILL", "TYPE", "pubsub")
    await amina.is_over(sid)


async def test_a_start_that_is_sent_again_over_another_connection_brings_the_visitor_back_into_the_queue(
    town: Town,
) -> None:
    visitor = await town.waiting_visitor("ett")
    queue, clock = town.house.parts.node.queue, town.house.clock

    async def is_away() -> bool:
        (place,) = await queue.places(int(clock()))
        return place.away

    await visitor.loses_the_connection()
    async with asyncio.timeout(10):
        while not await is_away():  # noqa: ASYNC110 (the store says so)
            await asyncio.sleep(0.02)
    start = visitor._start
    assert start
    await visitor.connects()
    await visitor.asks(start)
    await visitor.asks(wire.Ping(ref=visitor.ref()))
    assert not await is_away()
