"""A lost connection loses nothing: what was written waits in words, arrives once and in order, and silence is not absence
(S2, S3, Talk 4).
"""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.support.demo import Demo
from tests.support.network import Network, network
from tests.support.people import WAIT, CounsellorPerson, VisitorPerson, a_counsellor, a_visitor, texts_of

DESK = {"width": 1280, "height": 800}
NO_CONNECTION = "No connection right now."
FOUND_SECONDS = 25
LEASE_SECONDS = 20
"""From the offer on (E8)."""


@pytest.fixture
def line() -> Iterator[Network]:
    """The network of one of the two."""
    with network() as made:
        yield made


@pytest.fixture
def distant(line: Network, new_profile: Callable[..., BrowserContext]) -> VisitorPerson:
    """A visitor behind that network."""
    return a_visitor(new_profile(proxy={"server": line.address}))


def texts(person: VisitorPerson | CounsellorPerson, count: int) -> list[str]:
    """So many texts, as they stand in the log; what the service says is no text."""
    expect(person.messages.get_by_role("listitem").filter(has_text="word ")).to_have_count(count)
    return texts_of(person.messages.get_by_role("listitem").filter(has_text="word "))


def stand_in_order(person: VisitorPerson | CounsellorPerson, *words: str) -> None:
    found = texts(person, len(words))
    assert all(word in line for word, line in zip(words, found, strict=True)), found


@pytest.mark.parametrize("entrance", ["municipal", pytest.param("standalone", marks=pytest.mark.soak)])
def test_a_cut_connection_loses_nothing_and_doubles_nothing(
    demo: Demo, distant: VisitorPerson, counsellor: CounsellorPerson, line: Network, entrance: str
) -> None:
    if entrance == "municipal":
        distant.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us()
    else:
        distant.opens(f"{demo.visitor}/?lang=en")
    distant.starts_the_chat()
    distant.sees_the_place(1)
    distant.writes("word one")
    counsellor.takes_next()
    distant.is_talking_with("Amina")
    for word in ("two", "three", "four"):
        line.is_cut()
        distant.writes(f"word {word}")
        counsellor.writes(f"word of Amina {word}")
    distant.sees("word of Amina four")
    counsellor.sees("word four")
    expected = sorted(["one", "two", "three", "four"] + [f"of Amina {n}" for n in ("two", "three", "four")])
    for person in (distant, counsellor):
        said = [text for text in texts(person, len(expected)) if "word" in text]
        assert (
            sorted(next(e for e in sorted(expected, key=len, reverse=True) if f"word {e}" in s) for s in said)
            == expected
        )
    distant.sees_state("word four", "Read")
    distant.ends_the_chat()
    counsellor.sees_the_end()


def test_what_is_written_without_a_connection_waits_and_is_sent_when_it_is_back(
    demo: Demo, distant: VisitorPerson, counsellor: CounsellorPerson, line: Network
) -> None:
    distant.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    counsellor.takes_next()
    distant.is_talking_with("Amina")
    line.goes_down()
    expect(distant.page.get_by_role("status").filter(has_text=NO_CONNECTION)).to_be_visible()
    distant.writes("word one")
    distant.writes("word two")
    for word in ("one", "two"):
        distant.sees_state(f"word {word}", "Waiting to send")
    expect(counsellor.page.get_by_text("The visitor is away.")).to_be_visible()
    counsellor.writes("word three")
    counsellor.sees_state("word three", "Sent")
    line.comes_back()
    stand_in_order(distant, "word three", "word one", "word two")
    stand_in_order(counsellor, "word three", "word one", "word two")
    for word in ("one", "two"):
        distant.sees_state(f"word {word}", "Read")
    expect(distant.page.get_by_text(NO_CONNECTION)).to_have_count(0)
    expect(counsellor.page.get_by_text("The visitor is away.")).to_have_count(0)
    distant.ends_the_chat()


