"""*Someone came in* (Leave 9): at one press nothing of the chat stands anywhere in the page; an order of presses brings it
back, and three wrong ones or ten minutes by the clock leave.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Frame, Locator, Page, expect

from tests.support.axe import axe_finds_nothing
from tests.support.demo import Demo
from tests.support.people import CounsellorPerson, VisitorPerson

WEATHER = re.compile(r".*/weather")
BACK = "4321"
PASS = """(minutes) => {
    const before = Date.now;
    Date.now = () => before() + minutes * 60_000;
    // Once this is answered: what follows may take the frame away.
    setTimeout(() => document.dispatchEvent(new Event('visibilitychange')));
}"""
IS_INERT = "() => document.querySelector('main').closest('[inert]') !== null"
FROM_THE_TOP = "(body) => { body.tabIndex = -1; body.focus(); }"
ALL_TEXT = """() => {
    const texts = (root) => [...root.querySelectorAll('*')].flatMap((one) => [
        one.value ?? '', ...[...one.attributes].map(({value}) => value), ...(one.shadowRoot ? texts(one.shadowRoot) : [])]);
    return [document.title, document.body.innerText, ...texts(document)].join('\\n');
}"""


def covers(person: VisitorPerson) -> None:
    person.scope.get_by_role("button", name="Someone came in").click()
    expect(quarter(person, 1)).to_be_visible()


def quarter(person: VisitorPerson, number: int | str) -> Locator:
    return person.scope.get_by_role("button", name=str(number), exact=True)


def presses(person: VisitorPerson, order: str) -> None:
    for number in order:
        quarter(person, number).click()


def frame_of(person: VisitorPerson) -> Frame:
    return person.page.frames[-1]


def stands(person: VisitorPerson, words: str) -> bool:
    """Whether the words stand in any frame of the page: as text, in a field, or in an attribute."""
    return any(words in frame.evaluate(ALL_TEXT) for frame in person.page.frames)


def has_left(page: Page) -> None:
    expect(page).to_have_url(WEATHER)


@pytest.fixture(params=["municipal", "standalone"])
def arrived(demo: Demo, visitor: VisitorPerson, request: pytest.FixtureRequest) -> VisitorPerson:
    if request.param == "municipal":
        return visitor.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us()
    return visitor.opens(f"{demo.visitor}/?lang=en")


def talks(demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson) -> VisitorPerson:
    """In a municipality's page, with Amina."""
    visitor.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us().starts_the_chat()
    counsellor.takes_next()
    visitor.is_talking_with("Amina")
    return visitor


def test_at_one_press_nothing_of_the_chat_stands_in_the_page_and_it_comes_back(
    arrived: VisitorPerson, counsellor: CounsellorPerson
) -> None:
    talking = arrived.starts_the_chat()
    counsellor.takes_next()
    talking.is_talking_with("Amina")
    counsellor.writes("Vi ringer aldrig hem.")
    talking.sees("Vi ringer aldrig hem.")
    talking.writes("Han slog mig.")
    counsellor.sees("Han slog mig.")
    talking.scope.get_by_role("textbox", name="Write a message").fill("Ett halvt")
    title = talking.page.title()
    covers(talking)
    for words in ("Vi ringer aldrig hem.", "Han slog mig.", "Ett halvt", "Amina", "Messages"):
        assert not stands(talking, words), words
    assert talking.page.title().startswith("127.0.0.1")
    leave = talking.page.get_by_role("link", name="Leave this page")
    expect(leave).to_have_count(1)
    expect(leave).to_be_visible()
    presses(talking, BACK)
    talking.sees("Vi ringer aldrig hem.")
    talking.sees("Han slog mig.")
    expect(talking.scope.get_by_role("textbox", name="Write a message")).to_have_value("Ett halvt")
    assert talking.page.title() == title
    talking.ends_the_chat()


def test_the_counsellor_is_told_and_what_they_write_waits(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson
) -> None:
    talking = talks(demo, visitor, counsellor)
    paused = counsellor.scope.get_by_text(re.compile("^Paused"))
    expect(paused).to_have_count(0)
    covers(talking)
    expect(paused).to_be_visible()
    counsellor.writes("Är du kvar?")
    counsellor.sees_state("Är du kvar?", "Waiting to send")
    presses(talking, BACK)
    talking.sees("Är du kvar?")
    expect(paused).to_have_count(0)
    counsellor.sees_state("Är du kvar?", "Read")
    talking.writes("Ja.")
    counsellor.sees("Ja.")
    talking.ends_the_chat()


def test_covered_in_the_queue_one_is_let_in_paused(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson
) -> None:
    arrived = visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    arrived.writes("Kan ni vänta?")
    covers(arrived)
    counsellor.takes_next()
    counsellor.sees("Kan ni vänta?")
    expect(counsellor.scope.get_by_text(re.compile("^Paused"))).to_be_visible()
    assert not stands(arrived, "Kan ni vänta?")
    presses(arrived, BACK)
    arrived.is_talking_with("Amina")
    arrived.sees("Kan ni vänta?")
    arrived.ends_the_chat()


def test_three_wrong_orders_leave(demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson) -> None:
    talking = talks(demo, visitor, counsellor)
    covers(talking)
    presses(talking, "12341111324")
    expect(quarter(talking, 1)).to_be_visible()
    presses(talking, "1")
    has_left(talking.page)
    expect(counsellor.page.get_by_text("Do not write, do not call.").first).to_be_visible()


