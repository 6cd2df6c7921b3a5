"""Server processes that die, drain and are replaced, while people write."""

import asyncio
import time
from contextlib import AsyncExitStack

import pytest

from chat.client.link import Closed
from tests.faults.service import Service, service
from tests.faults.talks import Talk, a_counsellor, a_talk, a_visitor, are_sound, talks

pytestmark = pytest.mark.asyncio(loop_scope="module")

RESTARTED = 1012
AT_ONCE_SECONDS = 10.0
"""Less than any heartbeat takes to find out."""


def server_of_visitor(whole: Service) -> int:
    """The visitor of the only talk connected last."""
    return whole.balancer.newest().backend


async def test_a_process_killed_in_the_middle_of_200_messages_loses_nothing(whole: Service) -> None:
    async with a_talk(whole) as talk:
        assert {passage.backend for passage in whole.balancer.passages} == {
            server.port for server in whole.servers
        }
        killed = whole.server_of(server_of_visitor(whole))
        writing = asyncio.ensure_future(talk.both_write(100, pause=0.06))
        await talk.has_written("visitor", 50)
        killed.is_killed()
        assert await killed.readiness() == {"ready": False, "refused": True}
        other = next(server for server in whole.servers if server is not killed)
        assert (await other.readiness())["ready"]
        await writing
        await talk.all_arrives()
        assert (talk.visitor.connections, talk.counsellor.connections) == (2, 1)
        killed.starts()
        await killed.is_ready()
        await talk.ends()
        whole.has_met_no_bug()


async def test_a_process_that_is_told_to_end_says_so_and_its_clients_come_back_at_once(
    whole: Service,
) -> None:
    async with a_talk(whole) as talk:
        draining = whole.server_of(server_of_visitor(whole))
        lost = talk.visitor.link
        writing = asyncio.ensure_future(talk.both_write(30, pause=0.1))
        await asyncio.sleep(0.5)
        began = time.monotonic()
        ending = asyncio.ensure_future(draining.ends())
        await talk.visitor.until(lambda: talk.visitor.link is not lost, "the page comes back")
        assert time.monotonic() - began < AT_ONCE_SECONDS
        assert isinstance(lost.failure, Closed)
        assert lost.failure.code == RESTARTED
        assert await ending == 0
        assert await draining.readiness() == {"ready": False, "refused": True}
        await writing
        await talk.all_arrives()
        draining.starts()
        await draining.is_ready()
        await talk.ends()
        whole.has_met_no_bug()


async def replaced_one_after_another(whole: Service, pause: float) -> None:
    """As an operator does it: the next one when this one is ready again."""
    for server in whole.servers:
        assert await server.ends() == 0
        server.starts()
        await server.is_ready()
        await asyncio.sleep(pause)


async def goes_through_a_rolling_restart(
    whole: Service, all_talks: list[Talk], each: int, pause: float
) -> None:
    writing = [asyncio.ensure_future(talk.both_write(each, pause)) for talk in all_talks]
    await replaced_one_after_another(whole, pause=1.0)
    await asyncio.gather(*writing)
    for talk in all_talks:
        await talk.all_arrives(120.0)
    are_sound(all_talks)
    for talk in all_talks:
        assert talk.visitor.connections >= 2
        await talk.ends()
    whole.has_met_no_bug()


async def test_a_rolling_restart_of_all_processes_interrupts_no_conversation(whole: Service) -> None:
    async with talks(whole, 3) as all_talks:
        await goes_through_a_rolling_restart(whole, all_talks, each=20, pause=0.5)


@pytest.mark.soak
async def test_who_waits_keeps_the_place_through_a_rolling_restart(whole: Service) -> None:
    async with AsyncExitStack() as stack:
        amina = await a_counsellor(whole, stack)
        waiting = [await a_visitor(whole, stack) for _ in range(3)]
        for visitor in waiting:
            await visitor.starts()
        await replaced_one_after_another(whole, pause=0.5)
        await amina.is_back()
        for number, visitor in enumerate(waiting, 1):
            await visitor.is_back()
            await visitor.until(lambda v=visitor, n=number: v.position == n, "the same place")  # type: ignore[misc]
        await amina.until(
            lambda: amina.desk is not None and not any(w.away for w in amina.desk.waiting), "all are here"
        )
        for visitor in waiting:
            assert await amina.takes_next() == visitor.sid


@pytest.mark.soak
@pytest.mark.timeout(300)
async def test_a_rolling_restart_of_three_processes_during_20_conversations() -> None:
    async with service(processes=3) as whole, talks(whole, 20) as all_talks:
        await goes_through_a_rolling_restart(whole, all_talks, each=60, pause=0.6)
