"""Stores that stand still, die, come back empty, or stop bringing what is published."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from tests.faults.service import Service
from tests.faults.talks import a_counsellor, a_talk, a_visitor

pytestmark = pytest.mark.asyncio(loop_scope="module")

STALL_SECONDS = 5.0


async def test_a_live_store_that_stands_still_for_5_seconds_loses_nothing(whole: Service) -> None:
    async with a_talk(whole) as talk:
        writing = asyncio.ensure_future(talk.both_write(60, pause=0.2))
        await asyncio.sleep(1)
        stalling = asyncio.ensure_future(whole.live.stalls(STALL_SECONDS))
        said = await whole.servers[0].says(ready=False, seconds=STALL_SECONDS)
        assert "does not answer" in said["live"][0]
        assert said["ledger"] == "ok"
        await stalling
        await asyncio.gather(*(server.says(ready=True, seconds=30) for server in whole.servers))
        await writing
        await talk.all_arrives()
        await talk.ends()
        whole.has_met_no_bug()


async def test_a_live_store_that_comes_back_empty_ends_conversations_in_words_and_the_service_heals(
    whole: Service,
) -> None:
    async with a_talk(whole) as talk, AsyncExitStack() as stack:
        waiting = await a_visitor(whole, stack)
        await waiting.starts()
        await talk.both_write(5)
        await talk.all_arrives()
        whole.live.is_killed()
        for server in whole.servers:
            assert "live" in await server.says(ready=False, seconds=30)
        await whole.live.starts()
        assert await talk.visitor.is_over(30) == "unknown"
        assert await talk.counsellor.is_over(talk.sid, 30) == "unknown"
        assert await waiting.is_over(30) == "unknown"
        # What could be read stays on the pages until they are closed, and no alarm was given.
        talk.is_sound()
        await asyncio.gather(*(server.says(ready=True, seconds=30) for server in whole.servers))
        # The counsellor who is connected need do nothing; who signs in anew is welcome too.
        again = await a_visitor(whole, stack)
        await again.starts()
        sid = await talk.counsellor.takes_next()
        assert sid == again.sid
        await talk.counsellor.writes(sid, "jag är kvar")
        await again.hears("jag är kvar")
        second = await a_visitor(whole, stack)
        await second.starts()
        bjorn = await a_counsellor(whole, stack, "Björn")
        assert await bjorn.takes_next() == second.sid
        await second.until(lambda: second.on_duty >= 0, "somebody is on duty")
        whole.has_met_no_bug()


async def test_a_lost_subscriber_connection_loses_nothing(whole: Service) -> None:
    async with a_talk(whole) as talk:
        writing = asyncio.ensure_future(talk.both_write(60, pause=0.1))
        while not writing.done():
            await whole.live_store.command("CLIENT", "KILL", "TYPE", "pubsub")
            await asyncio.sleep(0.3)
        await writing
        await talk.all_arrives()
        assert (talk.visitor.connections, talk.counsellor.connections) == (1, 1)
        await talk.ends()


async def test_a_process_that_is_not_brought_what_is_published_says_that_it_is_not_ready(
    whole: Service,
) -> None:
    async with a_talk(whole) as talk:
        server = whole.servers[0]
        said = None
        async with asyncio.timeout(20):
            # Each loss makes the pause before the next connection longer.
            while said is None:
                await whole.live_store.command("CLIENT", "KILL", "TYPE", "pubsub")
                answer = await server.readiness()
                said = None if answer["ready"] else answer
        assert "published" in said["live"][0]
        await server.says(ready=True, seconds=5)
        await talk.both_write(3)
        await talk.all_arrives()


async def test_without_the_ledger_conversations_go_on_and_begin_while_freshness_is_good(
    whole: Service,
) -> None:
    async with a_talk(whole) as talk, AsyncExitStack() as stack:
        whole.ledger.is_killed()
        for server in whole.servers:
            said = await server.says(ready=False, seconds=30)
            assert "does not answer" in said["ledger"][0]
            assert said["live"] == "ok"
        await talk.both_write(5)
        await talk.all_arrives()
        visitor = await a_visitor(whole, stack)
        await visitor.starts()
        assert await talk.counsellor.takes_next() == visitor.sid
        await talk.ends()
        await whole.ledger.starts()
        await asyncio.gather(*(server.says(ready=True, seconds=30) for server in whole.servers))
        # What the ledger acknowledged outlasted it: the next sign-in is on the next roster.
        bjorn = await a_counsellor(whole, stack, "Björn")
        second = await a_visitor(whole, stack)
        await second.starts()
        assert await bjorn.takes_next() == second.sid
        whole.has_met_no_bug()
