"""Whom a visitor's page lets in unasked: the test is the service (E5)."""

from collections.abc import Iterator

import pytest

from chat import wire
from chat.client.visitor import Visitor
from chat.crypto.encoding import unb64
from chat.crypto.entries import AnnouncementEntry
from chat.crypto.epochs import Announcement, parse_announcement
from tests.support.hostile.machine import HostileService
from tests.support.hostile.world import REALM


@pytest.fixture
def play() -> Iterator[HostileService]:
    """Vera waits, and nobody has been hostile yet."""
    play = HostileService()
    play.people_come(talks=[], stubborn=False, goes_on=False)
    play.a_visitor_starts(0)
    play.the_service_behaves(0)
    yield play
    play.teardown()


def two_offer_at_once(play: HostileService) -> Visitor:
    vera = play.visitor(0)
    for device in (play.world.eve, play.world.olle):
        offer = play.forger.offer(vera.conversation.log, device, "accept", device, {})
        play._offers((vera, vera.conversation), offer)
    return vera


def under_way(vera: Visitor) -> list[tuple[int, Announcement]]:
    """The announcements that have no answer yet, by the number of their request."""
    return [
        (ref, parse_announcement(REALM, unb64(sent.message.doc)))
        for ref, sent in vera.conversation.outbox.items()
        if isinstance(sent.entry, AnnouncementEntry) and isinstance(sent.message, wire.Announcement)
    ]


def test_of_two_who_offer_at_once_one_is_sealed_to_and_only_the_first_comes_in(play: HostileService) -> None:
    vera = two_offer_at_once(play)
    ((_, first),) = under_way(vera)
    assert [member.duty for member in first.members] == [play.world.eve.duty.hash]
    play.the_service_behaves(0)
    assert [member.duty for member in vera.conversation.log.members] == [play.world.eve.duty.hash]
    assert (under_way(vera), vera.asked) == ([], [])


def test_the_second_who_offered_is_considered_once_the_first_was_refused(play: HostileService) -> None:
    vera = two_offer_at_once(play)
    ((ref, _),) = under_way(vera)
    play.shows(vera, wire.Error(code="lease-lost", remedy="", ref=ref, sid=vera.sid))
    ((_, second),) = under_way(vera)
    assert [member.duty for member in second.members] == [play.world.olle.duty.hash]


def test_once_somebody_was_in_whoever_accepts_is_asked_about(play: HostileService) -> None:
    vera = play.visitor(0)
    play._offers(
        (vera, vera.conversation),
        play.forger.offer(vera.conversation.log, play.world.eve, "accept", play.world.eve, {}),
    )
    play.the_service_behaves(0)
    play.a_visitor_leaves_somebody_out(0, 0)
    play.the_service_behaves(0)
    assert vera.conversation.log.members == ()
    offer = play.forger.offer(vera.conversation.log, play.world.olle, "accept", play.world.olle, {})
    play._offers((vera, vera.conversation), offer)
    assert under_way(vera) == []
    assert len(vera.asked) == 1
