"""Whole conversations between the second implementation's visitor and counsellor, through a real service."""

import asyncio

import pytest

from chat import wire
from chat.client.conversation import Over
from chat.client.link import Closed, Refused
from chat.client.visitor import Visitor
from chat.errors import VerificationError
from chat.store.connections import Store
from tests.integration.client.conftest import Town


async def test_what_was_written_in_the_queue_is_read_by_who_is_let_in(town: Town) -> None:
    visitor = await town.waiting_visitor("Är någon där?", "سلام")
    counsellor = await town.counsellor("Amina")
    sid = await counsellor.takes_next()
    assert counsellor.conversation(sid).words() == ["Är någon där?", "سلام"]
    await visitor.is_admitting()
    assert visitor.conversation.members() == counsellor.conversation(sid).members() == ["Amina"]
    await counsellor.writes(sid, "Ja, jag är här.")
    await visitor.hears("Ja, jag är här.")
    assert visitor.conversation.log.heads == counsellor.conversation(sid).log.heads


async def test_either_side_ends_it_for_both(town: Town) -> None:
    counsellor = await town.counsellor()
    for ending in ("visitor", "counsellor"):
        visitor = await town.waiting_visitor()
        sid = await counsellor.takes_next()
        await visitor.is_admitting()
        await (visitor.ends() if ending == "visitor" else counsellor.ends(sid))
        assert await visitor.is_over() == await counsellor.is_over(sid) == "closed"
        assert [w.plain.kind for w in visitor.conversation.received] == ["end"]


async def test_who_leaves_is_told_as_having_left_quickly(town: Town) -> None:
    visitor = await town.waiting_visitor()
    counsellor = await town.counsellor()
    sid = await counsellor.takes_next()
    await visitor.leaves()
    assert await counsellor.is_over(sid) == "left-quickly"


async def test_what_the_store_knows_no_more_ends_with_the_next_word_at_both_pages(town: Town) -> None:
    visitor = await town.waiting_visitor("hej")
    counsellor = await town.counsellor()
    sid = await counsellor.takes_next()
    await visitor.is_admitting()
    async with Store(town.house.addresses.live) as live:
        assert await live.command("DEL", *(f"varsam:{{{sid}}}:{name}" for name in ("facts", "log"))) == 2
    [outgoing] = await counsellor.conversation(sid).sends("Är du där?")
    assert await counsellor.is_over(sid) == "unknown"
    assert await visitor.is_over() == "unknown"
    with pytest.raises(Over, match="unknown"):
        await outgoing.stored


async def test_what_was_written_without_a_connection_arrives_once_and_in_order(town: Town) -> None:
    visitor = await town.waiting_visitor()
    counsellor = await town.counsellor()
    sid = await counsellor.takes_next()
    await visitor.is_admitting()
    await visitor.loses_the_connection()
    for words in ("ett", "två", "tre"):
        await visitor.conversation.sends(words)
    await counsellor.writes(sid, "är du kvar?")
    await visitor.reconnects()
    await visitor.hears("är du kvar?")
    await counsellor.hears(sid, "tre")
    assert counsellor.conversation(sid).words() == ["är du kvar?", "ett", "två", "tre"]


async def test_an_acknowledgement_lost_with_the_connection_is_made_good(town: Town) -> None:
    visitor = await town.waiting_visitor()
    for number in range(20):
        await visitor.conversation.sends(str(number))
    await visitor.loses_the_connection()
    await visitor.reconnects()
    await visitor.writes("sist")
    assert visitor.conversation.words() == [*map(str, range(20)), "sist"]
    assert not visitor.conversation.outbox


async def test_a_counsellor_comes_back_with_the_same_duty_key(town: Town) -> None:
    visitor = await town.waiting_visitor()
    counsellor = await town.counsellor()
    sid = await counsellor.takes_next()
    await counsellor.loses_the_connection()
    await visitor.writes("är du kvar?")
    await counsellor.reconnects()
    await counsellor.hears(sid, "är du kvar?")
    await counsellor.writes(sid, "ja")
    await visitor.hears("ja")


async def test_a_text_longer_than_a_frame_arrives_whole(town: Town) -> None:
    visitor = await town.waiting_visitor()
    counsellor = await town.counsellor()
    sid = await counsellor.takes_next()
    words = "ö" * 9_000
    await visitor.writes(words)
    await counsellor.hears(sid, words)


