"""The live store loses the last entries that it had acknowledged: while everybody is connected, or by coming back as it was
a while ago. Conversations go on as restored (S3, E9).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from tests.faults.service import Service
from tests.faults.talks import ARRIVE_SECONDS, Talk, a_talk, a_visitor
from tests.support.rollback import Rollback

pytestmark = pytest.mark.asyncio(loop_scope="module")


@asynccontextmanager
async def is_rolled_back(whole: Service, talk: Talk) -> AsyncIterator[None]:
    """What is written in here, three entries at least, the store has lost afterwards."""
    async with Rollback(whole.live_store, talk.sid) as lost:
        yield
    assert lost.entries >= 3


async def goes_on(talk: Talk, before: str) -> None:
    """Wait until both are in it again, under another id."""
    visitor, counsellor = talk.visitor, talk.counsellor
    await visitor.until(lambda: visitor.sid != before, "the visitor's page goes on", ARRIVE_SECONDS)
    talk.sid = visitor.sid
    await counsellor.until(
        lambda: talk.sid in counsellor.cases, "the counsellor's page goes on", ARRIVE_SECONDS
    )
    await visitor.is_admitting(ARRIVE_SECONDS)


async def all_are_ready(whole: Service) -> None:
    await asyncio.gather(*(server.says(ready=True, seconds=10) for server in whole.servers))


async def test_three_entries_lost_under_both_pages_are_restored(whole: Service) -> None:
    async with a_talk(whole) as talk:
        before = talk.sid
        await talk.both_write(5)
        await talk.all_arrives()
        async with is_rolled_back(whole, talk):
            await talk.one_writes("visitor", 2)
            await talk.one_writes("counsellor", 1)
            await talk.all_arrives()
        # Neither knows: the next words of either show it.
        await talk.both_write(3)
        await goes_on(talk, before)
        await talk.all_arrives()
        await talk.both_write(20)
        await talk.all_arrives()
        assert len(talk.visitor.continuations) == 1
        assert await whole.live_store.command("EXISTS", f"varsam:{{{before}}}:facts") == 0
        await all_are_ready(whole)
        await talk.ends()
        whole.has_met_no_bug()


async def test_entries_lost_while_both_write_are_restored(whole: Service) -> None:
    async with a_talk(whole) as talk:
        before = talk.sid
        async with Rollback(whole.live_store, talk.sid):
            writing = asyncio.ensure_future(talk.both_write(60, pause=0.02))
            await talk.has_written("counsellor", 20)
        await writing
        await goes_on(talk, before)
        await talk.all_arrives()
        await all_are_ready(whole)
        await talk.ends()
        whole.has_met_no_bug()


async def test_a_store_that_comes_back_as_it_was_a_while_ago_is_found_out_at_once(whole: Service) -> None:
    async with a_talk(whole) as talk, AsyncExitStack() as stack:
        before = talk.sid
        waiting = await a_visitor(whole, stack)
        await waiting.starts()
        await waiting.writes("jag väntar")
        waited = waiting.sid
        await talk.both_write(5)
        await talk.all_arrives()
        async with Rollback(whole.live_store, waited), is_rolled_back(whole, talk):
            await talk.both_write(3)
            await talk.all_arrives()
            await waiting.writes("och väntar")
        # As a store does that was started again: every connection is new, and nobody has written a word.
        await whole.live_store.command("CLIENT", "KILL", "TYPE", "pubsub")
        await goes_on(talk, before)
        await talk.all_arrives()
        await waiting.until(lambda: waiting.sid != waited, "who waits goes on", ARRIVE_SECONDS)
        await talk.both_write(5)
        await talk.all_arrives()
        assert await talk.counsellor.takes_next() == waiting.sid
        await talk.counsellor.hears(waiting.sid, "och väntar")
        assert talk.counsellor.conversation(waiting.sid).words() == ["jag väntar", "och väntar"]
        await all_are_ready(whole)
        await talk.ends()
        whole.has_met_no_bug()
