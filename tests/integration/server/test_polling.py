"""Long polling is the socket's messages, one request at a time: the same log and the same order, whichever process answers,
and whatever is sent twice, too late, too often, too large or by somebody else changes nothing (S1–S3, S7).
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio

from chat import errors, wire
from chat.app import SOCKET_BYTES, Organisation, application, running
from chat.crypto.encoding import b64
from chat.demo.organisation import REALM
from chat.processes import Server, listen
from chat.rules import limits
from chat.rules.ids import Sid
from chat.web import polling
from tests.integration.server.house import House, assets, house_open
from tests.integration.server.wires import (
    Desk,
    Socket,
    Visitor,
    noisy_frame,
    on_duty,
    started,
    visitors_socket,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

PLAIN = {"origin": "null", "content-type": "text/plain;charset=UTF-8"}


class Poller:
    """A visitor's page by hand, request by request."""

    def __init__(self, house: House, http: httpx.AsyncClient, visitor: Visitor | None = None) -> None:
        self.visitor = visitor or Visitor(house.root)
        self.address = house.visitor + "/v1/visitor/poll"
        self.http = http
        self.id = b64(os.urandom(32))
        self.known = wire.Known()
        self.refs = 0
        self.after = 0
        self.heard: list[dict[str, Any]] = []

    def ref(self) -> int:
        self.refs += 1
        return self.refs

    def body(self, *messages: wire.Message, **changes: Any) -> bytes:
        follow = self.visitor.follow(self.after, 0) if self.after else None
        values: dict[str, Any] = {
            "id": self.id,
            "known": self.known,
            "follow": follow,
            "messages": list(messages),
        }
        return msgspec.json.encode(wire.Poll(**(values | changes)))

    async def posts(self, content: bytes) -> httpx.Response:
        return await self.http.post(self.address, content=content, headers=PLAIN)

    async def asks(self, *messages: wire.Message, **changes: Any) -> list[dict[str, Any]]:
        """One request and its answer."""
        return self.hears(await self.posts(self.body(*messages, **changes)))

    def hears(self, answer: httpx.Response) -> list[dict[str, Any]]:
        assert answer.status_code == 200, answer.text
        polled = msgspec.json.decode(answer.content, type=wire.Polled)
        self.known = polled.known
        said: list[dict[str, Any]] = msgspec.json.decode(answer.content)["messages"]
        indexes = [message["index"] for message in said if message["type"] in ("entry", "ack")]
        self.after = max([self.after, *indexes])
        self.heard += said
        return said

    async def starts(self) -> None:
        assert [message["type"] for message in await self.asks()] == ["welcome"]
        said = await self.asks(self.visitor.start(self.ref()))
        assert ("ack", 1) in [(message["type"], message.get("index")) for message in said]

    async def listens_until(self, kind: str, **values: object) -> dict[str, Any]:
        for _ in range(20):
            for message in await self.asks():
                if message["type"] == kind and all(
                    message.get(key) == value for key, value in values.items()
                ):
                    return message
        raise AssertionError(f"no {kind}")


@pytest_asyncio.fixture(loop_scope="module")
async def poller(house: House, http: httpx.AsyncClient) -> AsyncIterator[Poller]:
    """Afterwards the place in the queue is free: who polls is missed only after a while."""
    http.timeout = httpx.Timeout(20)
    made = Poller(house, http)
    yield made
    await house.parts.node.leave(Sid(made.visitor.id), made.visitor.token)


def new(said: list[dict[str, Any]], after: int) -> list[int]:
    return [m["index"] for m in said if m["type"] in ("entry", "ack") and m["index"] > after]


