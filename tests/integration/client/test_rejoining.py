"""A counsellor's page is reloaded, or its duty key expires, and the conversation goes on (E7)."""

import asyncio

import pytest

from chat import wire
from chat.client.counsellor import Counsellor
from chat.client.link import Refused
from chat.client.translation import write_frame
from chat.client.visitor import Visitor
from chat.crypto.chain import HOUR, Span
from chat.crypto.encoding import b64
from tests.integration.client.conftest import Town


async def in_conversation(town: Town, *words: str) -> tuple[Visitor, Counsellor, str]:
    visitor = await town.waiting_visitor(*words)
    counsellor = await town.counsellor()
    sid = await counsellor.takes_next()
    await visitor.is_admitting()
    return visitor, counsellor, sid


async def the_same_device(town: Town, counsellor: Counsellor) -> Counsellor:
    """The same console opened in another tab, on duty there."""
    other = await town.second_tab(counsellor)
    await other.goes_on_duty()
    return other


async def test_a_reloaded_page_reads_everything_again_and_the_conversation_goes_on(town: Town) -> None:
    visitor, counsellor, sid = await in_conversation(town, "Är någon där?")
    await counsellor.writes(sid, "Ja, jag är här.")
    await visitor.writes("Bra.")
    before = counsellor.duty.document.hash
    await counsellor.reloads()
    await counsellor.has_rejoined(sid)
    assert counsellor.conversation(sid).words() == ["Är någon där?", "Ja, jag är här.", "Bra."]
    await counsellor.writes(sid, "Jag laddade om sidan.")
    await visitor.hears("Jag laddade om sidan.")
    await visitor.writes("Jag ser det.")
    await counsellor.hears(sid, "Jag ser det.")
    (member,) = visitor.conversation.log.members
    assert (member.duty, member.pseudonym, member.history_from) == (counsellor.duty.document.hash, "Amina", 0)
    assert member.duty != before
    assert len(visitor.rejoined) == 1
    assert visitor.conversation.log.heads == counsellor.conversation(sid).log.heads


async def test_every_conversation_of_the_page_goes_on_and_counts(town: Town) -> None:
    visitors = [await town.waiting_visitor(f"nummer {number}") for number in range(3)]
    counsellor = await town.counsellor(capacity=3)
    sids = [await counsellor.takes_next() for _ in visitors]
    waiting = await town.waiting_visitor()
    await counsellor.reloads()
    # At once, before any of them was followed again.
    refused = await counsellor.is_refused(wire.Take(ref=counsellor.ref()))
    assert refused.code == "at-capacity"
    assert (await counsellor.is_refused(wire.DutyOff(ref=counsellor.ref()))).code == "open-conversations"
    for number, sid in enumerate(sids):
        await counsellor.has_rejoined(sid)
        assert counsellor.conversation(sid).words() == [f"nummer {number}"]
    await counsellor.ends(sids[0])
    assert await counsellor.takes_next() == waiting.sid


async def test_a_page_is_reloaded_three_times_in_ten_minutes_and_then_the_visitor_would_be_asked(
    town: Town,
) -> None:
    visitor, counsellor, sid = await in_conversation(town)
    for _ in range(3):
        await counsellor.reloads()
        await counsellor.has_rejoined(sid)
    held = counsellor.conversation(sid).log.newest.hash
    # Its own word can come back to the visitor's page later than it came here.
    await visitor.until(lambda: visitor.conversation.log.newest.hash == held, "its page holds it too")
    await counsellor.reloads()
    await visitor.until(lambda: bool(visitor.asked), "it is not let in unasked")
    assert visitor.conversation.log.newest.hash == held
    assert not counsellor.is_in(sid)
    # Ten minutes later it may come in again.
    visitor.rejoined = [at - 600 for at in visitor.rejoined]
    await counsellor.reloads()
    await counsellor.has_rejoined(sid)


async def test_who_cannot_rejoin_can_still_end_it(town: Town) -> None:
    visitor, counsellor, sid = await in_conversation(town)
    visitor.rejoined = [visitor.standing.now] * 3
    await counsellor.reloads()
    await visitor.until(lambda: bool(visitor.asked), "it is not let in unasked")
    await counsellor.asks(wire.Close(ref=counsellor.ref(), sid=sid))
    assert await visitor.is_over() == "closed"


async def test_a_page_rejoins_when_the_visitor_comes_back(town: Town) -> None:
    visitor, counsellor, sid = await in_conversation(town)
    await visitor.loses_the_connection()
    await counsellor.reloads()
    await counsellor.until(lambda: sid in counsellor.cases, "the service tells of it")
    case = counsellor.cases[sid]
    await counsellor.until(lambda: case.conversation.log.index > 4, "the offer stands")
    # The visitor stays away, so the offer is renewed before it expires.
    await counsellor.renews_offer(sid)
    await visitor.reconnects()
    await counsellor.has_rejoined(sid)
    await counsellor.writes(sid, "Välkommen tillbaka.")
    await visitor.hears("Välkommen tillbaka.")


