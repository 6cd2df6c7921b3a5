"""Where sockets do not come through the chat works all the same, by long polling (S7): blocked by a proxy, stripped of their
Upgrade on the way, or refused by the browser; embedded and standalone.
"""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.support.demo import Demo
from tests.support.network import Network, network
from tests.support.people import WAIT, CounsellorPerson, VisitorPerson, a_visitor

NO_CONNECTION = "No connection right now."
POLL = "^POST .*/v1/visitor/poll"
SOCKET = "^CONNECT 127"
FOUND_SECONDS = 25


@pytest.fixture
def line() -> Iterator[Network]:
    with network() as made:
        yield made


@pytest.fixture
def distant(line: Network, new_profile: Callable[..., BrowserContext]) -> VisitorPerson:
    return a_visitor(new_profile(proxy={"server": line.address}))


def opens(visitor: VisitorPerson, demo: Demo, entrance: str) -> VisitorPerson:
    if entrance == "municipal":
        return visitor.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us()
    return visitor.opens(f"{demo.visitor}/?lang=en")


def talk_to_the_end(visitor: VisitorPerson, counsellor: CounsellorPerson) -> None:
    """A whole conversation, from the queue to the end."""
    visitor.sees_the_place(1)
    visitor.writes("I am afraid of this summer.")
    visitor.sees_state("I am afraid of this summer.", "Sent")
    counsellor.takes_next()
    visitor.is_talking_with("Amina")
    counsellor.sees("I am afraid of this summer.")
    for number in range(3):
        counsellor.writes(f"Question {number}?")
        visitor.sees(f"Question {number}?")
        visitor.writes(f"Answer {number}.")
        counsellor.sees(f"Answer {number}.")
    visitor.sees_state("Answer 2.", "Read")
    counsellor.sees_state("Question 2?", "Read")
    for person in (visitor, counsellor):
        expect(
            person.messages.get_by_role("listitem").filter(has_text=re.compile(r"Answer \d"))
        ).to_have_count(3)
    expect(counsellor.page.get_by_text("The visitor is away.")).to_have_count(0)
    counsellor.ends_the_chat()
    visitor.sees_the_end()
    counsellor.sees_the_end()


@pytest.mark.parametrize(
    ("sockets", "entrance"),
    [
        pytest.param("refused", "municipal", marks=pytest.mark.soak),
        ("stripped", "standalone"),
        pytest.param("refused", "standalone", marks=pytest.mark.soak),
        pytest.param("stripped", "municipal", marks=pytest.mark.soak),
    ],
)
def test_a_whole_conversation_behind_a_proxy_that_lets_no_socket_through(
    demo: Demo,
    distant: VisitorPerson,
    counsellor: CounsellorPerson,
    line: Network,
    entrance: str,
    sockets: str,
) -> None:
    line.sockets = sockets  # type: ignore[assignment]
    opens(distant, demo, entrance).starts_the_chat()
    talk_to_the_end(distant, counsellor)
    assert line.count(SOCKET) >= 1, "a socket was tried"
    assert line.count(POLL) > 5


@pytest.mark.parametrize("entrance", ["municipal", pytest.param("standalone", marks=pytest.mark.soak)])
def test_a_whole_conversation_where_the_browser_has_no_sockets(
    demo: Demo, distant: VisitorPerson, counsellor: CounsellorPerson, line: Network, entrance: str
) -> None:
    distant.page.context.add_init_script("delete globalThis.WebSocket")
    opens(distant, demo, entrance).starts_the_chat()
    talk_to_the_end(distant, counsellor)
    assert line.count(SOCKET) == 0
    assert line.count(POLL) > 5


def test_where_sockets_come_through_nothing_is_polled(
    demo: Demo, distant: VisitorPerson, counsellor: CounsellorPerson, line: Network
) -> None:
    opens(distant, demo, "standalone").starts_the_chat()
    talk_to_the_end(distant, counsellor)
    assert line.count(SOCKET) == 1
    assert line.count(POLL) == 0


def test_sockets_that_die_three_times_are_given_up_and_the_conversation_goes_on(
    demo: Demo, distant: VisitorPerson, counsellor: CounsellorPerson, line: Network
) -> None:
    opens(distant, demo, "standalone").starts_the_chat()
    counsellor.takes_next()
    distant.is_talking_with("Amina")
    distant.writes("By a socket.")
    counsellor.sees("By a socket.")
    line.sockets = "refused"
    line.is_cut()
    distant.writes("By a poll.")
    counsellor.sees("By a poll.")
    counsellor.writes("It is the same conversation.")
    distant.sees("It is the same conversation.")
    expect(distant.messages.get_by_role("listitem").filter(has_text="By a")).to_have_count(2)
    assert line.count(POLL) >= 1
    distant.ends_the_chat()
    counsellor.sees_the_end()