@asynccontextmanager
async def let_in(house: House, poller: Poller) -> AsyncIterator[tuple[Socket, Desk]]:
    """A whole admission, the visitor's side by polls alone."""
    visitor = poller.visitor
    await poller.starts()
    async with on_duty(house) as (desks, desk):
        leased = await desks.answers(wire.Take(ref=desks.ref()))
        assert leased["sid"] == visitor.id
        await desks.says(wire.Follow(ref=desks.ref(), sid=visitor.id, after=0))
        await desks.hears("entry", index=2)
        offer = desk.offer(visitor, leased["lease"])
        assert (await desks.answers(visitor.append(offer, desks.ref())))["type"] == "ack"
        await poller.listens_until("entry", index=3)
        announcement = visitor.announces(1, [desk.member(offer)], lease=leased["lease"])
        said = await poller.asks(visitor.append(announcement, poller.ref()))
        assert ("ack", 4) in [(message["type"], message.get("index")) for message in said]
        await desks.hears("entry", index=4)
        yield desks, desk


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


async def test_who_polls_no_more_is_away_before_long(own_house: House, http: httpx.AsyncClient) -> None:
    http.timeout = httpx.Timeout(20)
    mine = Poller(own_house, http)
    async with let_in(own_house, mine) as (desks, _):
        own_house.clock.ahead += limits.PRESENCE_SECONDS + 1
        assert (await desks.hears("presence", visitor=False))["counsellors"] == 1


async def test_leaving_by_a_poll_erases_at_once(house: House, poller: Poller) -> None:
    async with let_in(house, poller) as (desks, _):
        visitor = poller.visitor
        leave = wire.Leave(ref=poller.ref(), sid=visitor.id, token=b64(visitor.token))
        await poller.asks(leave)
        assert (await desks.hears("ended"))["reason"] == "left-quickly"
        said = await poller.asks()
        assert ("ended", "left-quickly") in [(m["type"], m.get("reason")) for m in said]


# What is refused


async def test_a_foreign_capability_is_refused_and_hears_nothing(
    house: House, poller: Poller, http: httpx.AsyncClient
) -> None:
    async with started(house) as (socket, theirs):
        await poller.asks()
        stolen = wire.Follow(ref=0, sid=theirs.id, after=0, capability=b64(os.urandom(32)))
        frame = theirs.append(theirs.frame(0), poller.ref())
        answer = await poller.posts(poller.body(frame, follow=stolen))
        polled = msgspec.json.decode(answer.content)
        assert polled["closed"] == errors.ForeignCapability.close
        assert {message["type"] for message in polled["messages"]} == {"error"}
        assert polled["messages"][0]["remedy"] == errors.ForeignCapability.remedy
        assert (await socket.answers(theirs.append(theirs.frame(0), socket.ref())))["index"] == 2


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", errors.Malformed),
        (b"{", errors.Malformed),
        (b"[]", errors.Malformed),
        (b'{"id":"short"}', errors.Malformed),
        (b'{"id":"' + b"A" * 43 + b'","extra":1}', errors.Malformed),
        (b'{"id":"' + b"A" * 43 + b'","messages":' + b"[" * 5_000 + b"}", errors.Malformed),
        (b'{"id":"' + b"A" * 43 + b'","messages":[' + b",".join([b'{"type":"ping","ref":1}'] * 17) + b"]}", errors.Malformed),
        (b'{"id":"' + b"A" * 43 + b'","known":{"queue":"' + b"A" * 17 + b'"}}', errors.Malformed),
        (b'{"id":"' + b"A" * 42 + b'B"}', errors.Malformed),
        (b'{"id":"' + b"A" * 43 + b'","messages":["\xff"]}', errors.Malformed),
        (b" " * (polling.POLL_BYTES + 1), errors.Oversize),
        (b'{"id":"' + b"A" * 43 + b'","messages":[{"type":"' + b"A" * wire.MESSAGE_BYTES + b'"}]}', errors.Oversize),
    ],
)  # fmt: skip
async def test_what_is_no_poll_is_refused_with_its_remedy(
    poller: Poller, content: bytes, error: type[errors.VarsamError]
) -> None:
    answer = await poller.posts(content)
    assert answer.status_code == error.status
    assert answer.text == f"{error.code}\n{error.remedy}\n"


