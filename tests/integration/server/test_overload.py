"""More than can be taken: every queue has a bound, a rule for what comes over it, and an error that says what to do."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from websockets.exceptions import InvalidStatus

from chat import errors, wire
from chat.client.texts import Sent
from chat.client.visitor import Visitor
from chat.demo.organisation import REALM
from chat.live.connection import Connection
from chat.rules import limits
from tests.integration.server.house import House, house_open
from tests.integration.server.wires import Socket, started, visitors_socket
from tests.integration.server.wires import Visitor as Talker

pytestmark = pytest.mark.asyncio(loop_scope="module")

ENTRIES = 200
LONG = 4_112
BUDGET_BYTES = 64 * 1024
OTHERS_COMMANDS = 8
"""What the house itself may ask at the same time."""


@asynccontextmanager
async def a_long_log(house: House) -> AsyncIterator[tuple[Socket, Talker]]:
    async with started(house) as (socket, visitor):
        for number in range(ENTRIES):
            await socket.says(visitor.append(visitor.frame(number, noise=os.urandom(LONG)), socket.ref()))
        await socket.hears("ack", index=ENTRIES + 1)
        yield socket, visitor


def full_connections(house: House) -> list[Connection]:
    return [session.connection for session in house.parts.node.connected if session.connection.full_since]


async def test_who_reads_again_within_ten_seconds_gets_everything_over_the_same_socket() -> None:
    async with (
        house_open(messages_per_second=100_000, burst=100_000) as house,
        a_long_log(house) as (_, visitor),
        visitors_socket(house, receive_bytes=4096) as slow,
    ):
        await slow.says(visitor.follow(0, 1))
        await asyncio.sleep(0.5)
        (lagging,) = full_connections(house)
        # What waits here is bounded by the budget, and by one entry more than fits.
        assert BUDGET_BYTES <= lagging._size < BUDGET_BYTES + 2 * LONG
        for index in range(1, ENTRIES + 2):
            assert (await slow.hears("entry"))["index"] == index
        assert lagging.full_since is None


async def test_what_no_log_can_heal_closes_the_connection_at_twice_the_budget(house: House) -> None:
    async with visitors_socket(house, receive_bytes=4096):
        (session,) = house.parts.node.connected
        connection = session.connection
        for _ in range(10_000):
            connection.send_text("x" * 1_000)
            assert connection._size < 2 * BUDGET_BYTES
        assert connection._closing == (errors.TooSlow.close, "too-slow")


async def test_one_sender_has_at_most_16_entries_on_the_way_to_the_store_and_the_rest_keeps_its_order(
    house: House,
) -> None:
    async with started(house) as (socket, visitor):
        live = house.parts.stores["live"]
        await live.command("CLIENT", "PAUSE", 1_000, "WRITE")
        for number in range(50):
            await socket.says(visitor.append(visitor.frame(number), socket.ref()))
        await asyncio.sleep(0.4)
        assert len(live._waiting) <= limits.FRAMES_IN_FLIGHT + OTHERS_COMMANDS
        await socket.hears("ack", index=51)
        assert [m["index"] for m in socket.heard if m["type"] == "ack"] == list(range(1, 52))


async def test_a_full_pipeline_to_the_store_is_an_error_after_which_the_page_sends_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Visitor(house.visitor, house.root, realm=REALM, clock=house.clock) as visitor:
        await visitor.starts()
        await visitor.writes("först")
        live = house.parts.stores["live"]
        bound = live._most_waiting
        monkeypatch.setattr(live, "_most_waiting", 0)
        for number in range(5):
            await visitor.conversation.sends(str(number))
        refusals: list[wire.Error] = []
        refused = visitor.conversation.refused

        async def hears(error: wire.Error) -> Sent | None:
            refusals.append(error)
            return await refused(error)

        monkeypatch.setattr(visitor.conversation, "refused", hears)
        await visitor.until(lambda: len(refusals) == 5, "five refusals")
        assert {(error.code, error.retry_after) for error in refusals} == {("busy", 1.0)}
        assert len(visitor.conversation.outbox) == 5
        monkeypatch.setattr(live, "_most_waiting", bound)
        await visitor.writes("till sist")
        assert visitor.conversation.words() == ["först", "0", "1", "2", "3", "4", "till sist"]


async def test_more_sockets_than_a_process_holds_are_told_to_try_again() -> None:
    async with house_open(sockets=2) as house, visitors_socket(house), visitors_socket(house):
        with pytest.raises(InvalidStatus) as refused:
            async with visitors_socket(house):
                pass
        assert refused.value.response.status_code == errors.StoreUnavailable.status
