"""What a counsellor's page does not let a service do to it: the test is the service."""

from collections.abc import Iterator

import pytest

from chat.client.counsellor import Counsellor
from chat.client.visitor import Visitor
from chat.crypto.encoding import ZEROS
from chat.errors import VerificationError
from tests.support.hostile.machine import HostileService


@pytest.fixture
def play() -> Iterator[HostileService]:
    """Amina has let herself be taken by Vera, and nobody has been hostile yet."""
    play = HostileService()
    play.people_come(talks=[(0, 1)], stubborn=False, goes_on=False)
    yield play
    play.teardown()


def amina_of(play: HostileService) -> Counsellor:
    counsellor = next(p for p in play.service.people.values() if isinstance(p, Counsellor) and p.cases)
    assert counsellor.is_in(next(iter(counsellor.cases)))
    return counsellor


def test_a_visitor_whom_this_page_has_is_not_taken_a_second_time(play: HostileService) -> None:
    """The same duty key would seal under the same numbers again (F2)."""
    amina = amina_of(play)
    (sid,) = amina.cases
    held = amina.cases[sid]
    play.service.next_lease = sid
    with pytest.raises(VerificationError, match="F2"):
        play.run(amina.leases_next())
    assert amina.cases[sid] is held


def test_who_was_let_in_cannot_be_given_back(play: HostileService) -> None:
    amina = amina_of(play)
    (sid,) = amina.cases
    play.run(amina.gives_back(sid))
    assert list(amina.cases) == [sid]


def test_an_announcement_over_a_roster_that_never_was_is_refused_and_harms_nothing_else(
    play: HostileService,
) -> None:
    """E3: a visitor who lies about the roster ends its own conversation, not the counsellor's link."""
    amina = amina_of(play)
    (case,) = amina.cases.values()
    vera = play.service.people["Vera"]
    assert isinstance(vera, Visitor)
    log = case.conversation.log
    eve = play.world.eve
    play.logs((amina, case.conversation), play.forger.offer(log, eve, "handover", eve, {}))
    roster = {"roster": ZEROS[:-1] + b"\1"}
    lie = play.forger.announcement(log, vera.key, play.forger.candidates(log), roster, 0)
    play.logs((amina, case.conversation), lie)
    assert case.conversation.alarm is not None
    assert case.conversation.alarm.step == "K4"
