"""Others come into a conversation, and go: only when a member asked them, and only with the visitor's yes (E6)."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from chat import wire
from chat.client.answering import Answering
from chat.client.colleague import Colleague
from chat.client.link import Closed, Refused
from chat.client.translation import write_refusal
from chat.crypto.chain import Signed
from chat.crypto.refusal import refuse, withdraw
from chat.errors import VerificationError
from chat.store.connections import Store
from tests.integration.client.conftest import Town
from tests.support.rollback import Rollback

SECRET = "Det här sa jag bara till Amina."


@pytest_asyncio.fixture
async def live(town: Town) -> AsyncIterator[Store]:
    async with Store(town.house.addresses.live) as store:
        yield store


async def in_conversation(town: Town) -> tuple[Answering, Colleague, str]:
    visitor = await town.waiting_visitor(SECRET)
    amina = await town.colleague("Amina")
    sid = await amina.takes_next()
    await amina.hears(sid, SECRET)
    await amina.writes(sid, "Jag är här.")
    await visitor.hears("Jag är här.")
    return visitor, amina, sid


async def test_who_takes_over_has_the_conversation_in_the_counsellors_place_and_all_that_was_said(
    town: Town,
) -> None:
    visitor, amina, sid = await in_conversation(town)
    bjorn = await town.colleague("Björn")
    await amina.asks_for(sid, "handover", "Björn")
    await bjorn.comes(sid)
    await visitor.is_asked_by("Björn")
    assert visitor.members() == ["Amina"], "nobody is listed before the visitor has said yes"
    await visitor.says_yes("Björn")
    await amina.is_out(sid)
    await bjorn.is_admitted(sid)
    await bjorn.hears(sid, SECRET)
    await bjorn.writes(sid, "Nu är det jag.")
    await visitor.hears("Nu är det jag.")
    await visitor.writes("Hej Björn.")
    await bjorn.hears(sid, "Hej Björn.")
    assert visitor.members() == ["Björn"]
    assert "Hej Björn." not in amina.conversation(sid).words()
    await amina.goes_off_duty()


async def test_what_was_said_before_stays_closed_to_who_is_let_in_without_it(town: Town) -> None:
    visitor, amina, sid = await in_conversation(town)
    bjorn = await town.colleague("Björn")
    await amina.asks_for(sid, "handover")
    await bjorn.comes(sid)
    await visitor.is_asked_by("Björn")
    await visitor.says_yes("Björn", history=False)
    await bjorn.is_admitted(sid)
    await visitor.writes("Vi börjar om.")
    await bjorn.hears(sid, "Vi börjar om.")
    assert bjorn.conversation(sid).words() == ["Vi börjar om."]
    assert set(bjorn.conversation(sid).log.secrets) == {2}
    await amina.is_out(sid)


async def test_a_supervisor_and_an_interpreter_join_and_leave_and_the_counsellor_stays(town: Town) -> None:
    visitor, amina, sid = await in_conversation(town)
    siv, ibrahim = await town.colleague("Siv"), await town.colleague("Ibrahim")
    await amina.asks_for(sid, "supervise")
    await amina.asks_for(sid, "interpret", "Ibrahim")
    await asyncio.gather(siv.comes(sid), ibrahim.comes(sid))
    await visitor.is_asked_by("Siv")
    await visitor.says_yes("Siv")
    # The other question stood over the announcement before: it is asked again.
    await visitor.is_asked_by("Ibrahim")
    await visitor.says_yes("Ibrahim", history=False)
    await ibrahim.is_admitted(sid)
    assert visitor.members() == ["Amina", "Siv", "Ibrahim"]
    for who in (siv, ibrahim):
        await who.writes(sid, f"{who.certificate.pseudonym} är med.")
        await visitor.hears(f"{who.certificate.pseudonym} är med.")
        await amina.hears(sid, f"{who.certificate.pseudonym} är med.")
    await siv.hears(sid, SECRET)
    assert SECRET not in ibrahim.conversation(sid).words()
    await siv.leaves(sid)
    await visitor.until(lambda: visitor.members() == ["Amina", "Ibrahim"], "Siv is out")
    await visitor.writes("Utan Siv.")
    await ibrahim.hears(sid, "Utan Siv.")
    await amina.hears(sid, "Utan Siv.")
    assert "Utan Siv." not in siv.conversation(sid).words()
    await siv.goes_off_duty()


async def test_a_no_is_told_to_everybody_and_lets_nobody_in(town: Town) -> None:
    visitor, amina, sid = await in_conversation(town)
    siv = await town.colleague("Siv")
    await amina.asks_for(sid, "supervise")
    await siv.comes(sid)
    await visitor.is_asked_by("Siv")
    await visitor.says_no("Siv")
    await siv.hears_no(sid)
    await amina.until(lambda: bool(amina.conversation(sid).log.refused), "Amina sees the no")
    assert visitor.question("Siv") is None
    with pytest.raises(VerificationError):
        await visitor.says_yes("Siv")
    await amina.asks_for(sid, "supervise")
    await siv.asks_no_more(sid, "supervise")
    await amina.writes(sid, "Vi fortsätter.")
    await visitor.hears("Vi fortsätter.")


async def test_who_was_not_asked_neither_follows_nor_offers(town: Town) -> None:
    _, amina, sid = await in_conversation(town)
    bjorn = await town.colleague("Björn")
    for purpose in ("handover", "supervise"):
        with pytest.raises((Refused, Closed)):
            await bjorn.asks(_join(bjorn, sid, purpose))
    await amina.asks_for(sid, "handover", "Siv")
    other = await town.colleague("Björn")
    with pytest.raises(Refused) as refused:
        await other.asks(_join(other, sid, "handover"))
    assert refused.value.code == "wrong-moment"


async def test_the_first_who_comes_has_it_and_the_next_is_told(town: Town) -> None:
    visitor, amina, sid = await in_conversation(town)
    bjorn, other = await town.colleague("Björn"), await town.colleague("Björn")
    await amina.asks_for(sid, "handover")
    await other.is_asked(sid)
    await bjorn.comes(sid)
    with pytest.raises(Refused) as refused:
        await other.asks(_join(other, sid, "handover"))
    assert refused.value.code == "wrong-moment"
    await other.until(lambda: not other.asked, "the other is asked no more")
    await visitor.is_asked_by("Björn")


async def test_whoever_asks_takes_it_back_before_somebody_comes(town: Town) -> None:
    _, amina, sid = await in_conversation(town)
    siv = await town.colleague("Siv")
    await amina.asks_for(sid, "supervise")
    await siv.is_asked(sid)
    await amina.asks_no_more(sid, "supervise")
    await siv.until(lambda: not siv.asked, "nobody asks any more")


async def test_whoever_came_takes_it_back_and_the_question_goes_at_once(town: Town) -> None:
    visitor, amina, sid = await in_conversation(town)
    siv = await town.colleague("Siv")
    await amina.asks_for(sid, "supervise")
    await siv.comes(sid)
    await visitor.is_asked_by("Siv")
    await siv.asks_no_more(sid, "supervise")
    await visitor.until(lambda: visitor.question("Siv") is None, "nobody asks any more")
    await amina.until(lambda: bool(amina.conversation(sid).log.refused), "Amina is told")
    with pytest.raises(VerificationError):
        await visitor.says_yes("Siv")
    # An offer of the same second would be the same one, which is good once.
    town.house.clock.ahead += 1
    await amina.asks_for(sid, "supervise")
    await siv.comes(sid)
    await visitor.is_asked_by("Siv")
    await visitor.says_yes("Siv")
    await siv.is_admitted(sid)


async def test_nobody_takes_back_what_another_offered(town: Town) -> None:
    visitor, amina, sid = await in_conversation(town)
    siv, bjorn = await town.colleague("Siv"), await town.colleague("Björn")
    await amina.asks_for(sid, "supervise")
    await amina.asks_for(sid, "handover")
    await siv.comes(sid)
    await visitor.is_asked_by("Siv")
    await bjorn.comes(sid)
    await visitor.is_asked_by("Björn")
    offers = list(amina.conversation(sid).log.offers)
    for who in (amina, bjorn):
        word = withdraw("varsam-demo", offers[1], who.duty.key)
        assert (await refused_entry(who, sid, write_refusal(word))).code == "not-a-member"
    forged = withdraw("varsam-demo", offers[1], bjorn.duty.key)
    assert (await refused_entry(siv, sid, write_refusal(forged))).code == "unverified"
    unknown = withdraw("varsam-demo", bytes(32), siv.duty.key)
    assert (await refused_entry(siv, sid, write_refusal(unknown))).code == "stale-offer"
    no = Signed(refuse("varsam-demo", offers[1], visitor.key).doc, bytes(64))
    with pytest.raises((Closed, Refused)):
        await siv.asks(wire.Append(ref=siv.ref(), sid=sid, entry=write_refusal(no)))
    assert visitor.question("Siv") is not None


async def refused_entry(who: Colleague, sid: str, entry: wire.Refusal) -> wire.Error:
    return await who.is_refused(wire.Append(ref=who.ref(), sid=sid, entry=entry))


async def test_the_question_is_asked_again_while_the_visitor_is_away_and_answered_when_they_are_back(
    town: Town,
) -> None:
    visitor, amina, sid = await in_conversation(town)
    bjorn = await town.colleague("Björn")
    await visitor.link.closes()
    await amina.asks_for(sid, "handover")
    await bjorn.comes(sid)
    await bjorn.until(lambda: bool(bjorn.cases[sid].reader.offers), "Björn asks")
    town.house.clock.ahead = 100
    await bjorn.asks_again(sid)
    assert len(bjorn.cases[sid].reader.offers) == 2
    await visitor.connects()
    await visitor.resumes()
    await visitor.is_asked_by("Björn")
    await visitor.says_yes("Björn")
    await bjorn.is_admitted(sid)


async def test_what_was_said_before_is_not_said_again_to_who_came_without_it_when_the_store_has_lost_a_part(
    town: Town, live: Store
) -> None:
    visitor, amina, sid = await in_conversation(town)
    bjorn = await town.colleague("Björn")
    await amina.asks_for(sid, "handover")
    await bjorn.comes(sid)
    await visitor.is_asked_by("Björn")
    await visitor.says_yes("Björn", history=False)
    await bjorn.is_admitted(sid)
    async with Rollback(live, sid):
        await visitor.writes("Är du där, Björn?")
        await bjorn.hears(sid, "Är du där, Björn?")
    await visitor.conversation.sends("Jag väntar.")
    await visitor.until(lambda: visitor.sid != sid, "the visitor goes on")
    await visitor.is_admitting()
    new = visitor.sid
    await bjorn.until(lambda: new in bjorn.cases and bjorn.is_in(new), "Björn goes on")
    await bjorn.hears(new, "Jag väntar.")
    assert bjorn.conversation(new).words() == ["Är du där, Björn?", "Jag väntar."]
    assert visitor.conversation.words()[0] == SECRET


async def test_who_was_in_beside_the_counsellor_is_asked_for_once_more_when_the_store_has_lost_a_part(
    town: Town, live: Store
) -> None:
    visitor, amina, sid = await in_conversation(town)
    siv = await town.colleague("Siv")
    await amina.asks_for(sid, "supervise")
    await siv.comes(sid)
    await visitor.is_asked_by("Siv")
    await visitor.says_yes("Siv")
    await siv.is_admitted(sid)
    async with Rollback(live, sid):
        await visitor.writes("ett")
        await amina.hears(sid, "ett")
    await visitor.conversation.sends("två")
    await visitor.until(lambda: visitor.sid != sid, "the visitor goes on")
    await visitor.is_admitting()
    assert visitor.members() == ["Amina"]
    assert await siv.is_over(sid) == "continued"
    await amina.until(lambda: visitor.sid in amina.cases and amina.is_in(visitor.sid), "Amina goes on")
    await amina.asks_for(visitor.sid, "supervise")
    await siv.comes(visitor.sid)
    await visitor.is_asked_by("Siv")
    await visitor.says_yes("Siv")
    await siv.hears(visitor.sid, "två")


async def test_a_visitor_who_was_left_alone_asks_for_somebody_else_and_is_asked_before_they_come(
    town: Town,
) -> None:
    visitor, amina, sid = await in_conversation(town)
    await amina.closes()
    bjorn = await town.colleague("Björn")
    await visitor.asks_for_another()
    asked = await bjorn.is_asked(sid)
    assert (asked.purpose, asked.by) == ("handover", None)
    await bjorn.comes(sid)
    await visitor.is_asked_by("Björn")
    assert visitor.members() == ["Amina"]
    await visitor.says_yes("Björn")
    await bjorn.hears(sid, SECRET)
    assert visitor.members() == ["Björn"]


async def test_a_visitor_asks_for_nobody_by_name_and_for_nobody_to_join(town: Town) -> None:
    visitor, amina, sid = await in_conversation(town)
    for purpose, to in (("supervise", None), ("handover", "Björn")):
        with pytest.raises(Refused) as refused:
            await visitor.asks(wire.Ask(ref=visitor.ref(), sid=sid, purpose=purpose, to=to))  # type: ignore[arg-type]
        assert refused.value.code == "wrong-moment"
    assert amina.asked == (), "who is in already is not asked"
    await visitor.asks_for_another()
    await visitor.writes("Är någon där?")
    await amina.hears(sid, "Är någon där?")
    assert amina.asked == ()


async def test_an_offer_that_came_too_late_lets_nobody_in(town: Town) -> None:
    visitor, amina, sid = await in_conversation(town)
    bjorn = await town.colleague("Björn")
    await amina.asks_for(sid, "handover")
    await bjorn.comes(sid)
    await visitor.is_asked_by("Björn")
    town.house.clock.ahead = 3600 + 121
    assert visitor.question("Björn") is None


def _join(who: Colleague, sid: str, purpose: str) -> wire.Join:
    return wire.Join(ref=who.ref(), sid=sid, purpose=purpose)  # type: ignore[arg-type]
