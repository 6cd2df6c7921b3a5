"""Whatever a browser sends wrongly gets a close code or an error with its remedy, changes nothing, and loses nothing that
was acknowledged.
"""

import asyncio
import os

import msgspec
import pytest

from chat import errors, wire
from chat.crypto.chain import HOUR
from chat.crypto.encoding import b64
from chat.crypto.signing import PrivateKey, VisitorKey
from chat.live.session import RENEW_SECONDS
from chat.web import service
from tests.integration.server.house import House
from tests.integration.server.refusing import closed, length, nothing_lost, refused
from tests.integration.server.wires import (
    Visitor,
    on_duty,
    started,
    visitors_socket,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


# The message


@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "[]", '"start"', "{}", '{"type":"dance","ref":1}', '{"type":7}', '{"type":"ping"}', '{"type":"ping","ref":-1}',
     '{"type":"ping","ref":1,"extra":2}', '{"type":"ping","ref":1e400}', "[" * 5000, '{"type":"follow","ref":1,"sid":"AA","after":0}',
     '{"type":"follow","ref":1,"sid":"' + "A" * 42 + '\\n","after":0}', '{"type":"ping","ref":1}{"type":"ping","ref":2}'],
)  # fmt: skip
async def test_what_is_no_message_closes_with_the_remedy(house: House, text: str) -> None:
    async with nothing_lost(house) as (socket, _):
        await socket.says_text(text)
        await closed(socket, errors.Malformed)


@pytest.mark.parametrize(
    "told",
    ['{"age":"41"}', '{"municipality":"Boras"}', '{"gender":"cat"}', '{"triage":["fire"]}', '{"triage":"danger"}', '{"words":"help"}',
     '{"triage":["danger","danger","danger","danger"]}', '{"languages":["sv","en","ar","so","fa","ti"]}', '{"without":["Amina"]}', "7"],
)  # fmt: skip
async def test_what_is_told_of_no_list_closes_with_the_remedy(house: House, told: str) -> None:
    async with nothing_lost(house) as (socket, _):
        await socket.says_text('{"type":"tell","ref":1,"sid":"' + "A" * 43 + '","told":' + told + "}")
        await closed(socket, errors.Malformed)


async def test_bytes_instead_of_text_close_with_the_remedy(house: House) -> None:
    async with nothing_lost(house) as (socket, _):
        await socket.says_text(b'{"type":"ping","ref":1}')
        await closed(socket, errors.Malformed)


@pytest.mark.parametrize("extra", [1, 10_000])
async def test_an_oversize_message_closes_with_the_remedy(house: House, extra: int) -> None:
    async with nothing_lost(house) as (socket, _):
        await socket.says_text(" " * (wire.MESSAGE_BYTES + extra))
        await closed(socket, errors.Oversize)


async def test_a_flood_in_one_message_is_cut_off(house: House) -> None:
    async with nothing_lost(house) as (socket, _):
        await socket.says_text(" " * (4 * wire.MESSAGE_BYTES))
        code, _ = await socket.hears_the_close()
        assert code == errors.Oversize.close


async def test_an_entry_that_could_not_be_passed_on_is_oversize(house: House) -> None:
    async with nothing_lost(house) as (socket, visitor):
        text = msgspec.json.encode(visitor.append(visitor.frame(3), 9)).decode()
        await socket.says_text(text.replace('"kind"', " " * (wire.MESSAGE_BYTES - len(text)) + '"kind"'))
        await closed(socket, errors.Oversize)


@pytest.mark.parametrize("kind", ["take", "duty-off", "duty-on", "release"])
async def test_a_counsellors_message_on_a_visitors_socket_is_the_wrong_role(house: House, kind: str) -> None:
    async with nothing_lost(house) as (socket, _):
        await socket.says_text(f'{{"type":"{kind}","ref":1}}')
        await closed(socket, errors.WrongRole)


async def test_a_visitors_message_on_a_counsellors_socket_is_the_wrong_role(house: House) -> None:
    async with on_duty(house) as (socket, _):
        await socket.says(Visitor(house.root).start())
        await closed(socket, errors.WrongRole)


async def test_too_fast_is_told_and_nothing_is_lost(own_house: House) -> None:
    async with nothing_lost(own_house) as (socket, _):
        for number in range(100, 200):
            await socket.says(wire.Ping(ref=number))
        answer = await socket.hears("error")
        refused(answer, "too-fast")
        assert answer["retry_after"] > 0
        own_house.clock.ahead += 30
        assert (await socket.answers(wire.Ping(ref=999)))["type"] == "pong"


# The conversation


async def test_a_foreign_capability_closes(house: House) -> None:
    async with nothing_lost(house) as (_, visitor), visitors_socket(house) as stranger:
        await stranger.says(visitor.follow(0, 1, capability=b64(os.urandom(32))))
        await closed(stranger, errors.ForeignCapability)


async def test_no_capability_closes(house: House) -> None:
    async with nothing_lost(house) as (_, visitor), visitors_socket(house) as stranger:
        await stranger.says(visitor.follow(0, 1, capability=None))
        await closed(stranger, errors.ForeignCapability)


