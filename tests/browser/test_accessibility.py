"""Every screen for everybody: axe finds nothing, the keyboard alone suffices, nothing is lost at 320 px or
200 %.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.axe import axe_finds_nothing
from tests.support.demo import Demo
from tests.support.people import CounsellorPerson, a_counsellor, a_visitor


@pytest.mark.parametrize(
    ("entrance", "theme"),
    [
        ("municipal", "light"),
        pytest.param("standalone", "dark", marks=pytest.mark.soak),
        pytest.param("municipal", "dark", marks=pytest.mark.soak),
        pytest.param("standalone", "light", marks=pytest.mark.soak),
    ],
)
def test_axe_finds_nothing_on_any_screen(
    demo: Demo, new_profile: Callable[..., BrowserContext], theme: str, entrance: str
) -> None:
    visitor = a_visitor(new_profile(color_scheme=theme))
    counsellor = a_counsellor(new_profile(color_scheme=theme, viewport={"width": 1280, "height": 800}))
    counsellor.opens(demo.staff)
    expect(counsellor.page.get_by_role("button", name="Sign in as Amina")).to_be_visible()
    axe_finds_nothing(counsellor.page)
    counsellor.signs_in_as("Amina")
    axe_finds_nothing(counsellor.page)
    counsellor.goes_on_duty()
    if entrance == "municipal":
        visitor.opens(f"{demo.municipal}/?lang=en")
        axe_finds_nothing(visitor.page)
        visitor.presses_talk_to_us()
    else:
        visitor.opens(f"{demo.visitor}/?lang=en")
    expect(visitor.scope.get_by_role("button", name="Start chat")).to_be_visible()
    axe_finds_nothing(visitor.page)
    visitor.starts_the_chat()
    visitor.writes("Hello")
    visitor.sees_the_place(1)
    axe_finds_nothing(visitor.page)
    counsellor.takes_next()
    counsellor.sees("Hello")
    counsellor.writes("Hello, I am Amina.")
    visitor.sees("Hello, I am Amina.")
    axe_finds_nothing(visitor.page)
    axe_finds_nothing(counsellor.page)
    counsellor.scope.get_by_role("button", name="End the chat").click()
    axe_finds_nothing(counsellor.page)
    counsellor.page.get_by_role("dialog").get_by_role("button", name="End the chat").click()
    visitor.sees_the_end()
    axe_finds_nothing(visitor.page)
    axe_finds_nothing(counsellor.page)


FOCUSED = """() => {
    let e = document.activeElement;
    while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
    if (!e || e.tagName === 'BODY' || e.tagName === 'IFRAME') return null;
    return (e.getAttribute('aria-label') || e.labels?.[0]?.textContent || e.textContent || '').trim();
}"""


def tabs_to(page: Page, name: str, times: int = 40) -> None:
    """Press Tab until what has this accessible name has the focus."""
    for _ in range(times):
        page.keyboard.press("Tab")
        for frame in page.frames:
            focused = frame.evaluate(FOCUSED)
            if focused is not None and focused.startswith(name):
                return
    raise AssertionError(f"{name!r} is not reached by Tab")


def test_the_whole_conversation_by_keyboard(demo: Demo, new_profile: Callable[..., BrowserContext]) -> None:
    visitor, counsellor = (
        a_visitor(new_profile()),
        a_counsellor(new_profile(viewport={"width": 1280, "height": 800})),
    )
    counsellor.opens(demo.staff)
    expect(counsellor.page.get_by_role("button", name="Sign in as Amina")).to_be_visible()
    tabs_to(counsellor.page, "Sign in as Amina")
    counsellor.page.keyboard.press("Enter")
    expect(counsellor.page.get_by_role("switch", name="On duty")).to_be_visible()
    tabs_to(counsellor.page, "On duty")
    counsellor.page.keyboard.press("Space")
    expect(counsellor.page.get_by_role("switch", name="On duty")).to_be_checked()

    visitor.opens(f"{demo.municipal}/?lang=en")
    expect(visitor.page.get_by_role("button", name="Talk to us")).to_be_visible()
    tabs_to(visitor.page, "Talk to us")
    visitor.page.keyboard.press("Enter")
    visitor.embedded = True
    expect(visitor.scope.get_by_role("button", name="Start chat")).to_be_visible()
    tabs_to(visitor.page, "Start chat")
    visitor.page.keyboard.press("Enter")
    expect(visitor.scope.get_by_role("textbox", name="Write a message")).to_be_visible()
    tabs_to(visitor.page, "Write a message")
    visitor.page.keyboard.type("With the keyboard only")
    visitor.page.keyboard.press("Enter")
    visitor.sees("With the keyboard only")

    expect(counsellor.page.get_by_role("button", name="Take next")).to_be_enabled()
    tabs_to(counsellor.page, "Take next")
    counsellor.page.keyboard.press("Enter")
    counsellor.sees("With the keyboard only")
    tabs_to(counsellor.page, "Write a message")
    counsellor.page.keyboard.type("Me too")
    counsellor.page.keyboard.press("Enter")
    visitor.sees("Me too")
    tabs_to(counsellor.page, "End the chat")
    counsellor.page.keyboard.press("Enter")
    expect(counsellor.page.get_by_role("dialog")).to_be_visible()
    tabs_to(counsellor.page, "End the chat")
    counsellor.page.keyboard.press("Enter")
    visitor.sees_the_end()


@pytest.mark.parametrize("address", ["visitor", "staff"])
def test_nothing_scrolls_sideways_at_320_px(
    demo: Demo, new_profile: Callable[..., BrowserContext], address: str
) -> None:
    page = new_profile(viewport={"width": 320, "height": 568}).new_page()
    page.goto(f"{demo.visitor}/?lang=en" if address == "visitor" else f"{demo.staff}/staff?lang=en")
    expect(page.get_by_role("button").first).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_the_text_box_stays_above_the_on_screen_keyboard(
    demo: Demo, new_profile: Callable[..., BrowserContext], counsellor: CounsellorPerson
) -> None:
    """The keyboard takes the lower half of a small phone; leave control and text box remain in view (Leave
    1).
    """
    person = a_visitor(new_profile(viewport={"width": 360, "height": 330}, has_touch=True, is_mobile=True))
    person.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us().starts_the_chat()
    box = person.scope.get_by_role("textbox", name="Write a message")
    box.focus()
    place = box.bounding_box()
    assert place and place["y"] >= 0 and place["y"] + place["height"] <= 330
    leave = person.page.get_by_role("link", name="Leave this page").first.bounding_box()
    assert leave and leave["y"] >= 0 and leave["y"] + leave["height"] <= 330
    person.page.get_by_role("link", name="Leave this page").first.tap()
    expect(person.page).to_have_url(re.compile(".*/weather"))
