"""A counsellor's first day: a simulated visitor, marked as one, with whom everything is done as with any other."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import DESK
from tests.support.axe import axe_finds_nothing
from tests.support.demo import Demo
from tests.support.people import CounsellorPerson, a_counsellor

MARK = "Practice: this visitor is simulated, and nobody else sees it."


def test_a_new_counsellor_practises_and_a_colleague_sees_nothing_of_it(
    demo: Demo, counsellor: CounsellorPerson, new_profile: Callable[..., BrowserContext]
) -> None:
    colleague = a_counsellor(new_profile(viewport=DESK))
    colleague.opens(demo.staff).signs_in_as("Björn").goes_on_duty()
    page = counsellor.page
    page.get_by_role("button", name="Practise").click()
    expect(counsellor.scope.get_by_text(MARK)).to_be_visible()
    counsellor.sees("Hello. Is anybody there?")
    expect(counsellor.scope.get_by_role("textbox", name="Write a message")).to_be_enabled()
    counsellor.writes("Hello, I am here.")
    counsellor.sees("I do not know where to begin.")
    counsellor.sees_state("Hello, I am here.", "Read")
    axe_finds_nothing(page)
    expect(colleague.page.get_by_text("The queue is empty")).to_be_visible()
    expect(page.get_by_role("button", name="Practise")).to_have_attribute("aria-disabled", "true")
    counsellor.ends_the_chat()
    counsellor.sees_the_end()
    page.get_by_role("button", name="Practise").click()
    counsellor.number = 2
    counsellor.sees("Hello. Is anybody there?")
    counsellor.ends_the_chat()
    counsellor.sees_the_end()
    assert not demo.who_waits()
