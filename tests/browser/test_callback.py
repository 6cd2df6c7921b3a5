"""The discreet callback, on a phone-sized screen and at the console (Call 1–4): asked and called back with the card read; another
changed and cancelled by its code; what is wrong is said; hidden, covered and left, nothing stands there.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from tests.support.axe import axe_finds_nothing
from tests.support.callers import NUMBER, Asking, Desk, button
from tests.support.demo import Demo
from tests.support.people import CounsellorPerson, VisitorPerson, a_visitor


@pytest.fixture(autouse=True)
def nobody_else_waits(demo: Demo) -> None:
    demo.forgets_calls()


def desk_of(counsellor: CounsellorPerson) -> Locator:
    return Desk(counsellor).region


@pytest.mark.parametrize("entrance", ["municipal", pytest.param("standalone", marks=pytest.mark.soak)])
def test_a_request_made_on_a_phone_is_called_back_with_the_card_read(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson, entrance: str
) -> None:
    if entrance == "municipal":
        visitor.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us()
    else:
        visitor.opens(f"{demo.visitor}/?lang=en")
        button(visitor.page, "I meet this in my work").click()
    asking = Asking(visitor).begins()
    named = visitor.scope.get_by_text("Do not name the child, here or in the call.")
    expect(named).to_have_count(0 if entrance == "municipal" else 1)
    axe_finds_nothing(visitor.page)
    asking.gives()
    axe_finds_nothing(visitor.page)
    asking.is_free_now()
    scope = visitor.scope
    scope.get_by_label("Who may answer").fill("Only me")
    asking.goes_on()
    scope.get_by_label("What we should say").select_option(label="That the library calls about a book")
    asking.goes_on()
    scope.get_by_label("Word that tells us it is you").fill("apple tree")
    asking.goes_on()
    scope.get_by_label('Word for "not free to talk"').fill("wrong number")
    asking.goes_on()
    asking.skips_to_the_end()
    expect(scope.get_by_text("Only me")).to_be_visible()
    expect(scope.get_by_text("That the library calls about a book")).to_be_visible()
    axe_finds_nothing(visitor.page)
    assert re.fullmatch(r"(\d{3} ){8}\d{3}", asking.sends())
    axe_finds_nothing(visitor.page)

    desk = desk_of(counsellor)
    work = desk.get_by_role("group", name="From professionals")
    expect(work).to_have_count(0 if entrance == "municipal" else 1)
    desk.get_by_role("button", name="Take", exact=True).first.click()
    expect(desk.get_by_text("apple tree").first).to_be_visible()
    expect(desk.get_by_role("link", name=re.compile("701"))).to_have_count(0)
    show = desk.get_by_role("button", name="Show number")
    expect(show).to_be_disabled()
    axe_finds_nothing(counsellor.page)
    desk.get_by_role("checkbox", name="I have read the safety card").check()
    show.click()
    expect(desk.get_by_role("link", name="+46 70 174 06 05")).to_have_attribute("href", "tel:+46701740605")
    axe_finds_nothing(counsellor.page)
    desk.get_by_role("button", name="Reached", exact=True).click()
    expect(desk.get_by_text("apple tree")).to_have_count(0)
    desk.get_by_role("button", name="Done", exact=True).click()
    expect(desk.get_by_text("None", exact=True)).to_be_visible()


@pytest.mark.soak
def test_the_number_goes_away_after_a_minute_and_not_free_waits_for_the_next_time(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson
) -> None:
    """Call 4"""
    asking = Asking(visitor.opens(f"{demo.visitor}/?lang=en")).begins()
    asking.gives()
    asking.is_free_now()
    asking.skips_to_the_end()
    asking.sends()
    desk = desk_of(counsellor)
    desk.get_by_role("button", name="Take", exact=True).first.click()
    desk.get_by_role("checkbox", name="I have read the safety card").check()
    button(desk, "Show number").click()
    number = desk.get_by_role("link", name="+46 70 174 06 05")
    expect(number).to_be_visible()
    expect(number).to_have_count(0, timeout=70_000)
    desk.get_by_role("textbox", name="Note about this call").fill("Answers after three.")
    button(desk, "Keep the note").click()
    expect(desk.get_by_text("Answers after three.")).to_be_visible()
    button(desk, "Not free").click()
    expect(desk.get_by_text("Tried before: 1")).to_be_visible()
    expect(desk.get_by_text(re.compile("Not before"))).to_be_visible()
    desk.get_by_role("button", name="Take", exact=True).first.click()
    expect(desk.get_by_text("Answers after three.")).to_be_visible()
    desk.get_by_role("checkbox", name="I have read the safety card").check()
    button(desk, "Show number").click()
    expect(desk.get_by_role("alert")).to_contain_text("may not be called now")
    button(desk, "Give it back").click()


def test_with_the_code_alone_it_is_changed_and_cancelled_and_nothing_of_it_is_shown(
    demo: Demo, counsellor: CounsellorPerson, new_profile: Callable[..., BrowserContext]
) -> None:
    asking = Asking(a_visitor(new_profile()).opens(f"{demo.visitor}/?lang=en")).begins()
    asking.gives()
    asking.is_free_now()
    asking.skips_to_the_end()
    code = asking.sends()
    desk = desk_of(counsellor)
    desk.get_by_role("button", name="Take", exact=True).click()
    desk.get_by_role("checkbox", name="I have read the safety card").check()

    page = new_profile().new_page()
    page.goto(f"{demo.visitor}/callback?lang=en")
    expect(page.get_by_role("textbox", name="Your code")).to_be_visible()
    axe_finds_nothing(page)
    button(page, "Show status").click()
    expect(page.get_by_role("alert")).to_contain_text("no whole code")
    typed = page.get_by_role("textbox", name="Your code")
    typed.fill("111 222 333 444 555 666 777 888 999")
    button(page, "Show status").click()
    expect(page.get_by_role("alert")).to_contain_text("No request waits under this code")
    button(page, "Cancel the request").click()
    expect(page.get_by_role("alert")).to_contain_text("No request waits under this code")
    typed.fill(code)
    button(page, "Show status").click()
    expect(page.get_by_text("Somebody has it in hand now.")).to_be_visible()
    assert "701" not in page.content()

    button(page, "Change").click()
    changing = Asking(VisitorPerson(page))
    expect(page.get_by_label("Phone number")).to_have_value("")
    changing.gives("070-174 06 06")
    changing.is_free_now()
    changing.skips_to_the_end()
    changing.goes_on("Send the request")
    expect(page.get_by_role("heading", name="We have your new request")).to_be_visible()
    expect(desk.get_by_role("alert")).to_contain_text("changed the request")
    desk.get_by_role("article").get_by_role("button", name="Take", exact=True).click()
    desk.get_by_role("checkbox", name="I have read the safety card").check()
    button(desk, "Show number").click()
    expect(desk.get_by_role("link", name="+46 70 174 06 06")).to_be_visible()

    button(page, "Done").click()
    page.goto(f"{demo.visitor}/callback?lang=en")
    page.get_by_role("textbox", name="Your code").fill(code)
    button(page, "Cancel the request").click()
    expect(page.get_by_text("It is cancelled. Nobody will call.")).to_be_visible()
    expect(desk.get_by_role("alert")).to_contain_text("Cancelled: do not call")
    expect(desk.get_by_role("link", name=re.compile("174"))).to_have_count(0)
    button(desk, "Close").click()


def test_what_is_wrong_is_said_and_nothing_is_lost_hidden_covered_or_left(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson
) -> None:
    """Bad input; Leave 3 and 9 in the form."""
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    visitor.scope.get_by_role("textbox", name="Write a message").fill("Not sent yet")
    asking = Asking(visitor).begins()
    scope = visitor.scope
    for number, words in [
        ("", "no whole phone number"),
        ("112", "a number for help"),
        ("0900-123 45 67", "costs extra"),
        ("+46 70 174 06 05 12 34 56 78", "too long"),
    ]:
        asking.gives(number)
        expect(scope.get_by_role("alert")).to_contain_text(words)
        expect(scope.get_by_label("Phone number")).to_have_value(number)
    asking.gives()
    asking.goes_on()
    expect(scope.get_by_role("alert")).to_contain_text("no time when we may call")
    asking.goes_on("Back")
    expect(scope.get_by_label("Phone number")).to_have_value(NUMBER)
    scope.get_by_role("button", name="Someone came in").click()
    expect(scope.get_by_role("button", name="1", exact=True)).to_be_visible()
    assert "174" not in visitor.page.content()
    for quarter in "4321":
        scope.get_by_role("button", name=quarter, exact=True).click()
    expect(scope.get_by_label("Phone number")).to_have_value(NUMBER)
    counsellor.takes_next()
    expect(scope.get_by_role("status").filter(has_text="answering in the chat now")).to_be_visible()
    scope.get_by_role("button", name="Go to the chat").click()
    expect(scope.get_by_role("textbox", name="Write a message")).to_have_value("Not sent yet")
    visitor.page.get_by_role("link", name="Leave this page").first.click()
    expect(visitor.page).to_have_url(re.compile("weather"))
