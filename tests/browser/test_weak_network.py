"""On a weak mobile network, 50 kbit/s and two seconds there and back: the first word, and every way out."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from chat.web.assets import Assets
from tests.support.demo import Demo
from tests.support.people import VisitorPerson, a_visitor
from tests.support.weak_network import WeakNetwork, weak_network

WARM_SECONDS, COLD_SECONDS = 15, 20
WEATHER = re.compile(r".*/weather")


@pytest.fixture
def line(demo: Demo) -> Iterator[WeakNetwork]:
    with weak_network(demo.visitor) as made:
        yield made


@pytest.fixture
def visitor(line: WeakNetwork, new_profile: Callable[..., BrowserContext]) -> VisitorPerson:
    return a_visitor(new_profile(proxy={"server": line.address}))


def stands_before_the_button(demo: Demo, visitor: VisitorPerson) -> None:
    visitor.opens(f"{demo.municipal}/?lang=en")
    expect(visitor.page.get_by_role("button", name="Talk to us")).to_be_visible()


def writes_the_first_word(visitor: VisitorPerson) -> None:
    visitor.starts_the_chat()
    box = visitor.scope.get_by_role("textbox", name="Write a message")
    box.press_sequentially("Hej")
    expect(box).to_have_value("Hej")


def asked_for(line: WeakNetwork, demo: Demo, since: int) -> list[str]:
    """Paths of the service, and CONNECT for a socket."""
    words = (
        asked.split(" ")[:2] for asked in line.asked[since:] if demo.visitor.partition("://")[2] in asked
    )
    return [
        what if what == "CONNECT" else address.removeprefix(f"{demo.visitor}/") for what, address in words
    ]


def the_three(asked: list[str]) -> list[str]:
    """The frame with its words, how it stands, and the core, in the order in which they were asked for: no catalogue, no font."""
    index = Assets.load().index
    return sorted(
        [index.frame["en"].path, index.parts["core"].path, "v1/availability.json"],
        key=lambda path: asked.index(path) if path in asked else len(asked),
    )


def leaves_by_link(visitor: VisitorPerson) -> None:
    visitor.page.get_by_role("link", name="Leave this page").first.click(no_wait_after=True)


def leaves_by_shift(visitor: VisitorPerson) -> None:
    for _ in range(3):
        visitor.page.keyboard.press("Shift")


def is_away(visitor: VisitorPerson) -> None:
    """Nothing is left to see at once; the neutral page comes as fast as the network lets it."""
    expect(visitor.page.get_by_text("Hej")).to_have_count(0)
    expect(visitor.page).to_have_url(WEATHER)


def test_the_first_word_can_be_written_soon_and_after_three_requests(
    demo: Demo, line: WeakNetwork, visitor: VisitorPerson
) -> None:
    stands_before_the_button(demo, visitor)
    line.becomes_weak(cold=False)
    before = len(line.asked)
    began = time.monotonic()
    visitor.presses_talk_to_us()
    writes_the_first_word(visitor)
    assert time.monotonic() - began <= WARM_SECONDS
    asked = asked_for(line, demo, before)
    # A socket is opened for *Start chat*, and not waited for.
    assert [path for path in asked if path != "CONNECT"] == the_three(asked)

    visitor.scope.get_by_role("button", name="Someone came in").first.click()
    expect(visitor.scope.get_by_role("button", name="1", exact=True)).to_be_visible()
    for quarter in "4321":
        visitor.scope.get_by_role("button", name=quarter, exact=True).click()
    expect(visitor.scope.get_by_role("textbox", name="Write a message")).to_have_value("Hej")
    leaves_by_link(visitor)
    is_away(visitor)


def test_on_a_cold_connection_it_takes_little_longer(
    demo: Demo, line: WeakNetwork, visitor: VisitorPerson
) -> None:
    stands_before_the_button(demo, visitor)
    line.becomes_weak(cold=True)
    began = time.monotonic()
    visitor.presses_talk_to_us()
    writes_the_first_word(visitor)
    assert time.monotonic() - began <= COLD_SECONDS
    leaves_by_shift(visitor)
    is_away(visitor)


@pytest.mark.soak
def test_by_a_link_or_a_qr_code_it_takes_the_page_and_the_same_three(
    demo: Demo, line: WeakNetwork, visitor: VisitorPerson
) -> None:
    line.becomes_weak(cold=True)
    began = time.monotonic()
    visitor.page.goto(f"{demo.visitor}/?lang=en", wait_until="commit")
    writes_the_first_word(visitor)
    assert time.monotonic() - began <= COLD_SECONDS
    page, *asked = asked_for(line, demo, 0)
    assert page == "?lang=en"
    assert [path for path in asked if path != "CONNECT"] == the_three(asked)


@pytest.mark.parametrize("leaves", [leaves_by_link, leaves_by_shift])
def test_every_way_out_works_before_the_chat_has_come(
    demo: Demo, line: WeakNetwork, visitor: VisitorPerson, leaves: Callable[[VisitorPerson], None]
) -> None:
    stands_before_the_button(demo, visitor)
    line.becomes_weak(cold=True)
    visitor.presses_talk_to_us()
    leaves(visitor)
    expect(visitor.page.get_by_text("When others decide over your life")).to_have_count(0)
    assert not [path for path in asked_for(line, demo, 0) if path.startswith("v1/")], "the chat had not come"
    is_away(visitor)
