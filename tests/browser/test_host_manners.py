"""A municipal page that means no harm and is in the way all the same: it asks before it is left, opens dialogs and
banners above everything, or has names that hide the browser's own (Leave 1, 5).
"""

import re

import pytest
from playwright.sync_api import expect

from tests.support.demo import Demo
from tests.support.people import VisitorPerson

WEATHER = re.compile(r".*/weather")
ASKS = "addEventListener('beforeunload', (event) => { event.preventDefault(); event.returnValue = 'Stay?'; })"
MODAL = "const d = document.createElement('dialog'); d.textContent = 'Cookies'; document.body.append(d); d.showModal();"
BANNER = """const b = document.createElement('div'); b.popover = 'manual'; b.textContent = 'Cookies';
    b.style.cssText = 'position:fixed;inset:0;inline-size:100vw;block-size:100vh;margin:0'; document.body.append(b); b.showPopover();"""
IN_A_DIALOG = """const d = document.createElement('dialog'); document.body.append(d);
    const link = document.querySelector('a[data-varsam]'); const host = link.nextElementSibling;
    d.append(link, host); d.showModal();"""


@pytest.fixture
def on_the_page(demo: Demo, visitor: VisitorPerson) -> VisitorPerson:
    """Whatever is asked there is answered with: stay."""
    visitor.page.on("dialog", lambda dialog: dialog.dismiss())
    return visitor.opens(f"{demo.municipal}/?lang=en")


def leaves_by_the_link(visitor: VisitorPerson) -> None:
    visitor.page.get_by_role("link", name="Leave this page").first.click()
    expect(visitor.page).to_have_url(WEATHER)


def test_a_page_that_asks_before_it_is_left_does_not_ask_now(on_the_page: VisitorPerson) -> None:
    on_the_page.page.evaluate(ASKS)
    on_the_page.presses_talk_to_us().starts_the_chat()
    leaves_by_the_link(on_the_page)


def test_shift_in_the_chat_leaves_a_page_that_asks(on_the_page: VisitorPerson) -> None:
    on_the_page.page.evaluate(ASKS)
    on_the_page.presses_talk_to_us().starts_the_chat()
    on_the_page.scope.get_by_role("textbox", name="Write a message").fill("Hej")
    for _ in range(3):
        on_the_page.page.keyboard.press("Shift")
    expect(on_the_page.page).to_have_url(WEATHER)


def test_the_link_in_the_chat_leaves_a_page_that_asks(on_the_page: VisitorPerson) -> None:
    on_the_page.page.evaluate(ASKS)
    on_the_page.presses_talk_to_us().starts_the_chat()
    on_the_page.scope.get_by_role("link", name="Leave this page").click()
    expect(on_the_page.page).to_have_url(WEATHER)


@pytest.mark.parametrize("above", [MODAL, BANNER], ids=["dialog", "banner"])
def test_nothing_that_the_page_opens_later_covers_the_way_out(on_the_page: VisitorPerson, above: str) -> None:
    on_the_page.presses_talk_to_us().starts_the_chat()
    on_the_page.page.evaluate(above)
    leaves_by_the_link(on_the_page)


@pytest.mark.parametrize("above", [MODAL, BANNER, IN_A_DIALOG], ids=["dialog", "banner", "inside"])
def test_nothing_that_was_open_before_covers_the_way_out(on_the_page: VisitorPerson, above: str) -> None:
    on_the_page.page.evaluate(above)
    # By script: with a dialog above, a pointer does not reach the button.
    on_the_page.page.get_by_role("button", name="Talk to us").dispatch_event("click")
    leaves_by_the_link(on_the_page)


def test_a_page_in_which_the_panel_cannot_be_made_shows_its_link(on_the_page: VisitorPerson) -> None:
    on_the_page.page.evaluate(
        "() => { HTMLElement.prototype.showPopover = () => { throw new Error('ours'); }; }"
    )
    on_the_page.page.get_by_role("button", name="Talk to us").click()
    expect(on_the_page.page.get_by_role("link", name="Talk to us")).to_be_visible()
