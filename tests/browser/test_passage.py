"""An organisation is set up from nothing by docs/operating.md, and a conversation passes through three counsellors, with a
supervisor and a guest beside them, and the visitor's yes each time; whoever's machine is revoked is out within five seconds
(K2–K5, E6, Staff 4, Talk 6).
"""

import re
import time
from collections.abc import Callable, Iterator, Sequence

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import PHONE
from tests.support.axe import axe_finds_nothing
from tests.support.people import GuestPerson, Talker, VisitorPerson
from tests.support.staffed import Staffed, staffed

pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.timeout(600)]

OUT_SECONDS = 5.0
POLICE = "Police in Borås"


@pytest.fixture
def organisation(profile: Callable[..., BrowserContext]) -> Iterator[Staffed]:
    with staffed(profile) as made:
        yield made


Everybody = Sequence[Talker]


def everybody_lists(everybody: Everybody, within: Sequence[str], without: tuple[str, ...] = ()) -> None:
    """The same members on each screen (E4)."""
    for person in everybody:
        person.sees_in_conversation(*within)
        for name in without:
            expect(person.members).not_to_contain_text(name)


def test_a_conversation_passes_through_three_people_and_a_guest_and_a_revoked_machine_is_out(
    organisation: Staffed, profile: Callable[..., BrowserContext]
) -> None:
    organisation.enrols(Amina="counsellor", Björn="counsellor", Dalia="counsellor", Siv="supervisor")
    amina, bjorn, dalia, siv = (
        organisation.at_desk(name).goes_on_duty() for name in ("Amina", "Björn", "Dalia", "Siv")
    )
    visitor = VisitorPerson(profile(viewport=PHONE).new_page())
    visitor.opens(f"{organisation.visitor}/?lang=en").starts_the_chat()
    visitor.writes("I have not told anybody.")
    amina.takes_next()
    amina.sees("I have not told anybody.")
    everybody_lists([visitor, amina], ("Amina",))

    # The second counsellor takes over, with all that was said.
    amina.asks("Hand over", "Björn")
    bjorn.comes()
    everybody_lists([visitor, amina], ("Amina",), without=("Björn",))
    visitor.answers("Björn", "Yes")
    everybody_lists([visitor, bjorn], ("Björn",), without=("Amina",))
    bjorn.sees("I have not told anybody.")
    expect(amina.scope.get_by_role("heading", name="Handed over")).to_be_visible()
    bjorn.writes("Now it is me.")
    visitor.sees("Now it is me.")
    expect(amina.page.get_by_text("Now it is me.")).to_have_count(0)

    # A supervisor joins, without what was said before.
    bjorn.asks("Ask to join", "Siv")
    siv.comes()
    visitor.answers("Siv", "Yes, without what was said before")
    everybody_lists([visitor, bjorn, siv], ("Björn", "Siv"), without=("Amina",))
    visitor.writes("Hello, Siv.")
    siv.sees("Hello, Siv.")
    expect(siv.page.get_by_text("Now it is me.")).to_have_count(0)

    # A guest from outside, by a link that is good once.
    guest = GuestPerson(profile().new_page()).opens(bjorn.invites_a_guest(POLICE))
    asked = visitor.is_asked_by(POLICE)
    expect(asked).to_contain_text("Björn has invited them. We cannot check who they are")
    everybody_lists([visitor, bjorn, siv], ("Björn", "Siv"), without=(POLICE,))
    visitor.answers(POLICE, "Yes, without what was said before")
    everybody_lists([visitor, bjorn, siv, guest], ("Björn", "Siv", POLICE))
    guest.writes("Good evening.")
    everybody: Everybody = (visitor, bjorn, siv)
    for person in everybody:
        person.sees("Good evening.")
    expect(guest.page.get_by_text("Hello, Siv.")).to_have_count(0)

    # The third counsellor; who was beside the second stays.
    bjorn.asks("Hand over", "Dalia")
    dalia.comes()
    visitor.answers("Dalia", "Yes")
    everybody_lists([visitor, dalia, siv, guest], ("Dalia", "Siv", POLICE), without=("Björn",))
    dalia.sees("I have not told anybody.")
    dalia.writes("I am the third.")
    everybody = (visitor, siv, guest)
    for person in everybody:
        person.sees("I am the third.")
    for page in (visitor.page, dalia.page, siv.page, guest.page, organisation.cleo.page):
        axe_finds_nothing(page)

    out_at_once(organisation, "Dalia", everybody)
    visitor.writes("Without Dalia.")
    for person in everybody[1:]:
        person.sees("Without Dalia.")
    expect(dalia.page.get_by_text("Without Dalia.")).to_have_count(0)

    # A guest's page is closed without leaving: it stays listed, and the others are told since when it is away.
    guest.page.close()
    for person in (visitor, siv):
        expect(person.page.get_by_text(re.compile(f"^{POLICE}.* away since"))).to_be_visible()
        person.sees_in_conversation(POLICE)
    organisation.people["Dalia"].page.reload()
    expect(dalia.page.get_by_role("switch", name="On duty")).to_have_count(0)
    assert "Service: ready" in organisation.walk.types("varsam status --config varsam.toml")


def out_at_once(organisation: Staffed, pseudonym: str, staying: Everybody) -> None:
    """The coordinator revokes this one's machine: five seconds later nobody lists it, and it shows nothing any more."""
    cleo, name = organisation.cleo, f"Revoke this machine of {pseudonym}"
    cleo.presses(name)
    began = time.monotonic()
    cleo.page.get_by_role("dialog").get_by_role("button", name=name).click()
    for person in staying:
        expect(person.members).not_to_contain_text(pseudonym)
    expect(organisation.people[pseudonym].page.get_by_text("I am the third.")).to_have_count(0)
    assert time.monotonic() - began < OUT_SECONDS, "a revoked machine was in for too long"