async def test_a_stranger_cannot_write_or_close_without_following(house: House) -> None:
    async with nothing_lost(house) as (_, visitor), visitors_socket(house) as stranger:
        refused(await stranger.answers(visitor.append(visitor.frame(3), 1)), "wrong-moment")
        refused(await stranger.answers(wire.Close(ref=2, sid=visitor.id)), "wrong-moment")
        assert await length(house, visitor) == 4


async def test_of_too_many_sockets_of_one_capability_the_oldest_gives_way(own_house: House) -> None:
    async with (
        nothing_lost(own_house) as (oldest, visitor),
        visitors_socket(own_house) as second,
        visitors_socket(own_house) as third,
        visitors_socket(own_house) as fourth,
    ):
        for socket in (second, third, fourth):
            await socket.says(visitor.follow(0, 1))
            await socket.hears("done")
        own_house.clock.ahead += RENEW_SECONDS + 1
        await closed(oldest, errors.TooManySockets)
        for number, socket in enumerate((second, third, fourth)):
            await socket.says(wire.Ping(ref=100 + number))
            await socket.hears("pong", ref=100 + number)


async def test_an_unknown_conversation_is_told_as_ended(house: House) -> None:
    async with visitors_socket(house) as socket:
        await socket.says(Visitor(house.root).follow(0, 1))
        assert (await socket.hears("ended"))["reason"] == "unknown"
        refused(await socket.hears("error"), "unknown-conversation")


async def test_an_ended_conversation_takes_nothing_more(house: House) -> None:
    async with started(house) as (socket, visitor):
        await house.parts.node.end(visitor.id, "left-quickly")  # type: ignore[arg-type]
        assert (await socket.hears("ended"))["reason"] == "left-quickly"
        refused(await socket.answers(visitor.append(visitor.frame(0), socket.ref())), "unknown-conversation")
        async with visitors_socket(house) as again:
            refused(await again.answers(visitor.start(again.ref())), "unknown-conversation")


async def test_one_socket_is_one_conversation(house: House) -> None:
    async with nothing_lost(house) as (socket, _):
        refused(await socket.answers(Visitor(house.root).start(socket.ref())), "wrong-moment")


async def test_a_conversation_that_exists_cannot_be_started_by_another(house: House) -> None:
    async with nothing_lost(house) as (_, visitor), visitors_socket(house) as thief:
        refused(await thief.answers(visitor.start(1, capability=b64(os.urandom(32)))), "other-bytes")


# The first announcement


async def test_another_key_under_an_id_is_refused(house: House) -> None:
    visitor, other = Visitor(house.root), Visitor(house.root)
    async with visitors_socket(house) as socket:
        refused(await socket.answers(visitor.start(1, sid=other.id)), "unverified")


async def test_a_first_announcement_for_another_root_is_refused(house: House) -> None:
    async with visitors_socket(house) as socket:
        refused(await socket.answers(Visitor(os.urandom(32)).start(1)), "unverified")


async def test_a_first_announcement_that_another_key_signed_is_refused(house: House) -> None:
    visitor = Visitor(house.root)
    forged = PrivateKey.generate(VisitorKey).sign(visitor.first.doc)
    async with visitors_socket(house) as socket:
        announcement = wire.Announcement(doc=b64(visitor.first.doc), sig=b64(forged))
        refused(await socket.answers(visitor.start(1, announcement=announcement)), "unverified")
        assert await length(house, visitor) == 0


async def test_a_compressed_public_key_is_refused(house: House) -> None:
    visitor = Visitor(house.root)
    key = visitor.key.public.raw
    compressed = bytes([2 + key[-1] % 2]) + key[1:33]
    doc = visitor.first.doc.replace(
        len(key).to_bytes(4, "big") + key, len(compressed).to_bytes(4, "big") + compressed
    )
    announcement = wire.Announcement(doc=b64(doc), sig=b64(visitor.key.sign(doc)))
    async with visitors_socket(house) as socket:
        refused(await socket.answers(visitor.start(1, announcement=announcement)), "unverified")


async def test_without_freshness_the_chat_is_closed(own_house: House) -> None:
    own_house.clock.ahead += 27 * HOUR
    async with visitors_socket(own_house) as socket:
        assert "freshness" not in socket.welcome
        refused(await socket.answers(Visitor(own_house.root).start(1)), "chat-closed")


async def test_a_notice_of_leaving_that_never_ends_is_given_up(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "BODY_SECONDS", 0.2)
    host = house.visitor.removeprefix("http://")
    reader, writer = await asyncio.open_connection("127.0.0.1", house.config.listen.port)
    try:
        writer.write(
            f'POST /v1/leave HTTP/1.1\r\nHost: {host}\r\nContent-Length: 100\r\n\r\n{{"sid":'.encode()
        )
        async with asyncio.timeout(3):
            answer = await reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 400 ")
    finally:
        writer.close()
