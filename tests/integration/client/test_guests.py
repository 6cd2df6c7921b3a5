"""A guest from outside comes into one conversation by a member's word and the visitor's yes (E6), and by nothing else."""

import os

import pytest

from chat import wire
from chat.client.answering import Answering
from chat.client.colleague import Colleague
from chat.client.link import Closed, Refused
from chat.crypto.encoding import b64, digest
from chat.crypto.guest import access
from chat.live.guest import TRIES
from tests.integration.client.conftest import Town

SECRET = "Det här sa jag bara till Amina."
POLICE = "Polisen Borås"


async def in_conversation(town: Town) -> tuple[Answering, Colleague, str]:
    visitor = await town.waiting_visitor(SECRET)
    amina = await town.colleague("Amina")
    sid = await amina.takes_next()
    await amina.hears(sid, SECRET)
    return visitor, amina, sid


async def test_a_guest_comes_in_with_the_visitors_yes_and_leaves(town: Town) -> None:
    visitor, amina, sid = await in_conversation(town)
    token = os.urandom(32)
    await amina.invites(sid, POLICE, token)
    guest = await town.guest(token)
    await guest.enters()
    await guest.is_vouched_for()
    await visitor.is_asked_by(POLICE)
    assert visitor.members() == ["Amina"], "nobody is listed before the visitor has said yes"
    await visitor.says_yes(POLICE, history=False)
    await guest.is_admitted()
    await visitor.writes("Hej, båda två.")
    await guest.hears("Hej, båda två.")
    assert guest.conversation.words() == ["Hej, båda två."]
    await guest.writes("Jag lyssnar.")
    await visitor.hears("Jag lyssnar.")
    await amina.hears(sid, "Jag lyssnar.")
    assert visitor.members() == ["Amina", POLICE]
    member = visitor.conversation.log.members[1]
    assert (member.certificate, member.role, member.duty) == (bytes(32), "guest", member.offer)
    await guest.leaves()
    await visitor.until(lambda: visitor.members() == ["Amina"], "the guest is out")
    await visitor.writes("Utan gäst.")
    await amina.hears(sid, "Utan gäst.")
    assert "Utan gäst." not in guest.conversation.words()


async def test_a_guest_goes_with_whoever_vouched_for_it_when_that_machine_is_revoked(town: Town) -> None:
    visitor, amina, sid = await in_conversation(town)
    token = os.urandom(32)
    await amina.invites(sid, POLICE, token)
    guest = await town.guest(token)
    await guest.enters()
    await guest.is_vouched_for()
    await visitor.is_asked_by(POLICE)
    await visitor.says_yes(POLICE)
    await guest.is_admitted()
    visitor.standing.trust.revoked |= {amina.certificate.hash}
    await visitor._leave_out_who_counts_no_more()
    await visitor.until(lambda: visitor.members() == [], "nobody is in who does not count")


async def test_a_link_opens_once_and_its_own_page_comes_back(town: Town) -> None:
    visitor, amina, sid = await in_conversation(town)
    token = os.urandom(32)
    await amina.invites(sid, POLICE, token)
    guest = await town.guest(token)
    await guest.enters()
    await guest.is_vouched_for()
    other = await town.guest(token)
    with pytest.raises(Refused) as refused:
        await other.enters()
    assert refused.value.code == "not-invited"
    await guest.link.closes()
    await guest.connects()
    await guest.resumes()
    await visitor.is_asked_by(POLICE)
    await visitor.says_yes(POLICE)
    await guest.hears(SECRET)


async def test_a_link_that_was_guessed_or_is_over_opens_nothing(town: Town) -> None:
    _, amina, sid = await in_conversation(town)
    guessing = await town.guest(os.urandom(32))
    with pytest.raises(Refused) as refused:
        await guessing.enters()
    assert refused.value.code == "not-invited"
    token = os.urandom(32)
    await amina.invites(sid, POLICE, token)
    town.house.clock.ahead = 31 * 60
    late = await town.guest(token)
    with pytest.raises(Refused) as refused:
        await late.enters()
    assert refused.value.code == "not-invited"


async def test_who_tries_links_is_turned_away_and_keeps_nobody_out_who_has_one(town: Town) -> None:
    _, amina, sid = await in_conversation(town)
    token = os.urandom(32)
    await amina.invites(sid, POLICE, token)
    trying = await town.guest(os.urandom(32))
    for _ in range(TRIES - 1):
        trying._token = os.urandom(32)
        with pytest.raises(Refused) as refused:
            await trying.enters()
        assert refused.value.code == "not-invited"
    with pytest.raises(Closed):
        await trying.enters()
    guest = await town.guest(token)
    await guest.enters()
    await guest.is_vouched_for()


