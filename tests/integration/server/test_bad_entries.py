"""An entry that does not fit is refused with its remedy and stands in no log: frames, announcements, offers (F1, E2, E5, S1)."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
import pytest

from chat import errors, wire
from chat.crypto.encoding import b64
from chat.crypto.signing import PrivateKey, VisitorKey
from tests.integration.server.house import House
from tests.integration.server.refusing import closed, length, nothing_lost, refused
from tests.integration.server.wires import (
    Desk,
    Socket,
    Talk,
    Visitor,
    noisy_frame,
    on_duty,
    started,
    talking,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


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
        refused(await socket.answers(visitor.append(visitor.frame(0, epoch=1), socket.ref())), "lost-entries")


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


async def test_an_offer_to_take_over_of_whom_nobody_asked_is_refused(house: House) -> None:
    async with taken(house) as (desks, desk, visitor, lease):
        offer = desk.offer(visitor, lease, purpose="handover")
        refused(await desks.answers(visitor.append(offer, desks.ref())), "wrong-moment")
        assert await length(house, visitor) == 2


@pytest.mark.parametrize("purpose", ["supervise", "interpret"])
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


async def test_the_end_is_for_members_only(house: House) -> None:
    async with talking(house) as talk, on_duty(house, "Björn") as (other, _):
        refused(await other.answers(wire.Close(ref=9, sid=talk.visitor.id)), "not-a-member")
        assert isinstance(talk, Talk)
