"""What a visitor may tell besides, from the folded card on the start screen to the counsellor who reads it (Before 3, 7, 8)."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Request, expect

from tests.support.axe import axe_finds_nothing
from tests.support.demo import Demo
from tests.support.people import CounsellorPerson, VisitorPerson, a_visitor

CARD = "Wishes, and what we should know (optional)"


def test_wishes_are_told_met_or_dropped_and_stand_at_the_console(
    demo: Demo, counsellor: CounsellorPerson, visitor: VisitorPerson
) -> None:
    asked: list[str] = []
    page = visitor.page

    def note(request: Request) -> None:
        asked.append(request.url)

    visitor.opens(f"{demo.visitor}/?lang=en&municipality=1490")
    expect(page.get_by_role("button", name="Start chat")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.on("request", note)
    page.get_by_text(CARD).click()
    page.get_by_role("button", name="Someone can see my screen").press("Enter")
    assert [url for url in asked if "/f/" in url], "its code comes when it is opened"
    page.get_by_role("button", name="A man", exact=True).click()
    page.get_by_role("combobox", name="Age", exact=True).select_option("15–17")
    home = page.get_by_role("combobox", name="Where I live")
    expect(home).to_have_value("1490")  # the page's own is shown first, and told by a press
    page.get_by_role("button", name="Tell where I live").click()
    page.get_by_role("textbox", name="Someone who should not answer").fill("björn")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("button", name="Remove björn")).to_be_visible()
    axe_finds_nothing(page)
    visitor.starts_the_chat()

    unmet = page.get_by_text("No one here now fits your wish for a woman or a man.")
    expect(unmet).to_be_visible()
    expect(page.get_by_text("Someone in danger may be answered before you.")).to_be_visible()
    waiting = counsellor.page.get_by_role("region", name="Waiting")
    for words in ("Someone can see the screen", "15–17 years", "Borås", "Wishes for a man"):
        expect(waiting.get_by_text(words, exact=True)).to_be_visible()
    expect(waiting).to_contain_text("Nobody who is available fits the wish for a woman or a man")
    expect(waiting).not_to_contain_text("björn")
    take = counsellor.page.get_by_role("button", name=re.compile("^Take next"))
    expect(take).to_be_disabled()
    axe_finds_nothing(counsellor.page)

    page.get_by_role("button", name="Drop this wish").click()
    expect(unmet).to_be_hidden()
    counsellor.takes_next()
    visitor.is_talking_with("Amina")
    about = counsellor.scope.get_by_role("region", name="As told by the visitor")
    expect(about).to_contain_text("Borås")
    expect(about).not_to_contain_text("Wishes for a man")


def test_a_counsellor_declines_unseen_and_takes_a_break(
    demo: Demo,
    counsellor: CounsellorPerson,
    visitor: VisitorPerson,
    new_profile: Callable[..., BrowserContext],
) -> None:
    desk = counsellor.page
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat().sees_the_place(1)
    desk.get_by_role("button", name="Decline, place 1").click()
    desk.get_by_role("dialog", name="Decline this visitor?").get_by_role("button", name="Decline").click()
    waiting = desk.get_by_role("region", name="Waiting")
    expect(waiting).to_contain_text("The queue is empty")
    visitor.sees_the_place(1)
    expect(visitor.page.get_by_role("alert")).to_have_count(0)

    state = desk.get_by_role("combobox", name="State")
    state.select_option("break")
    expect(visitor.page.get_by_text("No counsellor is connected right now.")).to_be_visible()
    desk.reload()
    expect(state).to_have_value("break")
    other = a_visitor(new_profile())
    other.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    expect(waiting).to_contain_text("1 in the queue")
    take = desk.get_by_role("button", name=re.compile("^Take next"))
    expect(take).to_be_disabled()
    expect(waiting).to_contain_text("You are on a break")
    state.select_option("available")
    counsellor.takes_next()
    other.is_talking_with("Amina")
