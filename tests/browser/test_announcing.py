"""What a screen reader says by itself: a new message once, its states never, and nothing of before when the language changes, the page
was covered, or somebody comes back to it. An ear in the page hears what is added to a live region that stood there already.
"""

import pytest
from playwright.sync_api import Frame, expect

from tests.browser.test_hiding import Sleeper
from tests.support.demo import Demo
from tests.support.people import CounsellorPerson, VisitorPerson

EAR = """() => {
    const heard = window.heard = [];
    const live = '[role=log], [role=status], [role=alert], [aria-live=polite], [aria-live=assertive]';
    const quiet = (one) => !one || one.closest('[aria-live=off]') !== null;
    new MutationObserver((records) => {
        const fresh = new Set(records.flatMap((record) => [...record.addedNodes]));
        const isNew = (one) => { for (let at = one; at; at = at.parentNode) if (fresh.has(at)) return true; return false; };
        const said = new Set();
        for (const {target, addedNodes, type} of records) {
            const element = target.nodeType === 1 ? target : target.parentElement;
            const region = element?.closest(live);
            const alert = [...addedNodes].filter((one) => one.nodeType === 1 && one.matches('[role=alert]'));
            for (const one of alert) said.add(one.innerText);
            // What comes into the page together with its region is read by nobody.
            if (!region || isNew(region) || quiet(element)) continue;
            if (type === 'childList') for (const one of addedNodes) if (!isNew(one.parentNode)) said.add(one.textContent);
            if (type === 'characterData' && region.getAttribute('aria-relevant') !== 'additions') said.add(target.data);
        }
        heard.push(...[...said].filter(Boolean));
    }).observe(document, {childList: true, characterData: true, subtree: true});
}"""
FIRST, SECOND, THIRD = "Jag är rädd.", "Kan någon se din skärm?", "Är du kvar?"


class Ear:
    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        frame.evaluate(EAR)

    def heard(self, words: str) -> int:
        """How often, so far."""
        return sum(words in said for said in self._frame.evaluate("() => window.heard"))


@pytest.fixture
def sleeper(visitor: VisitorPerson) -> Sleeper:
    return Sleeper(visitor)


def test_a_new_message_is_said_once_and_nothing_of_before_ever_again(
    demo: Demo, sleeper: Sleeper, counsellor: CounsellorPerson
) -> None:
    visitor = sleeper.visitor.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us().starts_the_chat()
    ear = Ear(sleeper.frame)
    visitor.writes(FIRST)
    counsellor.takes_next()
    visitor.is_talking_with("Amina")
    counsellor.writes(SECOND)
    visitor.sees(SECOND)
    visitor.sees_state(FIRST, "Read")
    assert [ear.heard(words) for words in (FIRST, SECOND)] == [1, 1]
    assert not ear.heard("Delivered") and not ear.heard("Read")

    visitor.scope.get_by_role("combobox", name="Language").select_option("ar")
    expect(visitor.scope.locator("html")).to_have_attribute("lang", "ar")
    visitor.scope.get_by_role("combobox").select_option("en")
    expect(visitor.scope.locator("html")).to_have_attribute("lang", "en")

    visitor.scope.get_by_role("button", name="Someone came in").click()
    for quarter in "4321":
        visitor.scope.get_by_role("button", name=quarter, exact=True).click()
    visitor.sees(SECOND)

    sleeper.stays_hidden(3.2)
    expect(visitor.messages.get_by_text(SECOND)).to_have_count(0)
    sleeper.looks()
    visitor.sees(SECOND)
    assert [ear.heard(words) for words in (FIRST, SECOND)] == [1, 1], "read again"

    counsellor.writes(THIRD)
    visitor.sees(THIRD)
    assert [ear.heard(words) for words in (FIRST, SECOND, THIRD)] == [1, 1, 1]
    visitor.ends_the_chat()
