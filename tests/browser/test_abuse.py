"""A visitor who is abusive is warned, and then ended with a cool-down: said in words, with 112 and other help beside them
(Staff 5).
"""

from playwright.sync_api import expect

from tests.browser.test_hiding import PASS
from tests.browser.test_shift import talking
from tests.support.axe import axe_finds_nothing
from tests.support.demo import Demo
from tests.support.people import CounsellorPerson, VisitorPerson

HALF_AN_HOUR = 31 * 60 * 1_000


def test_abuse_is_warned_of_then_ended_and_the_page_waits_with_help_in_sight(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson
) -> None:
    talking(demo, visitor, counsellor)
    box = counsellor.scope.get_by_role("textbox", name="Write a message")
    ends = counsellor.scope.get_by_role("button", name="End for abuse")
    expect(ends).to_have_count(0)
    counsellor.scope.get_by_role("button", name="Warn").click()
    expect(box).to_be_focused()
    expect(counsellor.messages.get_by_text("I would like to help you")).to_have_count(0)
    box.press("Enter")
    visitor.sees("I would like to help you, but not while I am written to like this.")
    ends.click()
    dialog = counsellor.page.get_by_role("dialog")
    axe_finds_nothing(counsellor.page)
    dialog.get_by_role("button", name="Keep talking").click()
    ends.click()
    dialog.get_by_role("button", name="End for abuse").click()
    visitor.sees_the_end()
    counsellor.sees_the_end()
    expect(visitor.page.get_by_text("because of how it was written")).to_be_visible()
    expect(visitor.page.get_by_role("link", name="112").first).to_be_visible()
    expect(visitor.page.get_by_role("heading", name="Other help")).to_be_visible()
    axe_finds_nothing(visitor.page)
    again = visitor.page.get_by_role("button", name="Start a new chat")
    again.click()
    expect(visitor.page.get_by_text("Not yet.")).to_be_visible()
    # A page that thinks that the time is over: the service knows better.
    visitor.page.evaluate(PASS, HALF_AN_HOUR)
    again.click()
    visitor.page.get_by_role("button", name="Start chat").click()
    expect(visitor.page.get_by_text("A new chat cannot begin yet")).to_be_visible()
    visitor.page.reload()
    visitor.starts_the_chat()
    visitor.sees_the_place(1)
