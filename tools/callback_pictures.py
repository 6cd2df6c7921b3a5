"""Pictures of the callback: every question of the visitor's form on a phone, its code, and the desk that calls."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.support.callers import Asking, Desk, asks_without_a_screen, button, cancels
from tests.support.demo import Demo
from tests.support.people import a_counsellor, a_visitor

Picture = Callable[[Page, Path, str], None]
SHOWN = ("callback-2-when", "callback-4-preview", "callback-5-code", "desk-1-callbacks", "desk-3-number")
"""In docs/callback.md."""
QUESTIONS = ("who", "answer", "word", "not-free", "messages", "caller")


def take_callback(
    browser: Browser, demo: Demo, folder: Path, size: ViewportSize, desk_size: ViewportSize, take: Picture
) -> None:
    """The form at `size`, the desk at `desk_size`."""
    counsellor = a_counsellor(browser.new_context(viewport=desk_size, locale="en-GB"))
    counsellor.opens(demo.staff).signs_in_as("Amina")
    desk = Desk(counsellor)
    expect(desk.region.get_by_role("status").first).to_be_visible()
    visitor = a_visitor(browser.new_context(viewport=size, locale="en-GB", timezone_id="Europe/Stockholm"))
    page = visitor.opens(f"{demo.visitor}/?lang=en").page
    asking = Asking(visitor).begins()
    take(page, folder, "callback-1-number")
    asking.gives()
    begins = page.get_by_role("group", name="From", exact=True)
    page.get_by_role("group", name="Day", exact=True).get_by_role("radio").nth(1).check()
    begins.get_by_role("radio").nth(30).check()
    page.get_by_role("heading", level=1).scroll_into_view_if_needed()
    take(page, folder, "callback-2-when")
    button(page, "Add this and choose one more").scroll_into_view_if_needed()
    take(page, folder, "callback-2-when-chosen")
    button(page, "Now, for one hour").click()
    asking.goes_on()
    for name in QUESTIONS:
        fill(asking, name)
        take(page, folder, f"callback-3-{name}")
        asking.goes_on()
    take(page, folder, "callback-4-preview")
    code = asking.sends()
    take(page, folder, "callback-5-code")
    _takes_desk(demo, desk, folder, take)
    page.goto(f"{demo.visitor}/callback?lang=en")
    page.get_by_role("textbox", name="Your code").fill(code)
    button(page, "Show status").click()
    expect(page.get_by_text("Somebody has it in hand now.")).to_be_visible()
    take(page, folder, "callback-6-with-the-code")
    demo.forgets_calls()
    for one in (visitor, counsellor):
        one.page.context.close()


def fill(asking: Asking, name: str) -> None:
    """An answer that a picture can be looked at with."""
    scope = asking.scope
    if name == "who":
        scope.get_by_label("Who may answer").fill("Only me")
    elif name == "answer":
        story = "That the library calls about a book"
        scope.get_by_label("What we should say").select_option(label=story)
    elif name == "word":
        scope.get_by_label("Word that tells us it is you").fill("apple tree")
    elif name == "not-free":
        scope.get_by_label('Word for "not free to talk"').fill("wrong number")


def _takes_desk(demo: Demo, desk: Desk, folder: Path, take: Picture) -> None:
    asks_without_a_screen(demo, "so", hours=2)
    asks_without_a_screen(demo, "sv", entrance="work")
    cancels(asks_without_a_screen(demo, "en"))
    expect(desk.region.get_by_role("group", name="From professionals")).to_be_visible()
    expect(desk.region.get_by_text("Cancelled: do not call")).to_be_visible()
    take(desk.page, folder, "desk-1-callbacks")
    desk.region.get_by_role("combobox", name="Language of the call").select_option("en")
    in_hand = desk.takes()
    in_hand.get_by_role("heading", name="Safety card").evaluate("heading => heading.scrollIntoView()")
    take(desk.page, folder, "desk-2-safety-card")
    desk.is_shown("+46 70 174 06 05")
    in_hand.get_by_role("checkbox").evaluate("box => box.scrollIntoView()")
    take(desk.page, folder, "desk-3-number")
