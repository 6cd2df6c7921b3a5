"""Leave 3 over the socket: erased at once for whoever has the leave token, and for nobody else."""

import asyncio
import os
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

from chat import errors, wire
from chat.crypto.encoding import b64
from chat.rules.ids import Sid
from tests.integration.server.house import House
from tests.integration.server.wires import Visitor, talking, visitors_socket

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_who_leaves_over_the_socket_is_erased_and_the_counsellor_is_told(house: House) -> None:
    async with talking(house) as talk:
        visitor = talk.visitor
        leave = wire.Leave(ref=talk.visitors.ref(), sid=visitor.id, token=b64(visitor.token))
        await talk.visitors.says(leave)
        assert (await talk.desks.hears("ended"))["reason"] == "left-quickly"
        await talk.visitors.hears("done", ref=leave.ref)
        left = await house.parts.stores["live"].command("KEYS", f"*{visitor.id}*")
        assert [key.decode().rpartition(":")[2] for key in left] == ["ended"]


async def test_the_token_alone_is_enough_and_twice_is_as_good_as_once(house: House) -> None:
    async with talking(house) as talk, visitors_socket(house) as other:
        for _ in range(2):
            leave = wire.Leave(ref=other.ref(), sid=talk.visitor.id, token=b64(talk.visitor.token))
            assert (await other.answers(leave))["type"] == "done"
        assert (await talk.desks.hears("ended"))["reason"] == "left-quickly"


async def test_leaving_with_another_token_is_refused_and_changes_nothing(house: House) -> None:
    async with talking(house) as talk, visitors_socket(house) as other:
        answer = await other.answers(
            wire.Leave(ref=1, sid=talk.visitor.id, token=b64(talk.visitor.capability))
        )
        assert (answer["code"], answer["remedy"]) == ("foreign-capability", errors.ForeignCapability.remedy)
        assert (await other.hears_the_close())[0] == errors.ForeignCapability.close
        frame = talk.visitor.append(talk.visitor.frame(0, epoch=1), talk.visitors.ref())
        assert (await talk.visitors.answers(frame))["type"] == "ack"


async def test_leaving_what_never_was_is_done(house: House) -> None:
    async with visitors_socket(house) as socket:
        nobody = wire.Leave(ref=1, sid=b64(os.urandom(32)), token=b64(os.urandom(32)))
        assert (await socket.answers(nobody))["type"] == "done"


async def test_who_leaves_before_the_start_has_come_through_never_stands_in_the_queue(house: House) -> None:
    visitor = Visitor(house.root)
    async with visitors_socket(house) as leaving:
        leave = wire.Leave(ref=1, sid=visitor.id, token=b64(visitor.token))
        assert (await leaving.answers(leave))["type"] == "done"
    async with visitors_socket(house) as late:
        assert (await late.answers(visitor.start()))["code"] == errors.UnknownConversation.code
    assert visitor.id not in [
        place.sid for place in await house.parts.node.queue.places(house.parts.node.now)
    ]


async def test_who_leaves_in_the_middle_of_the_start_leaves_no_place_behind(house: House) -> None:
    visitors = [Visitor(house.root) for _ in range(20)]
    async with visitors_socket(house) as leaving:
        async with asyncio.TaskGroup() as group:
            for number, visitor in enumerate(visitors):
                group.create_task(starts(house, visitor))
                leave = wire.Leave(ref=number, sid=visitor.id, token=b64(visitor.token))
                group.create_task(leaving.says(leave))
        for number in range(len(visitors)):
            await leaving.hears("done", ref=number)
    waiting = {place.sid for place in await house.parts.node.queue.places(house.parts.node.now)}
    assert not waiting & {visitor.id for visitor in visitors}


async def test_a_start_that_the_store_cannot_keep_leaves_no_place_behind(house: House) -> None:
    """The place comes first, and then something stands where the store looks for a notice of leaving that is none."""
    visitor, live = Visitor(house.root), house.parts.stores["live"]
    await live.command("RPUSH", f"varsam:{{{visitor.id}}}:left", "not a notice")
    async with visitors_socket(house) as socket:
        await socket.says(visitor.start())
        await socket.hears("error")
    waiting = [place.sid for place in await house.parts.node.queue.places(house.parts.node.now)]
    assert visitor.id not in waiting
    assert await house.parts.node.conversations.facts(Sid(visitor.id)) is None


async def starts(house: House, visitor: Visitor) -> None:
    async with visitors_socket(house) as socket:
        await socket.says(visitor.start())
        with suppress(ConnectionClosed, TimeoutError):
            async with asyncio.timeout(1):
                await socket.hears("ended")


async def test_anothers_early_leave_does_not_stop_a_start(house: House) -> None:
    visitor = Visitor(house.root)
    async with visitors_socket(house) as other:
        forged = wire.Leave(ref=1, sid=visitor.id, token=b64(os.urandom(32)))
        assert (await other.answers(forged))["type"] == "done"
    async with visitors_socket(house) as socket:
        assert (await socket.answers(visitor.start()))["type"] == "ack"
        close = wire.Close(ref=2, sid=visitor.id)
        await socket.says(close)
        await socket.hears("done", ref=2)


async def test_what_was_said_before_the_connection_broke_is_carried_out(house: House) -> None:
    """A browser that goes to another page closes its socket behind the notice, and reads no answer to anything."""
    for _ in range(20):
        async with talking(house) as talk:
            visitor, socket = talk.visitor, talk.visitors
            for seq in range(8):
                await socket.says(visitor.append(visitor.frame(seq, epoch=1), socket.ref()))
            await socket.says(wire.Leave(ref=socket.ref(), sid=visitor.id, token=b64(visitor.token)))
            socket.socket.transport.close()
            assert (await talk.desks.hears("ended"))["reason"] == "left-quickly"
