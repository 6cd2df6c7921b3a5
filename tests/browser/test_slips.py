"""Before something is sent that may show who somebody is, the visitor is asked (Talk 3), and can leave all the while."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.support.axe import axe_finds_nothing
from tests.support.demo import Demo
from tests.support.people import CounsellorPerson, VisitorPerson

NUMBER = "070-174 06 05"
TEXT = f"Ring mig på {NUMBER} efter fyra."


def box(visitor: VisitorPerson) -> Locator:
    return visitor.scope.get_by_role("textbox", name="Write a message")


@pytest.mark.chromium_only("of two windows without a screen, only one has the focus")
def test_a_phone_number_is_asked_about_and_goes_only_after_the_answer(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson
) -> None:
    sent: list[str] = []
    visitor.page.on("websocket", lambda socket: socket.on("framesent", lambda text: sent.append(str(text))))
    visitor.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us().starts_the_chat()
    counsellor.takes_next()
    visitor.is_talking_with("Amina")
    question = visitor.scope.get_by_role("dialog", name="Do you want to send this?")
    box(visitor).fill(TEXT)
    before = sum('"append"' in message for message in sent)
    box(visitor).press("Enter")
    expect(question).to_contain_text(f"Phone number: {NUMBER}")
    expect(question).to_have_accessible_description(re.compile(f"{NUMBER}.*Nothing is sent yet"))
    expect(question.get_by_role("button", name="Change it")).to_be_focused()
    axe_finds_nothing(visitor.page)
    visitor.page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    expect(box(visitor)).to_be_focused()
    expect(box(visitor)).to_have_value(TEXT)
    assert sum('"append"' in message for message in sent) == before, "nothing went"
    box(visitor).press("Enter")
    question.get_by_role("button", name="Send all the same").click()
    counsellor.sees(TEXT)
    visitor.sees_state(TEXT, "Read")
    expect(box(visitor)).to_have_value("")
    expect(box(visitor)).to_be_focused()
    visitor.writes("Det var allt.")
    counsellor.sees("Det var allt.")
    visitor.ends_the_chat()


def test_professionals_are_asked_in_stronger_words_and_about_names(
    demo: Demo, visitor: VisitorPerson
) -> None:
    visitor.opens(f"{demo.visitor}/?lang=en")
    visitor.scope.get_by_role("button", name="I meet this in my work").click()
    visitor.starts_the_chat()
    visitor.writes("Flickan heter Sol.")
    question = visitor.scope.get_by_role("dialog", name="Please name nobody here")
    expect(question).to_contain_text("Somebody’s name: Sol")
    question.get_by_role("button", name="Change it").click()
    visitor.writes("En elev i sjuan.")
    visitor.sees("En elev i sjuan.")
    visitor.ends_the_chat()


def test_the_question_is_taken_back_when_nobody_looks_and_never_keeps_anybody_from_leaving(
    demo: Demo, visitor: VisitorPerson
) -> None:
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    visitor.writes(TEXT)
    question = visitor.scope.get_by_role("dialog")
    expect(question).to_be_visible()
    visitor.page.evaluate(
        """() => { Object.defineProperty(document, 'hidden', {value: true, configurable: true});
                   document.dispatchEvent(new Event('visibilitychange'));
                   Object.defineProperty(document, 'hidden', {value: false, configurable: true}); }"""
    )
    expect(question).to_have_count(0)
    expect(box(visitor)).to_have_value(TEXT)
    box(visitor).press("Enter")
    expect(question).to_be_visible()
    visitor.page.get_by_role("link", name="Leave this page").click()
    expect(visitor.page).to_have_url(f"{demo.municipal}/weather")
