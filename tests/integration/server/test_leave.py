"""Leave 3 over the socket: erased at once for whoever has the leave token, and for nobody else."""

import os

import pytest

from chat import errors, wire
from chat.crypto.encoding import b64
from tests.integration.server.house import House
from tests.integration.server.wires import talking, visitors_socket

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
