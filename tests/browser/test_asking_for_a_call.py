"""Asking to be called (Call 1), wherever somebody stands: on closed and full screens, embedded and standalone, by keyboard alone, on the
narrowest screen, with large text, mirrored; and gone from the page at once (Leave 3, Leave 9).
"""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.test_cover import ALL_TEXT
from tests.browser.test_every_screen import EVERY, OUTSIDE, SETTINGS, TWICE_PX, Look, is_told
from tests.support.axe import axe_finds_nothing
from tests.support.callers import Asking
from tests.support.demo import Demo
from tests.support.people import CounsellorPerson, VisitorPerson, a_visitor

WEATHER = re.compile(r".*/weather")
ENTRANCES = pytest.mark.parametrize("entrance", ["municipal", "standalone"])
TRIES = 4
NARROW = {"width": 320, "height": 568}


def arrives(demo: Demo, visitor: VisitorPerson, entrance: str) -> None:
    if entrance == "municipal":
        visitor.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us()
    else:
        visitor.opens(f"{demo.visitor}/?lang=en")


def stands(person: VisitorPerson, words: str) -> bool:
    return any(words in frame.evaluate(ALL_TEXT) for frame in person.page.frames)


@pytest.mark.soak
@ENTRANCES
@pytest.mark.parametrize("state", ["closed", "full"])
def test_one_can_ask_where_the_chat_is_closed_or_full(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson, entrance: str, state: str
) -> None:
    is_told(visitor.page, state)
    for _ in range(TRIES):
        arrives(demo, visitor, entrance)
        # The frame is a process of its own, and may have asked before the driver stands between.
        with suppress(AssertionError):
            expect(visitor.scope.get_by_role("button", name="Start chat")).to_have_count(0, timeout=5_000)
            break
    expect(visitor.scope.get_by_role("button", name="Start chat")).to_have_count(0)
    asking = Asking(visitor).begins()
    axe_finds_nothing(visitor.page)
    asking.gives()
    asking.is_free_now()
    asking.skips_to_the_end()
    assert re.fullmatch(r"(\d{3} ){8}\d{3}", asking.sends())
    demo.forgets_calls()


@pytest.mark.soak
@ENTRANCES
@pytest.mark.parametrize("way", ["leave", "three wrong ones"])
def test_nothing_of_the_form_is_left_in_a_page_that_is_left_or_wiped(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson, entrance: str, way: str
) -> None:
    visitor.opens(f"{demo.visitor}/help")
    arrives(demo, visitor, entrance)
    asking = Asking(visitor).begins()
    asking.gives("070-174 06 05")
    asking.is_free_now()
    visitor.scope.get_by_label("Who may answer").fill("Only my aunt")
    if way == "leave":
        visitor.page.get_by_role("link", name="Leave this page").first.click()
        expect(visitor.page).to_have_url(WEATHER)
        visitor.page.go_back()
        expect(visitor.page).not_to_have_url(WEATHER)
        assert not stands(visitor, "aunt")
        return
    visitor.scope.get_by_role("button", name="Someone came in").click()
    expect(visitor.scope.get_by_role("button", name="1", exact=True)).to_be_visible()
    assert not stands(visitor, "aunt")
    assert not stands(visitor, "174")
    for quarter in "111111111111":
        if not WEATHER.match(visitor.page.url):
            visitor.scope.get_by_role("button", name=quarter, exact=True).click()
    expect(visitor.page).to_have_url(WEATHER)


@pytest.mark.soak
@ENTRANCES
def test_somebody_came_in_while_it_was_written_and_it_comes_back(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson, entrance: str
) -> None:
    arrives(demo, visitor, entrance)
    asking = Asking(visitor).begins()
    asking.gives()
    asking.is_free_now()
    visitor.scope.get_by_label("Who may answer").fill("Only my aunt")
    visitor.scope.get_by_role("button", name="Someone came in").click()
    expect(visitor.scope.get_by_role("button", name="1", exact=True)).to_be_visible()
    assert not stands(visitor, "aunt")
    for quarter in "4321":
        visitor.scope.get_by_role("button", name=quarter, exact=True).click()
    expect(visitor.scope.get_by_label("Who may answer")).to_have_value("Only my aunt")


