"""The code behind the first screen: words wait for none of it, what does not come or does not fit is said, and can be tried again;
the ways out work meanwhile.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from chat.web.assets import Assets
from tests.support.demo import Demo
from tests.support.network import network
from tests.support.people import CounsellorPerson, VisitorPerson, a_visitor

CORE = Assets.load().index.parts["core"].path
CURVE = Assets.load().index.parts["curve"].path
WITHOUT_X25519 = """const { importKey } = SubtleCrypto.prototype;
SubtleCrypto.prototype.importKey = function (format, key, algorithm, ...more) {
  if (algorithm === "X25519") return Promise.reject(new DOMException("", "NotSupportedError"));
  return importKey.call(this, format, key, algorithm, ...more);
};"""
MISSING = "A part of the chat could not be fetched."


def box_of(visitor: VisitorPerson) -> Locator:
    return visitor.scope.get_by_role("textbox", name="Write a message")


def opens(demo: Demo, visitor: VisitorPerson, entrance: str = "standalone") -> VisitorPerson:
    if entrance == "municipal":
        return visitor.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us()
    # The page counts as loaded only when the part has come, too.
    visitor.page.goto(f"{demo.visitor}/?lang=en", wait_until="commit")
    return visitor


@pytest.mark.parametrize("entrance", ["municipal", pytest.param("standalone", marks=pytest.mark.soak)])
@pytest.mark.parametrize("harm", [pytest.param("lost", marks=pytest.mark.soak), "changed"])
def test_a_part_that_does_not_come_or_fit_is_said_and_can_be_tried_again(
    demo: Demo,
    counsellor: CounsellorPerson,
    new_profile: Callable[..., BrowserContext],
    entrance: str,
    harm: str,
) -> None:
    with network() as line:
        setattr(line, "loses" if harm == "lost" else "changes", re.compile(CORE))
        visitor = a_visitor(new_profile(proxy={"server": line.address}))
        opens(demo, visitor, entrance).starts_the_chat()
        alert = visitor.scope.get_by_role("alert").filter(has_text=MISSING)
        expect(alert).to_be_visible()
        visitor.writes("Written before it came.")
        expect(box_of(visitor)).to_have_value("Written before it came.")
        expect(visitor.scope.get_by_role("link", name=re.compile("112")).first).to_be_visible()
        line.comes_back()
        alert.get_by_role("button", name="Try again").click()
        visitor.sees_state("Written before it came.", "Sent")
        expect(alert).to_have_count(0)
        counsellor.takes_next()
        counsellor.sees("Written before it came.")
        visitor.ends_the_chat()


def hung_up(page: Page) -> list[Route]:
    """The core is asked for, and nothing answers, until the test lets it."""
    held: list[Route] = []
    page.route(f"**/{CORE}", lambda route: held.append(route))
    return held


def test_what_is_sent_early_goes_when_the_part_has_come_and_what_was_changed_since_does_not(
    demo: Demo, visitor: VisitorPerson
) -> None:
    held = hung_up(visitor.page)
    opens(demo, visitor).starts_the_chat()
    visitor.writes("A first")
    expect(visitor.scope.get_by_role("status").filter(has_text="Waiting to send")).to_be_visible()
    box_of(visitor).press_sequentially(" wor")
    expect(visitor.scope.get_by_role("status").filter(has_text="Waiting to send")).to_have_count(0)
    held[0].continue_()
    visitor.sees_the_place(1)
    expect(box_of(visitor)).to_have_value("A first wor")
    assert visitor.messages.get_by_role("listitem").count() == 0
    visitor.ends_the_chat()


def test_what_is_sent_early_is_asked_about_like_anything_else(demo: Demo, visitor: VisitorPerson) -> None:
    """Talk 3"""
    held = hung_up(visitor.page)
    opens(demo, visitor).starts_the_chat()
    visitor.writes("Ring mig på 070-123 45 67")
    held[0].continue_()
    question = visitor.scope.get_by_role("dialog", name="Do you want to send this?")
    expect(question).to_be_visible()
    assert visitor.messages.get_by_role("listitem").count() == 0
    question.get_by_role("button", name="Change it").click()
    visitor.ends_the_chat()


@pytest.mark.parametrize("entrance", ["municipal", pytest.param("standalone", marks=pytest.mark.soak)])
def test_the_ways_out_work_where_the_part_does_not_come(
    demo: Demo, new_profile: Callable[..., BrowserContext], entrance: str
) -> None:
    with network() as line:
        line.loses = re.compile(CORE)
        visitor = a_visitor(new_profile(proxy={"server": line.address}))
        opens(demo, visitor, entrance).starts_the_chat()
        box_of(visitor).fill("Ingen får se")
        visitor.scope.get_by_role("button", name="Someone came in").click()
        expect(visitor.scope.get_by_role("button", name="1", exact=True)).to_be_visible()
        assert visitor.scope.get_by_text("You have reached us").count() == 0
        for quarter in "4321":
            visitor.scope.get_by_role("button", name=quarter, exact=True).click()
        expect(box_of(visitor)).to_have_value("Ingen får se")
        visitor.page.get_by_role("link", name="Leave this page").first.click()
        expect(visitor.page).to_have_url(re.compile("weather"))


def test_ending_before_the_part_has_come_begins_nothing(demo: Demo, visitor: VisitorPerson) -> None:
    held = hung_up(visitor.page)
    opens(demo, visitor).starts_the_chat()
    visitor.ends_the_chat()
    visitor.sees_the_end()
    sockets: list[str] = []
    visitor.page.on("websocket", lambda socket: sockets.append(socket.url))
    held[0].continue_()
    visitor.page.wait_for_timeout(300)
    assert sockets == []
    visitor.scope.get_by_role("button", name="Start a new chat").click()
    visitor.starts_the_chat()
    visitor.sees_the_place(1)
    visitor.ends_the_chat()


def test_a_browser_without_x25519_is_given_it_when_somebody_answers(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson
) -> None:
    visitor.page.add_init_script(WITHOUT_X25519)
    opens(demo, visitor).starts_the_chat()
    visitor.writes("Bara du.")
    with visitor.page.expect_request(f"**/{CURVE}"):
        counsellor.takes_next()
    counsellor.sees("Bara du.")
    visitor.ends_the_chat()
