"""A connection that is cut, or falls silent, at the worst moment."""

import asyncio
import time

import pytest

from chat import processes
from chat.client import link
from chat.client.link import Closed
from chat.rules.ids import Sid
from tests.faults.service import Service, becomes
from tests.faults.talks import Talk, a_talk

pytestmark = pytest.mark.asyncio(loop_scope="module")
HALF_OPEN_SECONDS = 25.0


async def length_of(whole: Service, sid: str) -> int:
    facts = await whole.conversations.facts(Sid(sid))
    assert facts
    return facts.length


async def loses_its_acknowledgements(whole: Service, talk: Talk, passage_number: int, side: str) -> None:
    """What is written now is stored; the connection is cut before its writer hears of it."""
    before = await length_of(whole, talk.sid)
    whole.balancer.passages[passage_number].loses_answers()
    await talk.one_writes(side, 10)

    async def all_stand() -> bool:
        return await length_of(whole, talk.sid) == before + 10

    await becomes(all_stand, 60)
    assert talk.ends_of_it[side].outbox
    whole.balancer.passages[passage_number].is_cut()


async def test_what_was_stored_but_not_acknowledged_when_the_connection_was_cut_stands_once(
    whole: Service,
) -> None:
    async with a_talk(whole) as talk:
        # The counsellor connected first, so the visitor's connection is the newest.
        await loses_its_acknowledgements(whole, talk, -1, "visitor")
        await talk.all_arrives()
        assert talk.visitor.connections == 2
        counsellors = next(
            n
            for n, passage in enumerate(whole.balancer.passages)
            if passage.backend != _backend_of_newest(whole)
        )
        await loses_its_acknowledgements(whole, talk, counsellors, "counsellor")
        await talk.all_arrives()
        assert talk.counsellor.connections == 2
        assert await length_of(whole, talk.sid) == 4 + 20
        await talk.ends()


def _backend_of_newest(whole: Service) -> int:
    return whole.balancer.newest().backend


async def test_connections_that_are_cut_again_and_again_lose_nothing(whole: Service) -> None:
    async with a_talk(whole) as talk:
        writing = asyncio.ensure_future(talk.both_write(40, pause=0.1))
        while not writing.done():
            await asyncio.sleep(0.5)
            for passage in list(whole.balancer.passages):
                passage.is_cut()
        await writing
        await talk.all_arrives()
        assert talk.visitor.connections >= 3
        await talk.ends()


async def test_both_ends_write_500_texts_at_once_and_no_alarm_is_given(whole: Service) -> None:
    async with a_talk(whole) as talk:
        assert {passage.backend for passage in whole.balancer.passages} == {
            server.port for server in whole.servers
        }
        await talk.both_write(250, pause=0.004)
        await talk.all_arrives()
        assert await length_of(whole, talk.sid) == 4 + 500
        await talk.ends()


@pytest.mark.soak
async def test_a_half_open_socket_is_found_by_both_ends_within_25_seconds(whole: Service) -> None:
    async with a_talk(whole) as talk:
        silent = whole.balancer.newest()
        lost = talk.visitor.link
        began = time.monotonic()
        silent.falls_silent()

        # Neither end is told by the network: the page finds out, and so does the service.
        async def both_have_found_out() -> bool:
            return set(silent.given_up_by) == {"client", "server"}

        await becomes(both_have_found_out, HALF_OPEN_SECONDS)
        assert time.monotonic() - began < HALF_OPEN_SECONDS
        assert isinstance(lost.failure, Closed)
        await talk.visitor.is_back()
        await talk.both_write(3)
        await talk.all_arrives()
        assert (talk.visitor.connections, talk.counsellor.connections) == (2, 1)
        await talk.ends()


async def test_silence_and_the_wait_for_an_answer_stay_together_below_25_seconds() -> None:
    assert processes.PING_SECONDS + processes.PONG_SECONDS < HALF_OPEN_SECONDS
    assert processes.UNANSWERED_MILLISECONDS < 1_000 * HALF_OPEN_SECONDS
    assert link.PING_SECONDS + link.PONG_SECONDS + link.GOODBYE_SECONDS < HALF_OPEN_SECONDS