async def test_many_texts_at_once_keep_their_order_though_they_are_too_fast(town: Town) -> None:
    visitor = await town.waiting_visitor()
    outgoing = [item for number in range(60) for item in await visitor.conversation.sends(str(number))]
    assert await visitor.conversation.stored(outgoing, seconds=30) == list(range(2, 62))


async def test_a_visitor_given_back_keeps_the_place_and_is_let_in_by_the_next(town: Town) -> None:
    first, second = await town.waiting_visitor(), await town.waiting_visitor()
    amina, bjorn = await town.counsellor("Amina"), await town.counsellor("Björn")
    sid = await amina.leases_next()
    assert sid == first.sid
    await amina.gives_back(sid)
    assert await bjorn.takes_next() == first.sid
    assert await amina.takes_next() == second.sid
    await first.is_admitting()
    assert first.conversation.members() == ["Björn"]


async def test_two_counsellors_never_win_one_visitor(town: Town) -> None:
    counsellors = [await town.counsellor("Amina"), await town.counsellor("Björn")]
    for _ in range(3):
        visitor = await town.waiting_visitor()
        tried = await asyncio.gather(*(c.leases_next() for c in counsellors), return_exceptions=True)
        assert [sid for sid in tried if isinstance(sid, str)] == [visitor.sid]
        refused = next(error for error in tried if isinstance(error, Refused))
        assert refused.code == "queue-empty"
        winner = next(c for c, sid in zip(counsellors, tried, strict=True) if isinstance(sid, str))
        await winner.follows(visitor.sid)
        await winner.is_admitted(visitor.sid)
        await winner.ends(visitor.sid)


async def test_frames_written_while_the_counsellor_is_let_in_are_read(town: Town) -> None:
    visitor = await town.waiting_visitor()
    counsellor = await town.counsellor()
    taking = asyncio.create_task(counsellor.takes_next())
    for number in range(25):
        await visitor.writes(str(number))
    sid = await taking
    await counsellor.hears(sid, "24")
    assert counsellor.conversation(sid).words() == [str(number) for number in range(25)]


async def test_a_page_that_pins_another_root_does_not_start(town: Town) -> None:
    stranger = Visitor(town.house.visitor, bytes(32), realm="varsam-demo")
    with pytest.raises(VerificationError) as refused:
        await stranger.connects()
    await stranger.closes()
    assert refused.value.step == "K1"


async def test_a_page_of_production_does_not_talk_to_a_demo(town: Town) -> None:
    stranger = Visitor(town.house.visitor, town.house.root)
    with pytest.raises(VerificationError):
        await stranger.connects()
    await stranger.closes()


async def test_an_offer_by_a_revoked_device_is_not_let_in(town: Town) -> None:
    """The service would refuse it; the visitor's page does not rely on that."""
    visitor = await town.waiting_visitor()
    counsellor = await town.counsellor()
    visitor.standing.trust.revoked |= {counsellor.certificate.hash}
    sid = await counsellor.leases_next()
    await counsellor.follows(sid)
    await visitor.until(lambda: bool(visitor.refused_offers), "the offer is refused")
    assert visitor.refused_offers[0].step == "K4"
    assert not visitor.conversation.members()


async def test_an_offer_that_comes_before_its_roster_is_answered_when_the_roster_has_come(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = await town.waiting_visitor()
    held: list[wire.Freshness] = []

    async def comes_later(freshness: wire.Freshness) -> None:
        held.append(freshness)

    with monkeypatch.context() as slow:
        slow.setattr(visitor.standing, "learn", comes_later)
        counsellor = await town.counsellor("Amina")
        taking = asyncio.ensure_future(counsellor.takes_next())
        await visitor.until(lambda: bool(visitor.conversation.log.offers), "an offer comes")
        assert held and not visitor.conversation.log.members
    await visitor.receive(held[-1])
    assert await taking == visitor.sid
    assert not visitor.refused_offers


async def test_a_message_of_the_wrong_side_is_answered_with_a_remedy(town: Town) -> None:
    visitor = await town.visitor()
    await visitor.link.send(wire.Take(ref=visitor.ref()))
    with pytest.raises(Closed) as closed:
        await visitor.until(lambda: False, "the socket is closed")
    assert (closed.value.code, closed.value.reason) == (4403, "wrong-role")
