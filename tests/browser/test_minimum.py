"""Below the oldest browsers that the chat is made for, whoever asks for it is led to the numbers (`/help`)."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.support.demo import Demo
from tests.support.people import VisitorPerson, a_visitor

LACKS = {
    "Chrome 101, Firefox 111": "delete HTMLElement.prototype.inert;",
    "Safari 16.3": "delete Document.prototype.adoptedStyleSheets; delete ShadowRoot.prototype.adoptedStyleSheets;",
}
"""What the newest of those that are too old did not have."""
HELP = re.compile(r".*/help\?lang=en$")


@pytest.fixture(params=list(LACKS.values()), ids=list(LACKS))
def old(new_profile: Callable[..., BrowserContext], request: pytest.FixtureRequest) -> VisitorPerson:
    context = new_profile()
    context.add_init_script(request.param)
    return a_visitor(context)


def shows_the_numbers(old: VisitorPerson) -> None:
    expect(old.page).to_have_url(HELP)
    expect(old.page.get_by_role("link", name=re.compile("^112")).first).to_be_visible()


def test_the_link_of_the_municipal_page_leads_to_the_numbers(demo: Demo, old: VisitorPerson) -> None:
    old.opens(f"{demo.municipal}/?lang=en")
    link = old.page.get_by_role("link", name="Talk to us")
    expect(link).to_have_attribute("href", HELP)
    expect(old.page.get_by_role("button", name="Talk to us")).to_have_count(0)
    link.click()
    shows_the_numbers(old)


def test_a_page_that_opens_the_chat_itself_leads_there_too(demo: Demo, old: VisitorPerson) -> None:
    old.opens(f"{demo.municipal}/?lang=en")
    expect(old.page.get_by_role("link", name="Talk to us")).to_have_attribute("href", HELP)
    old.page.evaluate("() => Varsam.open()")
    shows_the_numbers(old)


def test_the_page_of_its_own_leads_there(demo: Demo, old: VisitorPerson) -> None:
    old.opens(f"{demo.visitor}/?lang=en")
    shows_the_numbers(old)
