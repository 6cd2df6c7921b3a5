"""Long polling is the socket's messages, one request at a time: the same log and the same order, whichever process answers,
and whatever is sent twice, too late, too often, too large or by somebody else changes nothing (S1–S3, S7).
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from chat import wire
from chat.app import SOCKET_BYTES, application, running
from chat.configured import Organisation
from chat.crypto.encoding import b64
from chat.demo.organisation import REALM
from chat.processes import Server, listen
from chat.rules import limits
from chat.web import polling
from tests.integration.server.house import House, assets, house_open
from tests.integration.server.poller import Poller, let_in, new
from tests.integration.server.wires import (
    noisy_frame,
    on_duty,
    visitors_socket,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOUND_SECONDS = 25


async def test_a_whole_conversation_by_polls_is_in_order_and_without_holes(
    house: House, poller: Poller
) -> None:
    async with let_in(house, poller) as (desks, desk):
        visitor = poller.visitor
        for number in range(10):
            await desks.says(visitor.append(noisy_frame(visitor.sid, desk.sender, 1, number), desks.ref()))
            frames = [visitor.frame(2 * number + more, epoch=1) for more in range(2)]
            await poller.asks(*(visitor.append(frame, poller.ref()) for frame in frames))
        while poller.after < 34:
            await poller.asks()
        fresh: list[int] = []
        for message in poller.heard:
            if message["type"] in ("entry", "ack") and message["index"] > max(fresh, default=0):
                fresh.append(message["index"])
        assert fresh == list(range(1, 35))
        refs = {message["ref"] for message in poller.heard if message["type"] == "ack"}
        assert len(refs) == 22, "the start, the announcement and twenty frames"
        assert poller.known.presence
        await poller.asks(wire.Close(ref=poller.ref(), sid=visitor.id))
        assert (await desks.hears("ended"))["reason"] == "closed"


async def test_what_is_new_is_told_at_once_and_what_is_known_is_not_told_again(
    house: House, poller: Poller
) -> None:
    async with let_in(house, poller) as (desks, desk):
        for _ in range(2):
            await asyncio.sleep(0.2)
            await poller.asks(wire.Ping(ref=poller.ref()))
        began = time.monotonic()
        listening = asyncio.ensure_future(poller.asks())
        await asyncio.sleep(0.5)
        assert not listening.done(), "nothing is new"
        frame = noisy_frame(poller.visitor.sid, desk.sender, 1, 0)
        await desks.says(poller.visitor.append(frame, desks.ref()))
        said = await listening
        assert new(said, 4) == [5]
        assert time.monotonic() - began < 3
        assert {message["type"] for message in said} <= {"done", "entry"}, (
            "neither place, presence nor freshness"
        )


async def test_without_news_a_poll_is_answered_after_its_time(
    house: House, poller: Poller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "WAIT_SECONDS", 1.0)
    await poller.starts()
    await asyncio.sleep(0.3)
    await poller.asks()
    began = time.monotonic()
    said = await poller.asks()
    assert 0.9 < time.monotonic() - began < 3
    assert {message["type"] for message in said} <= {"done", "entry"}
    assert new(said, 1) == []
    assert "entry" in {message["type"] for message in said}, "the entry that is held, to be compared"


async def test_a_lost_answer_is_asked_again_and_nothing_is_doubled(house: House, poller: Poller) -> None:
    async with let_in(house, poller):
        visitor = poller.visitor
        body = poller.body(
            *(visitor.append(visitor.frame(number, epoch=1), poller.ref()) for number in range(3))
        )
        await poller.posts(body)
        before = poller.heard.copy()
        said = poller.hears(await poller.posts(body))
        assert sorted(set(new(said, 4))) == [5, 6, 7]
        assert {message["ref"] for message in said if message["type"] == "ack"} >= {poller.refs}
        facts = await house.parts.node.conversations.facts(visitor.id)  # type: ignore[arg-type]
        assert facts
        assert facts.length == 7
        assert before == poller.heard[: len(before)]


async def test_a_start_that_is_sent_again_is_one_conversation(house: House, poller: Poller) -> None:
    await poller.asks()
    body = poller.body(poller.visitor.start(poller.ref()))
    await poller.posts(body)
    said = poller.hears(await poller.posts(body))
    assert ("ack", 1) in [(message["type"], message.get("index")) for message in said]
    facts = await house.parts.node.conversations.facts(poller.visitor.id)  # type: ignore[arg-type]
    assert facts
    assert facts.length == 1


async def test_an_old_request_replayed_by_somebody_changes_nothing(house: House, poller: Poller) -> None:
    async with let_in(house, poller):
        visitor = poller.visitor
        old = poller.body(visitor.append(visitor.frame(0, epoch=1), poller.ref()))
        for number in range(3):
            await poller.asks(visitor.append(visitor.frame(number, epoch=1), poller.ref()))
        await poller.posts(old)
        facts = await house.parts.node.conversations.facts(visitor.id)  # type: ignore[arg-type]
        assert facts
        assert facts.length == 7
        said = await poller.asks(visitor.append(visitor.frame(3, epoch=1), poller.ref()))
        assert 8 in new(said, 7)


async def test_a_request_may_reach_another_process(poller: Poller, http: httpx.AsyncClient) -> None:
    """Every request to another one in turn: two processes' nodes, on the same stores."""
    async with house_open() as house, beside(house) as other:
        mine = Poller(house, http)
        await mine.asks()
        addresses = [house.visitor, house.visitor]
        visitor = mine.visitor
        ports = [house.config.listen.port, other]
        for number, message in enumerate(
            [visitor.start(mine.ref()), *(visitor.append(visitor.frame(n), n + 2) for n in range(6))]
        ):
            mine.address = f"http://127.0.0.1:{ports[number % 2]}/v1/visitor/poll"
            http.headers["host"] = addresses[0].removeprefix("http://")
            said = await mine.asks(message)
            assert number + 1 in new(said, number), said
        del http.headers["host"]
        assert mine.after == 7


