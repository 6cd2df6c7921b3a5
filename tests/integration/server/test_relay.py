"""Everybody who follows gets every entry once, in order, without holes; the sender gets the ack in its place."""

import asyncio
from typing import Any

import pytest

from chat import wire
from chat.live.session import FRAMES_AT_ONCE
from chat.rules.ids import Sid
from chat.store.conversations import Conversations
from chat.store.presence import Here, Side
from chat.web.protocol import Protocol
from tests.integration.server.house import House
from tests.integration.server.wires import Socket, noisy_frame, started, talking, visitors_socket

pytestmark = pytest.mark.asyncio(loop_scope="module")


def logged(heard: list[dict[str, Any]]) -> list[int]:
    return [int(str(message["index"])) for message in heard if message["type"] in ("entry", "ack")]


async def test_both_ends_get_every_entry_once_in_order_and_their_own_as_acks(house: House) -> None:
    async with talking(house) as talk:
        sid = talk.visitor.sid
        for number in range(20):
            await talk.visitors.says(
                talk.visitor.append(talk.visitor.frame(number, epoch=1), talk.visitors.ref())
            )
            await talk.desks.says(
                talk.visitor.append(noisy_frame(sid, talk.desk.sender, 1, number), talk.desks.ref())
            )
        last = 4 + 40
        await asyncio.gather(*(_until(socket, last) for socket in (talk.visitors, talk.desks)))
        assert logged(talk.visitors.heard) == list(range(1, last + 1))
        assert logged(talk.desks.heard) == list(range(1, last + 1))
        mine = [
            message for message in talk.visitors.heard if message["type"] == "ack" and message["index"] > 4
        ]
        assert len(mine) == 20


async def _until(socket: Socket, index: int) -> None:
    while index not in logged(socket.heard):
        await socket.hears_anything()


async def test_following_again_gives_the_entry_that_is_held_and_everything_after(house: House) -> None:
    async with started(house) as (socket, visitor):
        for number in range(50):
            assert (await socket.answers(visitor.append(visitor.frame(number), socket.ref())))[
                "index"
            ] == number + 2
        async with visitors_socket(house) as again:
            await again.says(visitor.follow(40, again.ref()))
            await _until(again, 51)
            assert logged(again.heard) == list(range(40, 52))
            await socket.says(visitor.append(visitor.frame(50), socket.ref()))
            await again.hears("entry", index=52)


async def test_what_is_told_together_leaves_in_one_write(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    really_flush = Protocol.flush

    def flush(protocol: Protocol) -> None:
        written.append(len(protocol._frames))
        really_flush(protocol)

    async with started(house) as (socket, visitor):
        for number in range(31):
            await socket.answers(visitor.append(visitor.frame(number), socket.ref()))
        monkeypatch.setattr(Protocol, "flush", flush)
        async with visitors_socket(house) as again:
            await again.says(visitor.follow(0, again.ref()))
            await _until(again, 32)
            assert logged(again.heard) == list(range(1, 33))
    assert max(written) >= 16


async def test_what_a_socket_asks_after_its_frames_is_carried_out_after_them(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    storing: list[asyncio.Future[Any]] = []
    under_way: list[int] = []
    really_append = Conversations.append_frame

    def append(*arguments: Any, **facts: Any) -> asyncio.Future[Any]:
        storing.append(really_append(*arguments, **facts))
        under_way.append(sum(not answer.done() for answer in storing))
        return storing[-1]

    monkeypatch.setattr(Conversations, "append_frame", append)
    async with started(house) as (socket, visitor):
        frames = [visitor.append(visitor.frame(number), socket.ref()) for number in range(40)]
        await asyncio.gather(*(socket.says(frame) for frame in frames), socket.says(wire.Ping(ref=999)))
        await socket.hears("pong", ref=999)
        assert logged(socket.heard) == list(range(1, 42))
        assert 1 < max(under_way) <= FRAMES_AT_ONCE


async def test_both_ends_hear_the_other_while_their_own_frames_are_under_way(house: House) -> None:
    async with talking(house) as talk:
        sid, count = talk.visitor.sid, 40
        for socket, sender in ((talk.visitors, talk.visitor.name), (talk.desks, talk.desk.sender)):
            for number in range(count):
                frame = noisy_frame(sid, sender, 1, number)
                await socket.says(talk.visitor.append(frame, socket.ref()))
        last = 4 + 2 * count
        await asyncio.gather(*(_until(socket, last) for socket in (talk.visitors, talk.desks)))
        for socket in (talk.visitors, talk.desks):
            assert logged(socket.heard) == list(range(1, last + 1))
            mine = [said["ref"] for said in socket.heard if said["type"] == "ack" and said["index"] > 4]
            assert mine == sorted(mine)
            assert len(mine) == count


async def test_a_frame_that_is_refused_leaves_those_before_and_after_it_alone(house: House) -> None:
    async with started(house) as (socket, visitor):
        numbers = (0, 1, 7, 2)
        refs = [socket.ref() for _ in numbers]
        for ref, number in zip(refs, numbers, strict=True):
            await socket.says(visitor.append(visitor.frame(number), ref))
        assert (await socket.hears("ack", ref=refs[3]))["index"] == 4
        assert [said["code"] for said in socket.heard if said["type"] == "error"] == ["gap"]
        assert logged(socket.heard) == [1, 2, 3, 4]


async def test_the_same_again_gets_the_first_answer_and_stands_once_in_the_log(house: House) -> None:
    async with started(house) as (socket, visitor):
        frame = visitor.frame(0)
        first = await socket.answers(visitor.append(frame, socket.ref()))
        again = await socket.answers(visitor.append(frame, socket.ref()))
        assert (again["index"], again["at"]) == (first["index"], first["at"]) == (2, first["at"])
        start = await socket.answers(visitor.start(socket.ref()))
        assert start["index"] == 1
        facts = await house.parts.node.conversations.facts(visitor.id)  # type: ignore[arg-type]
        assert facts
        assert facts.length == 2


async def test_closing_tells_everybody_and_leaves_a_tombstone(house: House) -> None:
    async with talking(house) as talk:
        await talk.desks.says(wire.Close(ref=talk.desks.ref(), sid=talk.visitor.id))
        assert (await talk.visitors.hears("ended"))["reason"] == "closed"
        assert (await talk.desks.hears("ended"))["reason"] == "closed"
        async with visitors_socket(house) as late:
            await late.says(talk.visitor.follow(0, late.ref()))
            assert (await late.hears("ended"))["reason"] == "closed"
        left = await house.parts.stores["live"].command("KEYS", f"*{talk.visitor.id}*")
        assert [key.decode().rpartition(":")[2] for key in left] == ["ended"]


async def test_who_begins_to_follow_knows_of_whoever_came_in_the_same_moment(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with started(house) as (socket, visitor):
        presence = house.parts.node.presence
        here = presence.here

        async def and_then_a_desk(sid: Sid, name: str, side: Side, now: int, until: int) -> Here:
            answer = await here(sid, name, side, now, until)
            await here(sid, "a desk", "counsellor", now, until)
            await asyncio.sleep(0.1)  # what is published comes before the answer
            return answer

        monkeypatch.setattr(presence, "here", and_then_a_desk)
        await socket.says(visitor.follow(1, socket.ref()))
        await socket.hears("done")
        assert (await socket.answers(wire.Ping(ref=socket.ref())))["type"] == "pong"
        told = [message for message in socket.heard if message["type"] == "presence"]
        assert told[-1]["counsellors"] == 1
