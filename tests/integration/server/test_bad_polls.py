"""Whatever is polled wrongly, too often, too much or by somebody else is refused in words or bounded, and changes nothing (S7)."""

import asyncio
import os

import httpx
import msgspec
import pytest

from chat import errors, wire
from chat.crypto.encoding import b64
from chat.rules import limits
from chat.rules.ids import Sid
from chat.web import polling
from tests.integration.server.house import House, house_open
from tests.integration.server.poller import Poller, new
from tests.integration.server.wires import (
    started,
    visitors_socket,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


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


async def test_of_many_pages_that_poll_one_conversation_the_oldest_give_way(
    house: House, poller: Poller, http: httpx.AsyncClient
) -> None:
    await poller.starts()
    for _ in range(limits.SOCKETS_PER_CAPABILITY + 1):
        page = Poller(house, http, poller.visitor)
        page.after = 1
        said = await page.asks(wire.Ping(ref=1))
        assert "error" not in [message["type"] for message in said]
    here = await house.parts.node.presence.lapse(Sid(poller.visitor.id), house.parts.node.now)
    assert here.visitors == limits.SOCKETS_PER_CAPABILITY


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