async def test_what_an_earlier_page_sends_is_refused(town: Town) -> None:
    visitor, counsellor, sid = await in_conversation(town)
    frame = write_frame(counsellor.conversation(sid).seals(counsellor.conversation(sid).plain("seen")))
    newer = await the_same_device(town, counsellor)
    await counsellor.is_moved()
    await newer.has_rejoined(sid)
    await newer.writes(sid, "Här är jag nu.")
    await visitor.hears("Här är jag nu.")
    refused = await newer.is_refused(wire.Append(ref=newer.ref(), sid=sid, entry=frame))
    assert refused.code == "not-a-member"
    assert visitor.conversation.members() == ["Amina"]


async def test_a_device_is_on_duty_in_one_tab_only(town: Town) -> None:
    amina = await town.counsellor()
    other = await the_same_device(town, amina)
    await amina.is_moved()
    await asyncio.sleep(0.2)
    assert other.desk
    assert other.desk.on_duty == ["Amina"]
    # The earlier tab does not come back by itself.
    with pytest.raises(Refused) as refused:
        await amina.reconnects()
    assert refused.value.code == "moved"
    await other.asks(wire.Ping(ref=other.ref()))


async def test_a_duty_key_that_expires_is_replaced_and_the_conversation_goes_on(town: Town) -> None:
    visitor, counsellor, sid = await in_conversation(town, "Är någon där?")
    now = counsellor.standing.now
    await counsellor.reloads(Span(now + 1, now + 60))
    await counsellor.has_rejoined(sid)
    for _ in range(8):  # A conversation lives 10 minutes without a sign of the visitor.
        town.house.clock.ahead += 500
        await visitor.writes("Jag väntar.")
    assert town.house.clock.ahead > HOUR + 61
    refused = await counsellor.is_refused(wire.Take(ref=counsellor.ref()))
    assert refused.code == "off-duty"
    await counsellor.goes_on_duty()
    await counsellor.has_rejoined(sid)
    await counsellor.writes(sid, "Jag är kvar.")
    await visitor.hears("Jag är kvar.")


async def test_a_page_reloaded_before_it_was_let_in_is_told_when_its_earlier_self_is(town: Town) -> None:
    """The visitor's page answers the offer of the page that is gone; the new one takes that place."""
    visitor = await town.waiting_visitor("Är någon där?")
    counsellor = await town.counsellor()
    await visitor.loses_the_connection()
    sid = await counsellor.leases_next()
    await counsellor.follows(sid)
    case = counsellor.cases[sid]
    await counsellor.until(lambda: bool(case.reader.offers), "the offer is made")
    await counsellor.reloads()
    await visitor.reconnects()
    await counsellor.has_rejoined(sid, seconds=25)
    assert counsellor.conversation(sid).words() == ["Är någon där?"]


async def test_a_page_reloaded_before_its_offer_leaves_the_visitor_to_the_next(town: Town) -> None:
    visitor = await town.waiting_visitor()
    counsellor = await town.counsellor()
    assert await counsellor.leases_next() == visitor.sid
    await counsellor.reloads()
    town.house.clock.ahead = 31
    await visitor.until(lambda: "returned" in visitor.conversation.said, "the lease goes back")
    await counsellor.until(lambda: can_be_taken(counsellor), "the visitor can be taken")
    assert await counsellor.takes_next() == visitor.sid


def can_be_taken(counsellor: Counsellor) -> bool:
    waiting = counsellor.desk.waiting if counsellor.desk else []
    return any(not (who.away or who.leased) for who in waiting)


async def test_an_offer_to_rejoin_names_a_duty_key_of_the_same_device(town: Town) -> None:
    visitor, counsellor, sid = await in_conversation(town)
    other = await town.counsellor("Björn")
    with pytest.raises(Refused) as refused:
        await other.asks(wire.Follow(ref=other.ref(), sid=sid, after=0))
    assert refused.value.code == "not-a-member"
    entry = counsellor.makes_offer(sid, "rejoin", bytes(32))
    offered = wire.Offer(doc=b64(entry.doc), sig=b64(entry.sig))
    told = await counsellor.is_refused(wire.Append(ref=counsellor.ref(), sid=sid, entry=offered))
    assert told.code == "not-a-member"
    assert not visitor.asked


async def test_what_a_device_asked_for_is_forgotten_with_the_conversation(town: Town) -> None:
    visitor, counsellor, sid = await in_conversation(town)
    memberships = town.house.parts.node.memberships
    assert await memberships.of(counsellor.certificate.hash) == [sid]
    await visitor.ends()
    await counsellor.is_over(sid)
    await asyncio.sleep(0.1)
    assert await memberships.of(counsellor.certificate.hash) == []
