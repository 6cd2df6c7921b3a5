"""The whole conversation, from start to erased, between two honest implementations and a real server with real stores."""

import asyncio

import pytest

from chat import wire
from chat.client.conversation import Conversation
from chat.client.link import Refused
from tests.integration.server.house import House
from tests.integration.server.people import a_counsellor, a_visitor, in_conversation

pytestmark = pytest.mark.asyncio(loop_scope="module")


def is_here(conversation: Conversation) -> bool:
    return bool(conversation.presence and conversation.presence.visitor)


def counsellors(conversation: Conversation) -> int:
    return conversation.presence.counsellors if conversation.presence else 0


async def test_a_visitor_is_heard_from_the_first_word_to_the_end(house: House) -> None:
    async with a_visitor(house) as visitor, a_counsellor(house) as counsellor:
        await visitor.starts("self")
        await visitor.writes("Kan ni höra mig?")
        await visitor.until(lambda: visitor.position == 1 and visitor.on_duty >= 1, "the place in the queue")
        await counsellor.until(lambda: bool(counsellor.desk and counsellor.desk.waiting), "somebody waits")
        assert counsellor.desk
        assert counsellor.desk.waiting[-1].entrance == "self"
        assert counsellor.desk.on_duty == ["Amina"]
        sid = await counsellor.takes_next()
        await counsellor.hears(sid, "Kan ni höra mig?")
        await counsellor.writes(sid, "Ja. Är du ensam?")
        await visitor.hears("Ja. Är du ensam?")
        await asyncio.gather(*(visitor.writes(f"rad {number}") for number in range(5)))
        await counsellor.hears(sid, "rad 4")
        await counsellor.reads(sid)
        assert [member.pseudonym for member in visitor.conversation.log.members] == ["Amina"]
        await visitor.ends()
        assert await counsellor.is_over(sid) == "closed"
        kept = await house.parts.stores["live"].command("KEYS", f"*{sid}*")
        assert [key.decode().rpartition(":")[2] for key in kept] == ["ended"]


async def test_either_side_ends_it(house: House) -> None:
    async with in_conversation(house) as (visitor, counsellor, sid):
        await counsellor.ends(sid)
        assert await visitor.is_over() == "closed"


async def test_who_leaves_in_a_hurry_is_erased_and_the_counsellor_is_told(house: House) -> None:
    async with in_conversation(house) as (visitor, counsellor, sid):
        await visitor.leaves()
        assert await counsellor.is_over(sid) == "left-quickly"


async def test_the_leave_notice_needs_its_token(house: House) -> None:
    from chat.client import http

    async with in_conversation(house) as (visitor, counsellor, sid):
        log = visitor.conversation.log
        answer = await http.leave(house.visitor, log.sid, bytes(32))
        assert answer.status == 401
        assert b"capability" in answer.body
        await visitor.writes("fortfarande här")
        await counsellor.hears(sid, "fortfarande här")
        for body in (b"", b"{}", b"x" * 20_000):
            assert (await http.request(house.visitor + "/v1/leave", body=body or b" ")).status in (400, 413)


async def test_a_counsellor_has_several_conversations_up_to_the_capacity(house: House) -> None:
    async with (
        a_counsellor(house, capacity=2) as counsellor,
        a_visitor(house) as first,
        a_visitor(house) as second,
        a_visitor(house) as third,
    ):
        for visitor in (first, second, third):
            await visitor.starts()
        sids = [await counsellor.takes_next(), await counsellor.takes_next()]
        assert sids == [first.sid, second.sid]
        assert (await counsellor.is_refused(wire.Take(ref=counsellor.ref()))).code == "at-capacity"
        assert (await counsellor.is_refused(wire.DutyOff(ref=counsellor.ref()))).code == "open-conversations"
        await counsellor.writes(sids[1], "till dig, nummer två")
        await second.hears("till dig, nummer två")
        assert first.conversation.words() == []
        await counsellor.ends(sids[0])
        assert await counsellor.takes_next() == third.sid
        for sid in (sids[1], third.sid):
            await counsellor.ends(sid)
        await counsellor.goes_off_duty()


async def test_two_counsellors_never_win_one_visitor(house: House) -> None:
    async with a_counsellor(house, "Amina", 10) as amina, a_counsellor(house, "Björn", 10) as bjorn:
        for _ in range(5):
            async with a_visitor(house) as visitor:
                await visitor.starts()
                won = await asyncio.gather(amina.leases_next(), bjorn.leases_next(), return_exceptions=True)
                assert [type(one) for one in won].count(Refused) == 1
                winner = amina if won[0] == visitor.sid else bjorn
                await winner.follows(visitor.sid)
                await winner.is_admitted(visitor.sid)
                await visitor.ends()


async def test_nobody_waits_is_told_in_words(house: House) -> None:
    async with a_counsellor(house) as counsellor:
        assert (await counsellor.is_refused(wire.Take(ref=counsellor.ref()))).code == "queue-empty"


async def test_the_place_in_the_queue_never_rises(house: House) -> None:
    async with a_counsellor(house) as counsellor, a_visitor(house) as first, a_visitor(house) as second:
        await first.starts()
        await second.starts()
        await second.until(lambda: second.position == 2, "second in turn")
        sid = await counsellor.leases_next()
        assert sid == first.sid
        await counsellor.gives_back(sid)
        await asyncio.sleep(0.3)
        assert (first.position, second.position) == (1, 2)
        await first.closes()
        await asyncio.sleep(0.3)
        assert second.position == 2
        # A visitor without a socket is passed over and keeps the place.
        assert await counsellor.takes_next() == second.sid


async def test_a_lost_connection_loses_nothing(house: House) -> None:
    async with in_conversation(house) as (visitor, counsellor, sid):
        await visitor.writes("före")
        await visitor.loses_the_connection()
        await counsellor.until(lambda: not is_here(counsellor.conversation(sid)), "the visitor is away")
        await counsellor.writes(sid, "medan du var borta")
        await visitor.reconnects()
        await visitor.hears("medan du var borta")
        await counsellor.loses_the_connection()
        await visitor.until(lambda: not counsellors(visitor.conversation), "the counsellor is away")
        await visitor.writes("efter")
        await counsellor.reconnects()
        await counsellor.hears(sid, "efter")
        await counsellor.writes(sid, "slut")
        await visitor.hears("slut")
        assert counsellor.conversation(sid).words()[-1] == "slut"


async def test_a_visitor_who_comes_back_before_being_let_in_keeps_everything(house: House) -> None:
    async with a_visitor(house) as visitor, a_counsellor(house) as counsellor:
        await visitor.starts()
        await visitor.writes("jag är här")
        await visitor.loses_the_connection()
        await visitor.reconnects()
        sid = await counsellor.takes_next()
        await counsellor.hears(sid, "jag är här")
