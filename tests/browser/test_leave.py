"""Leaving in an instant (Leave 1–7): by link, by script, by Shift, while the frame hangs; and what Back
shows.
"""

import re
from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import BrowserContext, Error, Locator, Page, Route, expect

from tests.support.demo import Demo
from tests.support.host_pages import IS_FRAME, hosted, relayed
from tests.support.network import network
from tests.support.people import CounsellorPerson, VisitorPerson, a_visitor

WEATHER = re.compile(r".*/weather")
THE_WAY_OUT = re.compile(r":\d+/leave$")
WATCH = """(wayOut) => {
    // What lies at each place of the page, on top of everything: its words, or a frame.
    const within = (root, x, y) => {
        const found = root.elementFromPoint(x, y);
        return found?.shadowRoot ? within(found.shadowRoot, x, y) : found;
    };
    const seen = () => [...Array(400).keys()]
        .map((n) => within(document, innerWidth * ((n % 20) + 0.5) / 20, innerHeight * (Math.floor(n / 20) + 0.5) / 20))
        .map((found) => found?.matches('iframe') ? 'a frame' : found?.innerText.trim())
        .filter((words) => words && words !== wayOut);
    const look = setInterval(() => {
        if (seen().length > 0) return;
        clearInterval(look);
        console.log('blank');
    }, 10);
}"""


def shifts(page: Page, times: int = 3) -> None:
    for _ in range(times):
        page.keyboard.press("Shift")


def has_left(page: Page) -> None:
    expect(page).to_have_url(WEATHER)


@pytest.fixture(params=["municipal", "standalone"])
def arrived(demo: Demo, visitor: VisitorPerson, request: pytest.FixtureRequest) -> VisitorPerson:
    visitor.opens(f"{demo.visitor}/help")
    if request.param == "municipal":
        return visitor.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us()
    return visitor.opens(f"{demo.visitor}/?lang=en")


def leave_link(person: VisitorPerson) -> Locator:
    return person.page.get_by_role("link", name="Leave this page").first


def test_the_leave_control_is_a_link_first_in_tab_order_and_large(arrived: VisitorPerson) -> None:
    link = leave_link(arrived)
    expect(link).to_be_visible()
    assert (link.get_attribute("href") or "").endswith("/leave")
    box = link.bounding_box()
    assert box and box["width"] >= 44 and box["height"] >= 44


def test_the_link_leaves_and_back_shows_a_blank_start(arrived: VisitorPerson) -> None:
    arrived.starts_the_chat()
    arrived.writes("Mamma kommer.")
    leave_link(arrived).click()
    has_left(arrived.page)
    arrived.page.go_back()
    expect(arrived.page).not_to_have_url(WEATHER)
    expect(arrived.page.get_by_text("Mamma kommer.")).to_have_count(0)
    for frame in arrived.page.frames:
        assert "Mamma kommer." not in frame.content()


def test_shift_three_times_leaves_from_inside_the_chat(arrived: VisitorPerson) -> None:
    arrived.starts_the_chat()
    arrived.scope.get_by_role("textbox", name="Write a message").focus()
    shifts(arrived.page)
    has_left(arrived.page)


def test_shift_three_times_leaves_from_the_host_page(demo: Demo, visitor: VisitorPerson) -> None:
    visitor.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us().starts_the_chat()
    visitor.page.locator("body").evaluate("() => document.activeElement?.blur?.()")
    visitor.page.evaluate("() => window.focus()")
    shifts(visitor.page)
    has_left(visitor.page)


def test_a_shift_that_made_a_capital_does_not_count(arrived: VisitorPerson) -> None:
    arrived.starts_the_chat()
    box = arrived.scope.get_by_role("textbox", name="Write a message")
    box.focus()
    for _ in range(4):
        arrived.page.keyboard.press("Shift+A")
    expect(box).to_have_value("AAAA")
    expect(arrived.page).not_to_have_url(WEATHER)
    arrived.sees_the_place(1)  # what was begun is there to be left


def test_leaving_works_without_javascript(demo: Demo, new_profile: Callable[..., BrowserContext]) -> None:
    person = a_visitor(new_profile(java_script_enabled=False))
    person.opens(f"{demo.visitor}/?lang=en")
    leave_link(person).click()
    has_left(person.page)


def test_leaving_works_while_the_frame_hangs(demo: Demo, visitor: VisitorPerson) -> None:
    with relayed(demo.visitor, hangs=IS_FRAME) as relay, hosted(relay.host_page(demo.municipal)) as address:
        visitor.opens(address)
        visitor.page.get_by_role("button", name="Talk to us").click()
        assert relay.was_asked_for(IS_FRAME)
        shifts(visitor.page)
        has_left(visitor.page)