def test_a_page_that_polls_goes_back_to_sockets_when_they_come_through_and_loses_nothing(
    demo: Demo, distant: VisitorPerson, counsellor: CounsellorPerson, line: Network
) -> None:
    line.sockets = "refused"
    opens(distant, demo, "standalone").starts_the_chat()
    counsellor.takes_next()
    distant.is_talking_with("Amina")
    distant.writes("word (0)")
    counsellor.sees("word (0)")
    line.sockets = "pass"
    tried, polled = line.count(SOCKET), 0
    for number in range(1, 4):
        counsellor.writes(f"reply ({number})")
        distant.writes(f"word ({number})")
        if number == 1:
            distant.page.evaluate("() => dispatchEvent(new Event('online'))")
        counsellor.sees(f"word ({number})")
        distant.sees(f"reply ({number})")
        if number == 2:
            polled = line.count(POLL)
    assert (line.count(SOCKET), line.count(POLL)) == (tried + 1, polled)
    for person in (distant, counsellor):
        expect(person.messages.get_by_role("listitem").filter(has_text="word ")).to_have_count(4)
        expect(person.messages.get_by_role("listitem").filter(has_text="reply ")).to_have_count(3)
    expect(counsellor.page.get_by_text("The visitor is away.")).to_have_count(0)
    distant.ends_the_chat()
    counsellor.sees_the_end()


@pytest.mark.soak
def test_polls_that_are_cut_and_answers_that_are_lost_lose_nothing_and_double_nothing(
    demo: Demo, distant: VisitorPerson, counsellor: CounsellorPerson, line: Network
) -> None:
    line.sockets = "refused"
    opens(distant, demo, "municipal").starts_the_chat()
    counsellor.takes_next()
    distant.is_talking_with("Amina")
    for number in range(4):
        if number % 2:
            line.is_cut()
        else:
            line.loses_answer_to = re.compile(POLL + '.*"append"')
        distant.writes(f"word {number}")
        counsellor.sees(f"word {number}")
        counsellor.writes(f"reply {number}")
        distant.sees(f"reply {number}")
    for person in (distant, counsellor):
        expect(person.messages.get_by_role("listitem").filter(has_text="word ")).to_have_count(4)
        expect(person.messages.get_by_role("listitem").filter(has_text="reply ")).to_have_count(4)
    distant.sees_state("word 3", "Read")
    distant.ends_the_chat()
    counsellor.sees_the_end()


@pytest.mark.soak  # half a minute, most of it until a dead request is found
def test_a_visitor_who_polls_and_loses_the_network_is_told_and_comes_back(
    demo: Demo, distant: VisitorPerson, counsellor: CounsellorPerson, line: Network
) -> None:
    line.sockets = "refused"
    opens(distant, demo, "standalone").starts_the_chat()
    counsellor.takes_next()
    distant.is_talking_with("Amina")
    line.goes_down()
    expect(distant.page.get_by_role("status").filter(has_text=NO_CONNECTION)).to_be_visible()
    distant.writes("word one")
    distant.sees_state("word one", "Waiting to send")
    away = counsellor.page.get_by_text("The visitor is away.")
    expect(away).to_be_visible(timeout=FOUND_SECONDS * 1_000 + WAIT)
    line.comes_back()
    counsellor.sees("word one")
    distant.sees_state("word one", "Read")
    expect(distant.page.get_by_text(NO_CONNECTION)).to_have_count(0)
    expect(away).to_have_count(0)
    distant.ends_the_chat()
    counsellor.sees_the_end()


def test_who_polls_and_leaves_is_erased_at_once(
    demo: Demo, distant: VisitorPerson, counsellor: CounsellorPerson, line: Network
) -> None:
    line.sockets = "refused"
    line.loses = re.compile("^POST .*/v1/leave")
    opens(distant, demo, "standalone").starts_the_chat()
    counsellor.takes_next()
    distant.is_talking_with("Amina")
    for _ in range(3):
        distant.page.keyboard.press("Shift")
    expect(distant.page).to_have_url(re.compile(".*/weather"))
    told = counsellor.page.get_by_text("The visitor left quickly. Do not write, do not call.").first
    expect(told).to_be_visible()


def test_a_poll_asks_the_browser_for_nothing_and_leaves_nothing(
    demo: Demo, distant: VisitorPerson, counsellor: CounsellorPerson, line: Network
) -> None:
    """No preflight, no cookie, and nothing in the address (S7, Trace 1, 3)."""
    line.sockets = "refused"
    opens(distant, demo, "municipal").starts_the_chat()
    counsellor.takes_next()
    distant.is_talking_with("Amina")
    assert line.count("^OPTIONS") == 0
    assert all(re.search(r"/v1/visitor/poll HTTP", asked) for asked in line.asked if "/poll" in asked)
    assert distant.page.context.cookies() == []
    distant.ends_the_chat()