@pytest.mark.parametrize(
    ("message", "error"),
    [
        (b'{"type":"dance","ref":1}', errors.Malformed),
        (b'"start"', errors.Malformed),
        (b'{"type":"take","ref":1}', errors.WrongRole),
    ],
)
async def test_a_message_that_is_none_closes_as_on_a_socket(
    poller: Poller, message: bytes, error: type[errors.VarsamError]
) -> None:
    answer = await poller.posts(b'{"id":"' + b"A" * 43 + b'","messages":[' + message + b"]}")
    polled = msgspec.json.decode(answer.content)
    assert polled["closed"] == error.close
    assert polled["messages"][-1]["remedy"] == error.remedy


@pytest.mark.parametrize("origin", ["https://evil.example", ""])
async def test_a_page_with_another_origin_is_refused(poller: Poller, origin: str) -> None:
    answer = await poller.http.post(poller.address, content=poller.body(), headers={"origin": origin})
    assert (answer.status_code, answer.text.split("\n")[0]) == (403, "wrong-origin")


async def test_the_answer_can_be_read_from_a_sandbox_and_asks_for_no_preflight(poller: Poller) -> None:
    answer = await poller.posts(poller.body())
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["cache-control"] == "no-store"
    assert "access-control-allow-credentials" not in answer.headers


async def test_a_page_has_one_request_at_a_time(house: House, poller: Poller) -> None:
    await poller.starts()
    await poller.asks()
    waiting = [asyncio.ensure_future(poller.posts(poller.body())) for _ in range(10)]
    await asyncio.sleep(1)
    assert sum(not one.done() for one in waiting) <= 1
    assert all(one.result().status_code == 200 for one in waiting if one.done())
    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_one_conversation_is_not_polled_by_many_pages(
    house: House, poller: Poller, http: httpx.AsyncClient
) -> None:
    await poller.starts()
    codes: list[str] = []
    for _ in range(limits.SOCKETS_PER_CAPABILITY + 1):
        page = Poller(house, http, poller.visitor)
        page.after = 1
        said = await page.asks(wire.Ping(ref=1))
        codes += [message["code"] for message in said if message["type"] == "error"]
    assert "too-many-sockets" in codes


async def test_polls_that_come_too_fast_are_told_so(http: httpx.AsyncClient) -> None:
    async with house_open(burst=10, messages_per_second=1) as house:
        mine = Poller(house, http)
        await mine.asks()
        said = [
            message
            for _ in range(3)
            for message in await mine.asks(*(wire.Ping(ref=mine.ref()) for _ in range(6)))
        ]
        kinds = [message["type"] for message in said]
        assert kinds.count("pong") == 10
        assert {m["code"] for m in said if m["type"] == "error"} == {"too-fast"}


async def test_where_there_is_no_room_for_another_poll_the_remedy_is_told(http: httpx.AsyncClient) -> None:
    async with house_open(sockets=1) as house, visitors_socket(house):
        answer = await Poller(house, http).posts(Poller(house, http).body())
        assert (answer.status_code, answer.text.split("\n")[0]) == (503, "busy")
        assert answer.headers["retry-after"] == "1"


async def test_a_long_log_comes_in_bounded_answers(http: httpx.AsyncClient) -> None:
    entries = 60
    async with (
        house_open(burst=100_000, messages_per_second=100_000) as house,
        started(house) as (socket, visitor),
    ):
        for number in range(entries):
            frame = visitor.frame(number, noise=os.urandom(4_112))
            await socket.says(visitor.append(frame, socket.ref()))
        await socket.hears("ack", index=entries + 1)
        mine = Poller(house, http, visitor)
        await mine.asks()
        sizes, indexes = [], []
        follow = visitor.follow(0, 0)
        while mine.after < entries + 1:
            answer = await mine.posts(mine.body(follow=follow) if mine.after == 0 else mine.body())
            held = mine.after
            indexes += new(mine.hears(answer), held)
            sizes.append(len(answer.content))
        assert indexes == list(range(1, entries + 2))
        assert len(sizes) > 2
        assert max(sizes) < 2 * polling.ANSWER_BYTES


async def test_no_request_leaves_anything_running(house: House, poller: Poller) -> None:
    await poller.starts()
    for _ in range(3):
        await poller.asks(wire.Ping(ref=poller.ref()))
    await asyncio.sleep(0.1)
    assert not [session for session in house.parts.node.connected if session.page]