def test_the_link_works_while_the_frame_hangs(demo: Demo, visitor: VisitorPerson) -> None:
    with relayed(demo.visitor, hangs=IS_FRAME) as relay, hosted(relay.host_page(demo.municipal)) as address:
        visitor.opens(f"{demo.visitor}/help").opens(address)
        visitor.page.get_by_role("button", name="Talk to us").click()
        assert relay.was_asked_for(IS_FRAME)
        leave_link(visitor).click()
        has_left(visitor.page)
        visitor.page.go_back()
        expect(visitor.page).not_to_have_url(WEATHER)
        expect(visitor.page.locator("iframe")).to_have_count(0)
        visitor.page.reload()
        expect(visitor.page.locator("iframe")).to_have_count(0)


def test_nothing_is_to_be_seen_while_the_neutral_page_is_on_its_way(arrived: VisitorPerson) -> None:
    arrived.starts_the_chat()
    arrived.writes("Mamma kommer.")
    other = arrived.page.context.new_page()
    arrived.page.bring_to_front()
    on_its_way: list[Route] = []
    arrived.page.route(THE_WAY_OUT, lambda route: on_its_way.append(route))
    arrived.page.evaluate(WATCH, "Leave this page")
    with (
        arrived.page.expect_request(THE_WAY_OUT),
        arrived.page.expect_console_message(lambda said: said.text == "blank"),
    ):
        shifts(arrived.page)
    while not on_its_way:
        other.wait_for_timeout(10)  # what it was told meanwhile is handed on
    arrived.page.unroute(THE_WAY_OUT)
    for asked in on_its_way:
        with suppress(Error):  # frame and loader both leave, and the second takes the first one's place
            asked.continue_()
    has_left(arrived.page)


def test_leaving_replaces_the_page_in_history(demo: Demo, visitor: VisitorPerson) -> None:
    visitor.opens(f"{demo.municipal}/weather")
    visitor.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us().starts_the_chat()
    length = visitor.page.evaluate("history.length")
    shifts(visitor.page)
    has_left(visitor.page)
    assert visitor.page.evaluate("history.length") == length, "replaced, not added"


def test_leaving_erases_at_once_and_the_counsellor_is_told(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson
) -> None:
    before = demo.conversations()
    visitor.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us().starts_the_chat()
    counsellor.takes_next()
    visitor.is_talking_with("Amina")
    assert demo.conversations() - before
    shifts(visitor.page)
    has_left(visitor.page)
    expect(
        counsellor.page.get_by_text("The visitor left quickly. Do not write, do not call.").first
    ).to_be_visible()
    assert not demo.conversations() - before


@pytest.mark.parametrize("lost", ["beacon", "socket"])
def test_one_of_the_two_notices_is_enough(
    demo: Demo,
    new_profile: Callable[..., BrowserContext],
    counsellor: CounsellorPerson,
    engine: str,
    lost: str,
) -> None:
    """Where beacons are blocked the socket tells it, and where there is no socket the beacon does (Leave 3)."""
    if engine == "firefox" and lost == "beacon":
        pytest.skip(
            "not so: Firefox cuts a page's sockets as soon as it is told to go elsewhere: the beacon alone tells it"
        )
    with network() as line:
        visitor = a_visitor(new_profile(proxy={"server": line.address}))
        visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
        counsellor.takes_next()
        visitor.is_talking_with("Amina")
        if lost == "beacon":
            line.loses = re.compile(r"^POST \S+/v1/leave")
        else:
            line.sockets = "refused"
            line.is_cut()
        shifts(visitor.page)
        has_left(visitor.page)
        expect(
            counsellor.page.get_by_text("The visitor left quickly. Do not write, do not call.").first
        ).to_be_visible()
        assert line.count("^POST .*/v1/leave") == 1


def test_leave_is_a_bare_redirect(demo: Demo, visitor: VisitorPerson) -> None:
    answer = visitor.page.request.get(f"{demo.visitor}/leave", max_redirects=0)
    assert answer.status == 303
    assert answer.headers["cache-control"] == "no-store"
    assert "clear-site-data" not in answer.headers


def test_112_can_be_pressed_inside_the_frame(arrived: VisitorPerson) -> None:
    said: list[str] = []
    arrived.page.on("console", lambda message: said.append(message.text))
    link = arrived.scope.get_by_role("link", name=re.compile("^112"))
    expect(link).to_have_attribute("href", "tel:112")
    link.click(no_wait_after=True)
    arrived.page.wait_for_timeout(500)
    assert not [words for words in said if "sandbox" in words.lower()], said
