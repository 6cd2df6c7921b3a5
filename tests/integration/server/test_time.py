"""What happens by the clock: leases, offers, lives of conversations, freshness, and those who do not keep up."""

import asyncio
import os

import msgspec
import pytest

from chat import errors, wire
from chat.crypto.chain import HOUR
from chat.crypto.hpke import DeviceSealKey, OpenKey
from chat.crypto.signing import DeviceKey, PrivateKey
from chat.demo.sign_in import as_wire
from chat.rules import limits
from chat.rules.ids import Sid
from tests.integration.server.house import House, house_open
from tests.integration.server.people import a_counsellor, a_visitor, in_conversation
from tests.integration.server.wires import on_duty, started, talking, visitors_socket

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_lease_that_is_not_used_returns_the_visitor_to_the_same_place(own_house: House) -> None:
    house = own_house
    async with a_visitor(house) as first, a_visitor(house) as second, a_counsellor(house) as amina:
        await first.starts()
        await second.starts()
        assert await amina.leases_next() == first.sid
        house.clock.ahead += limits.LEASE_SECONDS + 1
        await first.until(lambda: first.conversation.log.index == 3, "leased, returned")
        await asyncio.sleep(1.5)  # until the sockets have said again that they are here
        assert (first.position, second.position) == (1, 2)
        async with a_counsellor(house, "Björn") as bjorn:
            assert await bjorn.takes_next() == first.sid


async def test_an_offer_that_is_not_answered_returns_the_visitor_and_comes_too_late(own_house: House) -> None:
    house = own_house
    async with started(house) as (visitors, visitor), on_duty(house) as (desks, desk):
        lease = (await desks.answers(wire.Take(ref=desks.ref())))["lease"]
        await desks.says(wire.Follow(ref=desks.ref(), sid=visitor.id, after=0))
        await desks.hears("entry", index=2)
        offer = desk.offer(visitor, lease)
        assert (await desks.answers(visitor.append(offer, desks.ref())))["index"] == 3
        house.clock.ahead += limits.OFFER_SECONDS + 1
        await visitors.hears("entry", index=4)
        late = visitor.announces(1, [desk.member(offer)], lease=lease)
        answer = await visitors.answers(visitor.append(late, visitors.ref()))
        assert answer["code"] in ("lease-lost", "wrong-moment")
        await asyncio.sleep(1.5)
        again = await desks.answers(wire.Take(ref=desks.ref()))
        assert again["sid"] == visitor.id
        assert again["lease"] != lease


async def test_releasing_gives_the_place_back_and_the_lease_is_lost(house: House) -> None:
    async with started(house) as (visitors, visitor), on_duty(house) as (desks, _):
        lease = (await desks.answers(wire.Take(ref=desks.ref())))["lease"]
        assert (await desks.answers(wire.Release(ref=desks.ref(), sid=visitor.id, lease=lease)))[
            "type"
        ] == "done"
        await visitors.hears("entry", index=3)
        answer = await desks.answers(wire.Release(ref=desks.ref(), sid=visitor.id, lease=lease))
        assert answer["code"] == "lease-lost"


async def test_who_gives_back_a_visitor_that_has_just_let_it_in_is_told_and_stays_a_member(
    house: House,
) -> None:
    async with talking(house) as talk:
        assert talk.announcement.lease
        release = wire.Release(ref=talk.desks.ref(), sid=talk.visitor.id, lease=talk.announcement.lease)
        assert (await talk.desks.answers(release))["code"] == "wrong-moment"
        node = house.parts.node
        held = await node.memberships.of(talk.desk.certificate.hash)
        assert Sid(talk.visitor.id) in held
        close = wire.Close(ref=talk.desks.ref(), sid=talk.visitor.id)
        assert (await talk.desks.answers(close))["type"] == "done"


async def test_a_visitor_without_a_socket_is_kept_for_45_minutes_and_no_longer(own_house: House) -> None:
    house = own_house
    node = house.parts.node
    async with a_visitor(house) as visitor:
        await visitor.starts()
    await asyncio.sleep(0.3)
    house.clock.ahead += limits.WAITING_SECONDS - 60
    assert [place.sid for place in await node.queue.places(node.now)] == [visitor.sid]
    await visitor.reconnects()
    await visitor.writes("är ni kvar?")
    await visitor.closes()
    await asyncio.sleep(0.3)
    house.clock.ahead += limits.WAITING_SECONDS + limits.PRESENCE_SECONDS + 60
    await asyncio.sleep(1.5)
    assert await node.queue.places(node.now) == []


async def test_a_talk_without_the_visitor_is_over_after_ten_minutes_and_the_counsellor_is_told(
    own_house: House,
) -> None:
    house = own_house
    async with in_conversation(house) as (visitor, counsellor, sid):
        await visitor.loses_the_connection()
        house.clock.ahead += limits.ADMITTED_SECONDS + 60
        assert await counsellor.is_over(sid) == "time"


