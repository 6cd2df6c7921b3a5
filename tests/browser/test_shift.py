"""A counsellor's shift: what is asked at the start of a conversation, replies to begin from, and what comes after it and at the
end (Talk 1, 2, Staff 1).
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import DESK, PHONE
from tests.support.axe import axe_finds_nothing
from tests.support.demo import Demo
from tests.support.people import CounsellorPerson, VisitorPerson, a_counsellor

GREETING = "Hello, it is good that you write. I am here now."


def talking(demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson) -> None:
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    visitor.writes("Hello")
    counsellor.takes_next()
    visitor.is_talking_with("Amina")


@pytest.mark.parametrize(
    "viewport",
    [pytest.param(DESK, id="desk"), pytest.param(PHONE, id="phone", marks=pytest.mark.soak)],
)
def test_a_ready_reply_is_found_by_keyboard_changed_and_sent_by_the_counsellor(
    demo: Demo,
    new_profile: Callable[..., BrowserContext],
    visitor: VisitorPerson,
    viewport: dict[str, int],
) -> None:
    counsellor = a_counsellor(new_profile(viewport=viewport))
    counsellor.opens(demo.staff).signs_in_as("Amina").goes_on_duty()
    talking(demo, visitor, counsellor)
    box = counsellor.scope.get_by_role("textbox", name="Write a message")
    box.press("/")
    search = counsellor.scope.get_by_role("combobox", name="Search the replies")
    expect(search).to_be_focused()
    options = counsellor.scope.get_by_role("listbox", name="Ready replies").get_by_role("option")
    expect(options.first).to_have_attribute("aria-selected", "true")
    axe_finds_nothing(counsellor.page)
    search.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    search.fill("GOOD write")
    expect(options).to_have_count(1)
    search.press("Enter")
    expect(box).to_be_focused()
    expect(box).to_have_value(
        f"{GREETING} You decide what you want to tell, and you can stop whenever you want."
    )
    expect(counsellor.messages.get_by_text(GREETING)).to_have_count(0)
    box.press_sequentially(" I am Amina.")
    box.press("Enter")
    visitor.sees("whenever you want. I am Amina.")


def test_a_slash_within_a_word_is_only_a_sign_and_escape_loses_nothing(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson
) -> None:
    talking(demo, visitor, counsellor)
    box = counsellor.scope.get_by_role("textbox", name="Write a message")
    search = counsellor.scope.get_by_role("combobox", name="Search the replies")
    box.press_sequentially("24/7 and ")
    expect(search).to_have_count(0)
    box.press("/")
    expect(search).to_be_focused()
    search.press("Escape")
    expect(search).to_have_count(0)
    expect(box).to_be_focused()
    expect(box).to_have_value("24/7 and ")
    box.press("/")
    search.fill("bananas")
    expect(counsellor.scope.get_by_text("No reply has these words")).to_be_visible()
    search.press("Enter")
    box.press("/")
    search.press("/")
    expect(box).to_have_value("24/7 and /")
    button = counsellor.scope.get_by_role("button", name="Ready replies")
    button.click()
    expect(search).to_be_focused()
    counsellor.scope.get_by_role("combobox", name="Language of the replies").select_option("sv")
    counsellor.scope.get_by_role("option", name="Ta din tid").click()
    expect(box).to_have_value("24/7 and / Ta den tid du behöver. Jag väntar.")


def test_replies_that_did_not_come_are_asked_for_again(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson
) -> None:
    counsellor.page.route("**/staff/shift", lambda route: route.abort())
    counsellor.page.reload()
    talking(demo, visitor, counsellor)
    counsellor.scope.get_by_role("button", name="Ready replies").click()
    expect(counsellor.scope.get_by_text("could not be fetched")).to_be_visible()
    counsellor.page.unroute("**/staff/shift")
    counsellor.scope.get_by_role("button", name="Try again").click()
    expect(counsellor.scope.get_by_role("combobox", name="Search the replies")).to_be_focused()


def test_what_is_asked_at_the_start_is_ticked_in_memory_and_after_it_words_and_a_list_stand_ready(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson
) -> None:
    page = counsellor.page
    talking(demo, visitor, counsellor)
    counsellor.scope.get_by_role("checkbox", name="Asked: can anyone see your screen?").check()
    expect(
        counsellor.scope.get_by_role("checkbox", name="Agreed what we do if the line breaks")
    ).to_be_visible()
    counsellor.scope.get_by_role("checkbox", name="Agreed a word for “not alone just now”").check()
    expect(counsellor.scope.get_by_text("At the start: 2 of 4")).to_be_visible()
    assert stored(page) == {"varsam.shift"}
    counsellor.ends_the_chat()
    hard = counsellor.scope.get_by_role("button", name="That was hard")
    expect(counsellor.scope.get_by_text("Stand up, drink something")).to_be_hidden()
    hard.click()
    expect(counsellor.scope.get_by_text("Stand up, drink something")).to_be_visible()
    axe_finds_nothing(page)
    counsellor.scope.get_by_role("button", name="Close").click()
    page.get_by_role("switch", name="On duty").click()
    ends = page.get_by_role("region", name="Before you go")
    expect(ends.get_by_role("checkbox")).to_have_count(5)
    for line in ends.get_by_role("checkbox").all():
        line.check()
    expect(ends.get_by_text("All is done.")).to_be_visible()
    axe_finds_nothing(page)
    page.get_by_role("switch", name="On duty").click()
    expect(ends).to_have_count(0)


def stored(page: Page) -> set[str]:
    """What this page keeps in its browser, by name."""
    names: list[str] = page.evaluate("() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    return set(names)