async def test_links_of_a_page_that_is_loaded_anew_are_taken_back_and_who_is_in_stays(town: Town) -> None:
    visitor, amina, sid = await in_conversation(town)
    inside, opened, unopened = (os.urandom(32) for _ in range(3))
    await amina.invites(sid, POLICE, inside)
    guest = await town.guest(inside)
    await guest.enters()
    await guest.is_vouched_for()
    await visitor.is_asked_by(POLICE)
    await visitor.says_yes(POLICE)
    await guest.is_admitted()
    for token in (opened, unopened):
        await amina.invites(sid, "Socialtjänsten", token)
    await amina.reloads()
    await amina.has_rejoined(sid)
    late = await town.guest(unopened)
    with pytest.raises(Refused) as refused:
        await late.enters()
    assert refused.value.code == "not-invited"
    await guest.link.closes()
    await guest.connects()
    await guest.resumes()
    await visitor.writes("Är du kvar?")
    await guest.hears("Är du kvar?")


async def test_a_guest_is_asked_about_again_over_what_is_new_and_a_no_is_the_end_of_it(town: Town) -> None:
    visitor, amina, sid = await in_conversation(town)
    token = os.urandom(32)
    await amina.invites(sid, POLICE, token)
    guest = await town.guest(token)
    await guest.enters()
    await visitor.is_asked_by(POLICE)
    siv = await town.colleague("Siv")
    await amina.asks_for(sid, "supervise")
    await siv.comes(sid)
    await visitor.is_asked_by("Siv")
    await visitor.says_yes("Siv")
    await visitor.is_asked_by(POLICE)
    assert len(guest.conversation.log.guests) == 2
    await visitor.says_no(POLICE)
    await guest.until(lambda: bool(guest.conversation.log.refused), "the guest sees the no")
    await siv.leaves(sid)
    await visitor.until(lambda: visitor.members() == ["Amina"], "Siv is out")
    assert visitor.question(POLICE) is None
    assert len(guest.conversation.log.guests) == 2, "nobody vouches again after a no"


async def test_a_guest_who_does_not_come_after_all_takes_the_question_off_the_visitors_screen(
    town: Town,
) -> None:
    visitor, amina, sid = await in_conversation(town)
    token = os.urandom(32)
    await amina.invites(sid, POLICE, token)
    guest = await town.guest(token)
    await guest.enters()
    await visitor.is_asked_by(POLICE)
    await guest.until(lambda: bool(guest.reader.offers), "the guest knows its word")
    await guest.takes_back()
    await visitor.until(lambda: visitor.question(POLICE) is None, "nobody asks any more")
    assert visitor.members() == ["Amina"]


async def test_a_guest_who_closes_the_page_stays_listed_and_the_others_are_told_that_it_is_away(
    town: Town,
) -> None:
    visitor, amina, sid = await in_conversation(town)
    token = os.urandom(32)
    await amina.invites(sid, POLICE, token)
    guest = await town.guest(token)
    await guest.enters()
    await guest.is_vouched_for()
    await visitor.is_asked_by(POLICE)
    await visitor.says_yes(POLICE)
    await guest.is_admitted()

    def here() -> tuple[int, int] | None:
        told = visitor.conversation.presence
        return (told.counsellors, told.guests) if told else None

    await visitor.until(lambda: here() == (1, 1), "both are here, and a guest is no counsellor")
    await guest.link.closes()
    await visitor.until(lambda: here() == (1, 0), "the guest is away")
    await amina.until(lambda: _guests(amina, sid) == 0, "Amina is told too")
    assert visitor.members() == ["Amina", POLICE]
    await guest.connects()
    await guest.resumes()
    await visitor.until(lambda: here() == (1, 1), "the guest is back")


def _guests(who: Colleague, sid: str) -> int | None:
    told = who.conversation(sid).presence
    return told.guests if told else None


async def test_keys_that_were_not_made_with_the_link_are_vouched_for_by_nobody(town: Town) -> None:
    _, amina, sid = await in_conversation(town)
    token = os.urandom(32)
    await amina.invites(sid, POLICE, token)
    between = await town.guest(token)
    shown = b64(access("varsam-demo", token))
    keys = (b64(between.key.public.raw), b64(between.open_key.public.raw))
    forged = wire.Enter(
        ref=between.ref(), access=shown, signature_key=keys[0], hpke_key=keys[1], proof=b64(bytes(32))
    )
    await between.asks(forged)
    await amina.until(lambda: not amina.link.is_open, "Amina's page refuses it")
    assert not between.reader.offers


async def test_only_a_member_invites_and_a_guest_sees_nothing_else(town: Town) -> None:
    visitor, amina, sid = await in_conversation(town)
    bjorn = await town.colleague("Björn")
    wanted = wire.Invite(ref=bjorn.ref(), sid=sid, access=b64(digest(b"none")))
    assert (await bjorn.is_refused(wanted)).code == "not-a-member"
    token = os.urandom(32)
    await amina.invites(sid, POLICE, token)
    guest = await town.guest(token)
    follow = wire.Follow(ref=guest.ref(), sid=sid, after=0)
    assert (await guest.is_refused(follow)).code == "not-a-member"
    await guest.enters()
    await guest.is_vouched_for()
    other = await town.waiting_visitor("En annan.")
    follow = wire.Follow(ref=guest.ref(), sid=other.sid, after=0)
    assert (await guest.is_refused(follow)).code == "not-a-member"
    await visitor.ends()
    assert await guest.is_over() == "closed"
