"""A conversation passes through several people, each with the visitor's yes (E6, Staff 4, Talk 6), and nobody is left without
somebody when a counsellor goes off duty (Staff 6).
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import DESK
from tests.support.axe import axe_finds_nothing
from tests.support.demo import Demo
from tests.support.people import CounsellorPerson, VisitorPerson, a_counsellor

ONLY_TO_AMINA = "This is for you alone, Amina."


@pytest.fixture
def staff(demo: Demo, new_profile: Callable[..., BrowserContext]) -> Callable[[str], CounsellorPerson]:
    def comes(pseudonym: str) -> CounsellorPerson:
        return (
            a_counsellor(new_profile(viewport=DESK)).opens(demo.staff).signs_in_as(pseudonym).goes_on_duty()
        )

    return comes


def test_a_conversation_passes_through_several_people_with_the_visitors_yes_each_time(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson, staff: Callable[[str], CounsellorPerson]
) -> None:
    amina, bjorn, siv = counsellor, staff("Björn"), staff("Siv")
    expect(siv.page.get_by_role("button", name="Take next")).to_have_count(0)
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    amina.takes_next()
    visitor.writes(ONLY_TO_AMINA)
    amina.sees(ONLY_TO_AMINA)

    # A supervisor joins without what was said before. What is being written is not disturbed, and answers nothing.
    visitor.scope.get_by_role("textbox", name="Write a message").fill("half a sentence")
    amina.asks("Ask to join", "Siv")
    siv.comes()
    asked = visitor.is_asked_by("Siv")
    expect(visitor.scope.get_by_role("textbox", name="Write a message")).to_be_focused()
    expect(visitor.scope.get_by_role("textbox", name="Write a message")).to_have_value("half a sentence")
    expect(visitor.scope.get_by_role("link", name="Leave this page")).to_be_in_viewport()
    expect(siv.scope).to_contain_text("You can read nothing before the yes.")
    axe_finds_nothing(visitor.page)
    axe_finds_nothing(siv.page)
    expect(visitor.members).not_to_contain_text("Siv")
    asked.get_by_role("button", name="Yes, without what was said before").click()
    for person in (visitor, amina, siv):
        person.sees_in_conversation("Amina", "Siv")
    visitor.writes("Hello both.")
    siv.sees("Hello both.")
    expect(siv.messages.get_by_text(ONLY_TO_AMINA)).to_have_count(0)

    # A no is kept, and told to who asked.
    siv.scope.get_by_role("button", name="Leave the conversation").click()
    expect(visitor.members).not_to_contain_text("Siv")
    expect(siv.scope.get_by_role("heading", name="You have left the conversation")).to_be_visible()
    amina.asks("Hand over", "Next on duty")
    bjorn.comes()
    taken_back = visitor.is_asked_by("Björn")
    bjorn.scope.get_by_role("button", name="Do not come after all").click()
    visitor.sees("Whoever asked to come in has taken it back.")
    expect(taken_back).to_have_count(0)
    amina.sees("has taken it back, so nobody came in.")
    amina.asks("Hand over", "Next on duty")
    bjorn.comes()
    bjorn.number = 2
    visitor.answers("Björn", "No")
    expect(bjorn.scope.get_by_role("heading", name="The visitor said no")).to_be_visible()
    amina.sees("The visitor said no, so nobody came in.")
    visitor.sees_in_conversation("Amina")
    bjorn.scope.get_by_role("button", name="Close").click()

    # Off duty only after somebody else is there: the console leads through it.
    amina.page.get_by_role("switch", name="On duty").click()
    expect(amina.page.get_by_text("Before you go off duty")).to_be_visible()
    amina.asks("Hand over", "Björn")
    bjorn.comes()
    visitor.answers("Björn", "Yes")
    expect(visitor.members).to_contain_text("Björn")
    expect(visitor.members).not_to_contain_text("Amina")
    bjorn.number = 3
    bjorn.sees(ONLY_TO_AMINA)
    bjorn.writes("Now it is me.")
    visitor.sees("Now it is me.")
    expect(amina.scope.get_by_role("heading", name="Handed over")).to_be_visible()
    expect(amina.page.get_by_role("switch", name="On duty")).not_to_be_checked()
    visitor.ends_the_chat()
    bjorn.sees_the_end()


def test_a_guest_from_outside_comes_in_by_a_link_that_opens_once(
    demo: Demo,
    visitor: VisitorPerson,
    counsellor: CounsellorPerson,
    new_profile: Callable[..., BrowserContext],
) -> None:
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    counsellor.takes_next()
    visitor.writes(ONLY_TO_AMINA)
    counsellor.sees(ONLY_TO_AMINA)
    link = counsellor.invites_a_guest("Police in Borås")

    guest = new_profile(viewport=DESK).new_page()
    guest.goto(link.replace("/staff/guest", "/staff/guest?lang=en"))
    assert "#" not in guest.url, "the secret does not stay in the address"
    guest.get_by_role("button", name="Open the conversation").click()
    asked = visitor.is_asked_by("Police in Borås")
    expect(asked).to_contain_text("Amina has invited them. We cannot check who they are")
    expect(guest.get_by_text("You can read nothing before the yes.")).to_be_visible()
    axe_finds_nothing(guest)
    axe_finds_nothing(counsellor.page)
    asked.get_by_role("button", name="Yes, without what was said before").click()
    region = guest.get_by_role("region", name="Conversation with the visitor")
    region.get_by_role("textbox", name="Write a message").fill("Good evening.")
    region.get_by_role("button", name="Send", exact=True).click()
    visitor.sees("Good evening.")
    counsellor.sees("Good evening.")
    visitor.sees_in_conversation("Amina", "Police in Borås", "guest from outside")
    expect(region.get_by_text(ONLY_TO_AMINA)).to_have_count(0)

    second = new_profile(viewport=DESK).new_page()
    second.goto(link.replace("/staff/guest", "/staff/guest?lang=en"))
    second.get_by_role("button", name="Open the conversation").click()
    expect(second.get_by_text("This link was opened already")).to_be_visible()
    second.goto("about:blank")
    second.goto(link.partition("#")[0] + "?lang=en")
    expect(second.get_by_text("A part of this link is missing")).to_be_visible()

    region.get_by_role("button", name="Leave the conversation").click()
    expect(guest.get_by_text("You have left the conversation.")).to_be_visible()
    expect(visitor.members).not_to_contain_text("Police")


def test_a_visitor_left_alone_asks_for_someone_else(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson, staff: Callable[[str], CounsellorPerson]
) -> None:
    bjorn = staff("Björn")
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    counsellor.takes_next()
    visitor.writes(ONLY_TO_AMINA)
    counsellor.sees(ONLY_TO_AMINA)
    counsellor.page.context.set_offline(True)
    counsellor.page.goto("about:blank")
    visitor.scope.get_by_role("button", name="Ask for someone else").click()
    expect(visitor.page.get_by_text("You are asked before anyone comes in.")).to_be_visible()
    bjorn.comes()
    visitor.answers("Björn", "Yes")
    bjorn.sees(ONLY_TO_AMINA)
    visitor.is_talking_with("Björn")
