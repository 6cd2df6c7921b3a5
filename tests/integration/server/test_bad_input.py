"""Whatever a browser sends wrongly gets a close code or an error with its remedy, changes nothing, and loses nothing that
was acknowledged.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest

from chat import errors, wire
from chat.crypto.chain import DAY, HOUR, Span
from chat.crypto.encoding import b64
from chat.crypto.signing import DeviceKey, PrivateKey, VisitorKey
from chat.demo.sign_in import as_wire
from chat.web import service
from tests.integration.server.house import House
from tests.integration.server.wires import (
    Desk,
    Socket,
    Talk,
    Visitor,
    desks_socket,
    has,
    is_listed,
    noisy_frame,
    on_duty,
    revokes,
    signs_in,
    started,
    talking,
    visitors_socket,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

REMEDIES = {leaf.code: leaf.remedy for leaf in (errors.VerificationError, errors.StoreUnavailable)} | {
    leaf.code: leaf.remedy for leaf in errors.PeerFault.__subclasses__()
}


def refused(answer: dict[str, object], code: str) -> None:
    assert answer["type"] == "error", answer
    assert answer["code"] == code
    assert answer["remedy"] == REMEDIES[code]


async def closed(socket: Socket, error: type[errors.VarsamError]) -> None:
    code, last = await socket.hears_the_close()
    refused(last, error.code)
    assert code == error.close


async def length(house: House, visitor: Visitor) -> int:
    facts = await house.parts.node.conversations.facts(visitor.id)  # type: ignore[arg-type]
    return facts.length if facts else 0


@asynccontextmanager
async def nothing_lost(house: House) -> AsyncIterator[tuple[Socket, Visitor]]:
    """A visitor with acknowledged frames: after the fault they stand in the log as before, and the next follows them."""
    async with started(house) as (socket, visitor):
        acknowledged = [visitor.frame(number, noise=os.urandom(272)) for number in range(3)]
        for frame in acknowledged:
            assert (await socket.answers(visitor.append(frame, socket.ref())))["type"] == "ack"
        yield socket, visitor
        async with visitors_socket(house) as again:
            await again.says(visitor.follow(1, again.ref()))
            for index, frame in enumerate(acknowledged, 2):
                entry = await again.hears("entry", index=index)
                assert entry["entry"]["ciphertext"] == frame.ciphertext
            following = await again.answers(visitor.append(visitor.frame(3), again.ref()))
            assert (following["type"], following["index"]) == ("ack", 5)


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


async def test_too_many_sockets_of_one_capability(house: House) -> None:
    async with nothing_lost(house) as (_, visitor):
        async with (
            visitors_socket(house) as second,
            visitors_socket(house) as third,
            visitors_socket(house) as fourth,
        ):
            for socket in (second, third):
                await socket.says(visitor.follow(0, 1))
                await socket.hears("done")
            await fourth.says(visitor.follow(0, 1))
            await closed(fourth, errors.TooManySockets)
        # Those that are gone make room.
        async with visitors_socket(house) as fifth:
            await fifth.says(visitor.follow(0, 1))
            await fifth.hears("done")


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


# Frames


async def test_a_gap_is_refused(house: House) -> None:
    async with nothing_lost(house) as (socket, visitor):
        refused(await socket.answers(visitor.append(visitor.frame(4), socket.ref())), "gap")


async def test_the_same_number_with_other_bytes_is_refused(house: House) -> None:
    async with nothing_lost(house) as (socket, visitor):
        frame = visitor.frame(1, noise=os.urandom(272))
        refused(await socket.answers(visitor.append(frame, socket.ref())), "other-bytes")


async def test_a_frame_of_an_older_epoch_is_stale_and_not_stored(house: House) -> None:
    async with talking(house) as talk:
        refused(await talk.visitors.answers(talk.visitor.append(talk.visitor.frame(0), 77)), "stale-epoch")
        assert await length(house, talk.visitor) == 4


async def test_a_frame_of_a_coming_epoch_is_not_stored(house: House) -> None:
    async with nothing_lost(house) as (socket, visitor):
        refused(await socket.answers(visitor.append(visitor.frame(0, epoch=1), socket.ref())), "stale-epoch")


async def test_nobody_writes_in_anothers_name(house: House) -> None:
    async with talking(house) as talk:
        sid, sender = talk.visitor.sid, talk.desk.sender
        refused(
            await talk.visitors.answers(talk.visitor.append(noisy_frame(sid, sender, 1, 0), 77)),
            "not-a-member",
        )
        mine = noisy_frame(sid, talk.visitor.name, 1, 0)
        refused(await talk.desks.answers(talk.visitor.append(mine, 78)), "not-a-member")
        assert await length(house, talk.visitor) == 4


async def test_a_counsellor_with_a_lease_is_no_member_yet(house: House) -> None:
    async with started(house) as (_, visitor), on_duty(house) as (desks, desk):
        await desks.answers(wire.Take(ref=desks.ref()))
        await desks.says(wire.Follow(ref=desks.ref(), sid=visitor.id, after=0))
        await desks.hears("entry", index=2)
        frame = noisy_frame(visitor.sid, desk.sender, 0, 0)
        refused(await desks.answers(visitor.append(frame, desks.ref())), "not-a-member")


async def test_a_counsellor_without_a_lease_follows_nothing(house: House) -> None:
    async with started(house) as (_, visitor), on_duty(house) as (desks, _):
        refused(await desks.answers(wire.Follow(ref=1, sid=visitor.id, after=0)), "not-a-member")


async def test_a_frame_for_another_conversation_is_refused(house: House) -> None:
    async with nothing_lost(house) as (socket, visitor):
        foreign = noisy_frame(Visitor(house.root).sid, visitor.name, 0, 3)
        refused(await socket.answers(visitor.append(foreign, socket.ref())), "unverified")


@pytest.mark.parametrize("header", ["", "AAAA", "A" * 511, b64(os.urandom(200))])
async def test_a_header_that_is_none_is_refused(house: House, header: str) -> None:
    async with nothing_lost(house) as (socket, visitor):
        frame = wire.Frame(header=header, ciphertext="AAAA", sig=b64(os.urandom(64)))
        await socket.says(visitor.append(frame, socket.ref()))
        answer = await socket.hears("error")
        assert answer["code"] in ("unverified", "malformed")


async def test_base64_that_is_not_canonical_is_malformed(house: House) -> None:
    async with nothing_lost(house) as (socket, visitor):
        frame = visitor.frame(3)
        await socket.says(visitor.append(msgspec.structs.replace(frame, ciphertext="AB"), socket.ref()))
        await closed(socket, errors.Malformed)


# Announcements


async def test_an_announcement_that_another_key_signed_is_refused(house: House) -> None:
    async with started(house) as (visitors, visitor), on_duty(house) as (desks, desk):
        lease = (await desks.answers(wire.Take(ref=desks.ref())))["lease"]
        forged = visitor.announces(
            1, [desk.member(desk.offer(visitor, lease))], lease=lease, key=PrivateKey.generate(VisitorKey)
        )
        refused(await visitors.answers(visitor.append(forged, visitors.ref())), "unverified")


async def test_a_replayed_announcement_gets_the_first_answer_and_changes_nothing(house: House) -> None:
    async with talking(house) as talk:
        again = await talk.visitors.answers(talk.visitor.append(talk.announcement, 77))
        assert (again["type"], again["index"]) == ("ack", 4)
        assert await length(house, talk.visitor) == 4


async def test_another_announcement_of_the_same_epoch_is_refused(house: House) -> None:
    async with talking(house) as talk:
        other = talk.visitor.announces(1, [], previous=talk.newest)
        refused(await talk.visitors.answers(talk.visitor.append(other, 77)), "other-bytes")


async def test_an_epoch_is_never_skipped(house: House) -> None:
    async with talking(house) as talk:
        refused(await talk.visitors.answers(talk.visitor.append(talk.visitor.announces(3, []), 77)), "gap")


async def test_an_admission_names_the_current_lease(house: House) -> None:
    async with started(house) as (visitors, visitor), on_duty(house) as (desks, desk):
        lease = (await desks.answers(wire.Take(ref=desks.ref())))["lease"]
        member = desk.member(desk.offer(visitor, lease))
        for wrong in (None, b64(os.urandom(32))):
            announcement = visitor.announces(1, [member], lease=wrong)
            answer = await visitors.answers(visitor.append(announcement, visitors.ref()))
            assert answer["code"] in ("lease-lost", "wrong-moment")
        assert await length(house, visitor) == 2


async def test_a_counsellor_makes_no_epoch_and_a_visitor_no_offer(house: House) -> None:
    async with talking(house) as talk:
        await talk.visitors.says(talk.visitor.append(talk.desk.offer(talk.visitor, None), 77))
        await closed(talk.visitors, errors.WrongRole)
        await talk.desks.says(talk.visitor.append(talk.visitor.announces(2, []), 78))
        await closed(talk.desks, errors.WrongRole)
        assert await length(house, talk.visitor) == 4


# Offers


@asynccontextmanager
async def taken(house: House) -> AsyncIterator[tuple[Socket, Desk, Visitor, str]]:
    async with started(house) as (_, visitor), on_duty(house) as (desks, desk):
        lease = (await desks.answers(wire.Take(ref=desks.ref())))["lease"]
        await desks.says(wire.Follow(ref=desks.ref(), sid=visitor.id, after=0))
        await desks.hears("entry", index=2)
        yield desks, desk, visitor, lease


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sid": os.urandom(32)}, "unverified"),
        ({"over": os.urandom(32)}, "stale-offer"),
        ({"certificate": os.urandom(32)}, "unverified"),
        ({"duty": os.urandom(32)}, "unverified"),
        ({"roster": os.urandom(32)}, "stale-offer"),
        ({"expiry": 1}, "unverified"),
        ({"expiry": 2**40}, "unverified"),
        ({"replaced": os.urandom(32)}, "unverified"),
    ],
)
async def test_an_offer_that_does_not_fit_is_refused(
    house: House, change: dict[str, object], code: str
) -> None:
    async with taken(house) as (desks, desk, visitor, lease):
        refused(await desks.answers(visitor.append(desk.offer(visitor, lease, **change), desks.ref())), code)
        assert await length(house, visitor) == 2


@pytest.mark.parametrize("purpose", ["supervise", "interpret", "handover"])
async def test_an_offer_for_anothers_purpose_is_the_wrong_role(house: House, purpose: str) -> None:
    async with taken(house) as (desks, desk, visitor, lease):
        await desks.says(visitor.append(desk.offer(visitor, lease, purpose=purpose), desks.ref()))
        await closed(desks, errors.WrongRole)


async def test_a_forged_offer_is_refused(house: House) -> None:
    async with taken(house) as (desks, desk, visitor, lease):
        offer = msgspec.structs.replace(desk.offer(visitor, lease), sig=b64(os.urandom(64)))
        refused(await desks.answers(visitor.append(offer, desks.ref())), "unverified")


async def test_an_offer_under_a_lost_lease_is_refused(house: House) -> None:
    async with taken(house) as (desks, desk, visitor, _):
        offer = desk.offer(visitor, b64(os.urandom(32)))
        refused(await desks.answers(visitor.append(offer, desks.ref())), "lease-lost")


# The chain of trust


async def test_a_console_that_is_not_signed_in_is_turned_away(house: House) -> None:
    for token in ("", "x", b64(os.urandom(32))):
        async with desks_socket(house, token) as socket:
            await closed(socket, errors.SignedOut)


async def test_a_duty_key_that_another_device_signed_is_refused(house: House) -> None:
    desk = await signs_in(house)
    forged = desk.issues_duty(desk_span(house), PrivateKey.generate(DeviceKey))
    await _refuses_duty(house, desk, duty=as_wire(forged))


async def test_an_expired_and_a_too_long_duty_key_are_refused(house: House) -> None:
    now = int(house.clock())
    for span in (
        Span(now - 10 * HOUR, now - 2 * HOUR),
        Span(now, now + 13 * HOUR),
        Span(now + 2 * HOUR, now + 3 * HOUR),
    ):
        desk = await signs_in(house)
        await _refuses_duty(house, desk, duty=as_wire(desk.issues_duty(span)))


async def test_a_certificate_of_nobodys_registrar_is_refused(house: House) -> None:
    desk = await signs_in(house)
    async with desks_socket(house, desk.token) as socket:
        await socket.hears("welcome")
        refused(await socket.answers(desk.duty_on(1, documents=[])), "unverified")


async def test_one_consoles_session_does_not_carry_anothers_device(house: House) -> None:
    amina, bjorn = await signs_in(house), await signs_in(house, "Björn")
    async with desks_socket(house, amina.token) as socket:
        await socket.hears("welcome")
        refused(await socket.answers(bjorn.duty_on(1)), "unverified")


async def test_an_expired_certificate_is_refused(own_house: House) -> None:
    await _refuses_duty(own_house, await is_listed(own_house, issued=int(own_house.clock()) - 8 * DAY))


async def test_an_interpreter_offers_no_accept(own_house: House) -> None:
    desk = await is_listed(own_house, "interpreter")
    async with desks_socket(own_house, desk.token) as socket:
        await socket.hears("welcome")
        await socket.says(desk.duty_on(1))
        await closed(socket, errors.WrongRole)


async def test_without_freshness_nobody_goes_on_duty(own_house: House) -> None:
    signed_in = await signs_in(own_house)
    own_house.clock.ahead += 27 * HOUR
    desk = await has(own_house, signed_in.certificate, signed_in.key, "Amina")
    await _refuses_duty(own_house, desk)


async def test_a_revoked_device_is_signed_out_at_once_and_stays_out(own_house: House) -> None:
    async with nothing_lost(own_house), on_duty(own_house) as (socket, desk):
        await revokes(own_house, desk.certificate.hash)
        await own_house.learns()
        await closed(socket, errors.SignedOut)
        async with desks_socket(own_house, desk.token) as again:
            await closed(again, errors.SignedOut)


async def test_off_duty_nothing_is_taken_followed_or_written(house: House) -> None:
    async with started(house) as (_, visitor):
        desk = await signs_in(house)
        async with desks_socket(house, desk.token) as socket:
            await socket.hears("welcome")
            refused(await socket.answers(wire.Take(ref=1)), "off-duty")
            refused(await socket.answers(wire.Follow(ref=2, sid=visitor.id, after=0)), "off-duty")
            refused(await socket.answers(visitor.append(visitor.frame(0), 3)), "off-duty")
            refused(await socket.answers(wire.Close(ref=4, sid=visitor.id)), "off-duty")


def desk_span(house: House) -> Span:
    now = int(house.clock())
    return Span(now, now + HOUR)


async def _refuses_duty(house: House, desk: Desk, **changes: object) -> None:
    async with desks_socket(house, desk.token) as socket:
        await socket.hears("welcome")
        refused(await socket.answers(desk.duty_on(1, **changes)), "unverified")
        refused(await socket.answers(wire.Take(ref=2)), "off-duty")


async def test_the_end_is_for_members_only(house: House) -> None:
    async with talking(house) as talk, on_duty(house, "Björn") as (other, _):
        refused(await other.answers(wire.Close(ref=9, sid=talk.visitor.id)), "not-a-member")
        assert isinstance(talk, Talk)


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