@asynccontextmanager
async def beside(house: House) -> AsyncIterator[int]:
    """A second node on the house's stores; yields its port."""
    listener = listen("127.0.0.1", 0)
    whose = Organisation(REALM, house.root)
    async with running(house.config, house.addresses, whose, house.clock) as parts:
        await parts.freshen()
        server = Server(application(parts, assets()), SOCKET_BYTES)
        tasks = [
            asyncio.ensure_future(work) for work in (server.serve([listener]), parts.work(), parts.tell())
        ]
        yield int(listener.getsockname()[1])
        server.should_exit = True
        await asyncio.wait(tasks[:1], timeout=10)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_polls_and_sockets_are_one_conversation(house: House, poller: Poller) -> None:
    await poller.starts()
    visitor = poller.visitor
    async with visitors_socket(house) as socket:
        await socket.says(visitor.follow(1, socket.ref()))
        await socket.hears("entry", index=1)
        listening = asyncio.ensure_future(poller.listens_until("entry", index=2))
        await asyncio.sleep(0.2)
        assert (await socket.answers(visitor.append(visitor.frame(0), socket.ref())))["index"] == 2
        await listening
        await poller.asks(visitor.append(visitor.frame(1), poller.ref()))
        await socket.hears("entry", index=3)


async def test_presence_and_place_outlast_the_time_between_two_polls(house: House, poller: Poller) -> None:
    async with let_in(house, poller) as (desks, _):
        before = len(desks.heard)
        for _ in range(3):
            await poller.asks(wire.Ping(ref=poller.ref()))
            await asyncio.sleep(0.3)
        await desks.says(wire.Ping(ref=999))
        await desks.hears("pong", ref=999)
        flickers = [m for m in desks.heard[before:] if m["type"] == "presence" and not m["visitor"]]
        assert flickers == []


async def test_who_polls_no_more_is_missed_within_25_seconds(
    own_house: House, http: httpx.AsyncClient
) -> None:
    http.timeout = httpx.Timeout(20)
    mine = Poller(own_house, http)
    async with let_in(own_house, mine) as (desks, _):
        began = own_house.clock()
        own_house.clock.ahead += limits.POLL_PRESENCE_SECONDS
        assert (await desks.hears("presence", visitor=False))["counsellors"] == 1
        assert own_house.clock() - began < FOUND_SECONDS


async def test_who_polls_no_more_is_passed_over_in_the_queue_within_25_seconds(
    own_house: House, http: httpx.AsyncClient
) -> None:
    http.timeout = httpx.Timeout(20)
    mine = Poller(own_house, http)
    await mine.starts()
    async with on_duty(own_house) as (desks, _):
        assert not (await desks.hears("desk", length=1))["waiting"][0].get("away")
        began = own_house.clock()
        own_house.clock.ahead += limits.POLL_PRESENCE_SECONDS
        while not (await desks.hears("desk", length=1))["waiting"][0].get("away"):
            assert own_house.clock() - began < FOUND_SECONDS
        await desks.says(wire.Take(ref=desks.ref()))
        assert (await desks.hears("error"))["code"] == "queue-empty"
        await mine.asks()
        await mine.asks()
        assert not (await desks.hears("desk", length=1))["waiting"][0].get("away")


async def test_leaving_by_a_poll_erases_at_once(house: House, poller: Poller) -> None:
    async with let_in(house, poller) as (desks, _):
        visitor = poller.visitor
        leave = wire.Leave(ref=poller.ref(), sid=visitor.id, token=b64(visitor.token))
        await poller.asks(leave)
        assert (await desks.hears("ended"))["reason"] == "left-quickly"
        said = await poller.asks()
        assert ("ended", "left-quickly") in [(m["type"], m.get("reason")) for m in said]