@pytest.mark.parametrize(("minutes", "kept"), [(9.9, True), (10.1, False)])
def test_ten_minutes_by_the_clock_leave_on_waking(
    arrived: VisitorPerson, minutes: float, *, kept: bool
) -> None:
    arrived.starts_the_chat()
    arrived.writes("Hej?")
    covers(arrived)
    frame_of(arrived).evaluate(PASS, minutes)
    if not kept:
        has_left(arrived.page)
        return
    presses(arrived, BACK)
    arrived.sees("Hej?")
    arrived.ends_the_chat()


def test_an_order_of_ones_own_is_chosen_before(demo: Demo, visitor: VisitorPerson) -> None:
    arrived = visitor.opens(f"{demo.visitor}/?lang=en")
    expect(arrived.scope.get_by_role("group", name="Someone came in").get_by_role("button")).to_have_count(4)
    presses(arrived, "2222")
    expect(arrived.scope.get_by_text("Your order now: 4 3 2 1")).to_be_visible()
    presses(arrived, "2413")
    expect(arrived.scope.get_by_text("Your order now: 2 4 1 3")).to_be_visible()
    covers(arrived)
    presses(arrived, BACK)
    expect(quarter(arrived, 1)).to_be_visible()
    presses(arrived, "2413")
    expect(arrived.scope.get_by_role("button", name="Start chat")).to_be_visible()


def test_escape_back_and_reload_show_nothing(demo: Demo, arrived: VisitorPerson) -> None:
    arrived.starts_the_chat()
    arrived.writes("Hon läser min mobil.")
    covers(arrived)
    arrived.page.keyboard.press("Escape")
    expect(quarter(arrived, 1)).to_be_visible()
    assert not stands(arrived, "Hon läser min mobil.")
    arrived.page.reload()
    assert not stands(arrived, "Hon läser min mobil.")
    arrived.page.goto(f"{demo.municipal}/weather")
    arrived.page.go_back()
    assert not stands(arrived, "Hon läser min mobil.")


def test_by_keyboard_the_page_is_covered_and_comes_back(arrived: VisitorPerson) -> None:
    arrived.starts_the_chat()
    arrived.scope.get_by_role("button", name="Someone came in").focus()
    arrived.page.keyboard.press("Enter")
    expect(quarter(arrived, 1)).to_be_visible()
    arrived.page.keyboard.press("Tab")
    expect(quarter(arrived, 1)).to_be_focused()
    for keys in (["Tab"] * 3, *[["Shift+Tab"]] * 3):
        for key in keys:
            arrived.page.keyboard.press(key)
        arrived.page.keyboard.press("Enter")
    expect(arrived.scope.get_by_role("textbox", name="Write a message")).to_be_visible()
    arrived.ends_the_chat()


def test_the_cover_is_for_everybody_and_announces_nothing(arrived: VisitorPerson) -> None:
    covers(arrived)
    axe_finds_nothing(arrived.page)
    for frame in arrived.page.frames:
        said = frame.locator("[role=status], [role=alert], [role=log], [aria-live]")
        assert not "".join(said.all_inner_texts()).strip()
    arrived.page.get_by_role("link", name="Leave this page").click()
    has_left(arrived.page)


def test_the_rest_of_the_municipal_page_is_covered_and_inert(
    demo: Demo, new_profile: Callable[..., BrowserContext]
) -> None:
    for width in (360, 1280):
        person = VisitorPerson(new_profile(viewport={"width": width, "height": 740}).new_page())
        person.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us()
        covers(person)
        seen = person.page.evaluate(
            "() => [[5, 5], [document.documentElement.clientWidth - 5, 300], [5, innerHeight - 5]].map(([x, y]) => "
            "document.elementFromPoint(x, y).hasAttribute('popover'))"
        )
        assert seen == [True, True, True]
        assert person.page.evaluate(IS_INERT)
        presses(person, BACK)
        expect(person.scope.get_by_role("button", name="Start chat")).to_be_visible()
        assert not person.page.evaluate(IS_INERT)


def test_shift_is_counted_aloud_where_it_is_pressed(arrived: VisitorPerson) -> None:
    arrived.starts_the_chat()
    arrived.scope.get_by_role("textbox", name="Write a message").focus()
    arrived.page.keyboard.press("Shift")
    said = re.compile("^Shift 1 of 3")
    expect(arrived.scope.get_by_role("status").filter(has_text=said)).to_be_visible()
    if arrived.embedded:
        arrived.page.get_by_role("link", name="Leave this page").first.focus()
        arrived.page.keyboard.press("Shift")
        expect(arrived.page.get_by_role("status").filter(has_text="Shift 2 of 3")).to_be_visible()
    arrived.ends_the_chat()


def test_the_first_tab_of_page_and_frame_reaches_the_way_out(demo: Demo, visitor: VisitorPerson) -> None:
    visitor.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us()
    expect(visitor.scope.get_by_role("button", name="Start chat")).to_be_visible()
    page = visitor.page
    page.locator("body").evaluate(FROM_THE_TOP)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Leave this page")).to_be_focused()
    visitor.scope.locator("body").evaluate(FROM_THE_TOP)
    page.keyboard.press("Tab")
    expect(visitor.scope.get_by_role("link", name="Leave this page")).to_be_focused()
    visitor.opens(f"{demo.visitor}/?lang=en")
    expect(page.get_by_role("button", name="Start chat")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Leave this page")).to_be_focused()