async def test_a_visitors_socket_keeps_the_talk_alive_but_not_past_a_day(own_house: House) -> None:
    house = own_house
    async with in_conversation(house) as (visitor, counsellor, sid):
        for _ in range(3):
            house.clock.ahead += limits.ADMITTED_SECONDS - 60
            await asyncio.sleep(1.5)
        await visitor.writes("jag är kvar")
        await counsellor.hears(sid, "jag är kvar")
        house.clock.ahead += limits.CONVERSATION_SECONDS
        assert await visitor.is_over() == "time"


async def test_new_freshness_reaches_every_page_and_the_chat_stays_open(own_house: House) -> None:
    house = own_house
    async with visitors_socket(house) as visitors, on_duty(house) as (desks, _):
        house.clock.ahead += 60
        house.made.freshen(int(house.clock()))
        await house.registry.publish_freshness()
        newest = msgspec.to_builtins(as_wire(house.made.fresh))
        for socket in (visitors, desks):
            await socket.hears("freshness", fresh=newest)
        assert house.parts.node.standing.current(house.parts.node.now + 24 * HOUR)
        assert not house.parts.node.standing.current(house.parts.node.now + 26 * HOUR)


async def test_pages_are_told_of_freshness_that_a_sign_in_was_the_first_to_see(own_house: House) -> None:
    house = own_house
    async with visitors_socket(house) as visitors:
        house.clock.ahead += 60
        house.made.freshen(int(house.clock()))
        await house.registry.publish_freshness()
        await house.parts.node.standing.reload(house.parts.node.now)  # as the door does
        await visitors.hears("freshness", fresh=msgspec.to_builtins(as_wire(house.made.fresh)))


async def test_who_signs_in_while_the_ledger_is_being_read_is_not_turned_away(own_house: House) -> None:
    house, standing = own_house, own_house.parts.node.standing
    for _ in range(5):
        keys = PrivateKey.generate(DeviceKey).public, OpenKey(DeviceSealKey, os.urandom(32)).public
        made = await house.registry.certify("Amina", *keys)
        await asyncio.gather(standing.reload(house.parts.node.now), _reload_and_find(house, made.hash))


async def _reload_and_find(house: House, certificate: bytes) -> None:
    await house.parts.node.standing.reload(house.parts.node.now)
    assert not house.parts.node.standing.refuses(certificate)


async def test_a_ledger_with_a_forged_freshness_changes_nothing(own_house: House) -> None:
    house = own_house
    node = house.parts.node
    good = node.standing.freshness
    assert good
    forged = msgspec.structs.replace(good, fresh=msgspec.structs.replace(good.fresh, sig="A" * 86))
    house.made.n += 1
    await house.parts.staff.put_freshness(
        roster=house.made.roster.hash, n=house.made.n, revoked=[], raw=msgspec.json.encode(forged)
    )
    await house.learns()
    assert node.standing.freshness is good
    assert node.standing.current(node.now) is good


async def test_a_socket_that_says_nothing_is_given_up(own_house: House) -> None:
    async with visitors_socket(own_house) as socket:
        own_house.clock.ahead += 180
        code, last = await socket.hears_the_close()
        assert (code, last["code"]) == (errors.TooSlow.close, "too-slow")


async def test_who_does_not_read_is_closed_after_ten_seconds_and_misses_nothing() -> None:
    entries = 400
    async with (
        house_open(outbox_kib=32, messages_per_second=100_000, burst=100_000) as house,
        started(house) as (socket, visitor),
    ):
        for number in range(entries):
            frame = visitor.frame(number, noise=os.urandom(4_112))
            await socket.says(visitor.append(frame, socket.ref()))
        await socket.hears("ack", index=entries + 1)
        async with visitors_socket(house, receive_bytes=4096) as slow:
            await slow.says(visitor.follow(0, 1))
            await asyncio.sleep(1)
            connections = [session.connection for session in house.parts.node.connected]
            full = [connection for connection in connections if connection.full_since]
            assert len(full) == 1
            assert full[0]._size < 64 * 1024
            house.clock.ahead += 11
            await asyncio.sleep(1.5)
            assert full[0]._closing == (errors.TooSlow.close, "too-slow")
        async with visitors_socket(house) as again:
            await again.says(visitor.follow(0, 1))
            for index in range(1, entries + 2):
                assert (await again.hears("entry"))["index"] == index


async def test_the_log_is_full_before_anything_acknowledged_is_lost() -> None:
    async with house_open(messages_per_second=100_000, burst=100_000) as house, talking(house) as talk:
        for number in range(limits.FRAMES_UNTIL_ENTRIES - 4):
            await talk.visitors.says(
                talk.visitor.append(talk.visitor.frame(number, epoch=1), talk.visitors.ref())
            )
        await talk.visitors.hears("ack", index=limits.FRAMES_UNTIL_ENTRIES)
        following = talk.visitor.frame(limits.FRAMES_UNTIL_ENTRIES - 4, epoch=1)
        answer = await talk.visitors.answers(talk.visitor.append(following, talk.visitors.ref()))
        assert answer["code"] == "full"
        await talk.desks.hears("entry", index=limits.FRAMES_UNTIL_ENTRIES)
        assert [m["index"] for m in talk.desks.heard if m["type"] in ("entry", "ack")] == list(
            range(1, 1_951)
        )