def test_a_half_open_connection_is_found_within_25_seconds_and_healed(
    demo: Demo, distant: VisitorPerson, counsellor: CounsellorPerson, line: Network
) -> None:
    distant.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    counsellor.takes_next()
    distant.is_talking_with("Amina")
    line.falls_silent()
    distant.writes("word one")
    distant.sees_state("word one", "Waiting to send")
    away = counsellor.page.get_by_text("The visitor is away.")
    expect(away).to_be_visible(timeout=FOUND_SECONDS * 1_000 + WAIT)
    expect(distant.page.get_by_role("status").filter(has_text=NO_CONNECTION)).to_be_visible()
    line.is_cut()
    line.comes_back()
    counsellor.sees("word one")
    distant.sees_state("word one", "Read")
    stand_in_order(counsellor, "word one")
    distant.ends_the_chat()


@pytest.mark.soak  # half a minute, most of it until a dead connection is found
def test_a_device_that_gets_its_network_back_connects_at_once(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson
) -> None:
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    counsellor.takes_next()
    visitor.is_talking_with("Amina")
    context = visitor.page.context
    context.set_offline(True)
    expect(visitor.page.get_by_role("status").filter(has_text=NO_CONNECTION)).to_be_visible(
        timeout=FOUND_SECONDS * 1_000 + WAIT
    )
    visitor.writes("word one")
    visitor.sees_state("word one", "Waiting to send")
    visitor.page.wait_for_timeout(9_000)  # the pauses between the attempts have grown
    context.set_offline(False)
    expect(visitor.messages.get_by_role("listitem").filter(has_text="word one")).not_to_contain_text(
        "Waiting to send", timeout=2_000
    )
    counsellor.sees("word one")
    visitor.ends_the_chat()


def test_a_counsellor_without_a_connection_is_said_to_be_and_comes_back(
    demo: Demo, visitor: VisitorPerson, line: Network, new_profile: Callable[..., BrowserContext]
) -> None:
    amina = a_counsellor(new_profile(viewport=DESK, proxy={"server": line.address}))
    amina.opens(demo.staff).signs_in_as("Amina").goes_on_duty()
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    amina.takes_next()
    visitor.is_talking_with("Amina")
    line.goes_down()
    expect(visitor.page.get_by_text("Amina has lost the connection")).to_be_visible()
    expect(amina.page.get_by_text("Connection lost, connecting again.")).to_be_visible()
    amina.writes("word one")
    amina.sees_state("word one", "Waiting to send")
    visitor.writes("word two")
    visitor.sees_state("word two", "Sent")
    line.comes_back()
    stand_in_order(visitor, "word two", "word one")
    stand_in_order(amina, "word two", "word one")
    expect(visitor.page.get_by_text("Amina has lost the connection")).to_have_count(0)
    visitor.ends_the_chat()


def test_a_console_that_is_closed_before_it_was_let_in_gives_the_visitor_back_at_once(
    demo: Demo, distant: VisitorPerson, line: Network, new_profile: Callable[..., BrowserContext]
) -> None:
    amina, bjorn = (a_counsellor(new_profile(viewport=DESK)) for _ in range(2))
    for person, name in ((amina, "Amina"), (bjorn, "Björn")):
        person.opens(demo.staff).signs_in_as(name).goes_on_duty()
    distant.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    distant.sees_the_place(1)
    line.falls_silent()
    amina.page.get_by_role("button", name=re.compile("^Take next")).click()
    take = bjorn.page.get_by_role("button", name=re.compile("^Take next"))
    expect(take).to_be_disabled()
    amina.page.close()
    expect(take).to_be_enabled(timeout=LEASE_SECONDS / 2 * 1_000)
    line.is_cut()
    line.comes_back()
    distant.writes("word one")
    distant.sees_state("word one", "Sent")
    bjorn.takes_next()
    distant.is_talking_with("Björn")
    distant.ends_the_chat()


def test_who_waits_keeps_the_place_through_a_lost_connection(
    demo: Demo, distant: VisitorPerson, visitor: VisitorPerson, counsellor: CounsellorPerson, line: Network
) -> None:
    distant.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    distant.sees_the_place(1)
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    visitor.sees_the_place(2)
    line.is_cut()
    distant.writes("word one")
    distant.sees_state("word one", "Sent")
    distant.sees_the_place(1)
    counsellor.takes_next()
    distant.is_talking_with("Amina")
    counsellor.sees("word one")
    counsellor.ends_the_chat()
    visitor.ends_the_chat()