@pytest.mark.soak
def test_a_time_is_chosen_by_keyboard_alone_and_another_day_keeps_it(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson
) -> None:
    visitor.opens(f"{demo.visitor}/?lang=en")
    Asking(visitor).begins().gives()
    page = visitor.page
    days, begins, ends = (page.get_by_role("group", name=name, exact=True) for name in ("Day", "From", "To"))
    page.get_by_role("button", name="Now, for one hour").focus()
    page.keyboard.press("Tab")
    expect(days.get_by_role("radio").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(days.get_by_role("radio").nth(1)).to_be_checked()
    page.keyboard.press("Tab")
    expect(begins.get_by_role("radio").first).to_be_focused()
    page.keyboard.press("Space")
    expect(begins.get_by_role("radio").first).to_be_checked()
    page.keyboard.press("Tab")
    expect(ends.get_by_role("radio").nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(ends.get_by_role("radio").nth(2)).to_be_checked()
    chosen = page.get_by_role("listitem")
    expect(chosen).to_have_count(1)
    days.get_by_role("radio").nth(2).check()
    expect(chosen).to_have_count(1)
    expect(begins.get_by_role("radio", checked=True)).to_have_count(0)
    begins.get_by_role("radio").nth(3).check()
    expect(chosen).to_have_count(2)
    axe_finds_nothing(page)
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.get_by_label("Who may answer")).to_be_visible()


@pytest.mark.soak
@pytest.mark.parametrize("tag", ["en", "ar", "ti", "ckb", "fi"])
@pytest.mark.parametrize("large", [False, True])
def test_the_week_fits_the_narrowest_screen_and_text_of_twice_the_size(
    demo: Demo,
    new_profile: Callable[..., BrowserContext],
    counsellor: CounsellorPerson,
    tag: str,
    large: bool,
) -> None:
    context = new_profile(viewport=NARROW)
    visitor = a_visitor(context)
    if large:
        sizes = {"standard": TWICE_PX, "fixed": TWICE_PX}
        context.new_cdp_session(visitor.page).send("Page.setFontSizes", {"fontSizes": sizes})
    visitor.opens(f"{demo.visitor}/?lang=en")
    Asking(visitor).begins().gives()
    page = visitor.page
    page.get_by_role("group", name="From", exact=True).get_by_role("radio").last.check()
    page.locator("select.language-switch").select_option(tag)
    expect(page.locator("html")).to_have_attribute("lang", tag)
    expect(page.get_by_role("radio", checked=True)).to_have_count(3)
    assert page.evaluate(OUTSIDE) == []
    sizes_px = page.evaluate(
        "() => [...document.querySelectorAll('.tile')].map((one) => one.getBoundingClientRect()).map(({width, height}) => Math.min(width, height))"
    )
    assert min(sizes_px) >= 44
    axe_finds_nothing(page)
    expect(page.locator("a[href$='/leave']").first).to_be_in_viewport(ratio=1)


@pytest.mark.soak  # twelve screens, up to nineteen languages
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("name", "tags"), [("dark and narrow", EVERY), ("large text", ("ar", "fi")), ("forced colours", ("ur",))]
)
def test_every_screen_of_the_callback_is_for_everybody(
    demo: Demo,
    new_profile: Callable[..., BrowserContext],
    counsellor: CounsellorPerson,
    name: str,
    tags: Sequence[str],
) -> None:
    setting = SETTINGS[name]
    context = new_profile(**setting.profile)
    visitor = a_visitor(context)
    if setting.large:
        sizes = {"standard": TWICE_PX, "fixed": TWICE_PX}
        context.new_cdp_session(visitor.page).send("Page.setFontSizes", {"fontSizes": sizes})
    visitor.opens(f"{demo.visitor}/?lang=en")
    asking = Asking(visitor).begins()
    look, scope = Look(visitor.page, tags), visitor.scope
    asking.gives("112")
    look.at("a number that is refused")
    asking.gives()
    asking.goes_on()
    look.at("no time yet")
    asking.is_free_now()
    for name in ("who", "what to say", "word", "not free", "messages", "caller"):
        if name == "what to say":
            scope.get_by_label("What we should say").select_option(label="Something that I write myself")
            scope.get_by_label("In my own words").fill("Wort" * 60)
        look.at(name)
        asking.goes_on()
    look.at("what we will see")
    code = asking.sends()
    look.at("the code")
    asking.goes_on("Done")
    visitor.opens(f"{demo.visitor}/callback?lang=en")
    scope.get_by_role("textbox", name="Your code").fill(code)
    asking.goes_on("Show status")
    expect(scope.get_by_text("It is here, and waits for its time.")).to_be_visible()
    look.at("its status")
    demo.forgets_calls()
