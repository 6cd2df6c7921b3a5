"""A page that nobody looks at: without words after 3 minutes, without keys after 10 in a conversation and 45 in the queue,
measured by the clock on waking; a call is neither (Trace 6).
"""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Frame, expect

from tests.support.demo import Demo
from tests.support.people import CounsellorPerson, VisitorPerson, a_visitor

MINUTE = 60
SET_VISIBILITY = """(state) => {
    Object.defineProperty(document, 'visibilityState', {value: state, configurable: true});
    document.dispatchEvent(new Event('visibilitychange'));
}"""
PASS = """(ms) => {
    const before = Date.now;
    Date.now = () => before() + ms;
}"""
DIAL = """(link) => {
    link.addEventListener('click', (event) => event.preventDefault());
    link.click();
}"""


class Sleeper:
    """A visitor whose page has a clock that the test sets; with it the page's timers sleep."""

    def __init__(self, visitor: VisitorPerson) -> None:
        self.visitor = visitor
        visitor.page.clock.install()

    @property
    def frame(self) -> Frame:
        return self.visitor.page.frames[-1]

    def sleeps(self, minutes: float) -> None:
        """Hidden, and every timer with it, for so long."""
        self.hides()
        self.frame.evaluate(PASS, minutes * MINUTE * 1_000)
        self.frame.evaluate(SET_VISIBILITY, "visible")

    def hides(self) -> None:
        self.frame.evaluate(SET_VISIBILITY, "hidden")

    def stays_hidden(self, minutes: float) -> None:
        """Hidden and awake: the timers run."""
        self.hides()
        self.visitor.page.clock.run_for(int(minutes * MINUTE * 1_000))

    def looks(self) -> None:
        self.frame.evaluate(SET_VISIBILITY, "visible")

    def holds(self, words: str) -> bool:
        """Whether the words stand anywhere in the page or in the memory of its scripts."""
        if words in self.frame.content() or words in self.frame.evaluate(
            "() => [...document.querySelectorAll('textarea')].map((field) => field.value).join()"
        ):
            return True
        client = self.visitor.page.context.new_cdp_session(self.visitor.page)
        chunks: list[str] = []
        client.on("HeapProfiler.addHeapSnapshotChunk", lambda event: chunks.append(event["chunk"]))
        client.send("HeapProfiler.collectGarbage")
        client.send("HeapProfiler.takeHeapSnapshot", {"reportProgress": False})
        client.detach()
        return any(words in string for string in json.loads("".join(chunks))["strings"])


@pytest.fixture
def sleeper(visitor: VisitorPerson) -> Sleeper:
    return Sleeper(visitor)


@pytest.fixture(params=["municipal", pytest.param("standalone", marks=pytest.mark.soak)])
def talking(
    request: pytest.FixtureRequest, demo: Demo, sleeper: Sleeper, counsellor: CounsellorPerson
) -> Sleeper:
    if request.param == "municipal":
        sleeper.visitor.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us()
    else:
        sleeper.visitor.opens(f"{demo.visitor}/?lang=en")
    sleeper.visitor.starts_the_chat()
    counsellor.takes_next()
    sleeper.visitor.is_talking_with("Amina")
    return sleeper


@pytest.mark.chromium_only("the size of its memory is asked over a protocol of Chromium")
def test_hidden_for_three_minutes_words_are_gone_and_come_back_with_the_person(
    demo: Demo, sleeper: Sleeper, counsellor: CounsellorPerson
) -> None:
    visitor = sleeper.visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    counsellor.takes_next()
    visitor.is_talking_with("Amina")
    counsellor.writes("Vi ringer aldrig hem till dig.")
    expect(visitor.messages.get_by_role("listitem")).to_have_count(2)
    assert sleeper.holds("Vi ringer aldrig"), "the memory is looked into"
    sleeper.stays_hidden(2.5)
    assert sleeper.holds("Vi ringer aldrig")
    sleeper.stays_hidden(3.2)
    counsellor.writes("Skriv när du kan, vi är kvar.")
    counsellor.sees_state("Skriv när du kan", "Delivered")
    assert not sleeper.holds("Vi ringer aldrig")
    assert not sleeper.holds("Skriv när du kan")
    sleeper.looks()
    visitor.sees("Vi ringer aldrig hem till dig.")
    visitor.sees("Skriv när du kan, vi är kvar.")
    counsellor.sees_state("Skriv när du kan", "Read")
    visitor.writes("Jag är tillbaka.")
    counsellor.sees("Jag är tillbaka.")
    visitor.ends_the_chat()


@pytest.mark.chromium_only("a socket that is open stays so when the network is switched off")
def test_what_is_not_sent_yet_stays_sealed_and_is_sent(
    talking: Sleeper, counsellor: CounsellorPerson
) -> None:
    visitor = talking.visitor
    visitor.page.context.set_offline(True)
    visitor.writes("Kan ni vänta?")
    visitor.sees_state("Kan ni vänta?", "Waiting to send")
    visitor.scope.get_by_role("textbox", name="Write a message").fill("Ett halvt")
    talking.stays_hidden(4)
    for words in ("Kan ni vänta?", "Ett halvt"):
        assert words not in talking.frame.content()
    expect(visitor.scope.locator("textarea")).to_have_value("")
    visitor.page.context.set_offline(False)
    counsellor.sees("Kan ni vänta?")
    talking.looks()
    visitor.sees("Kan ni vänta?")
    expect(visitor.scope.get_by_role("textbox", name="Write a message")).to_have_value("Ett halvt")
    visitor.ends_the_chat()


def test_asleep_for_ten_minutes_in_a_conversation_the_keys_are_dropped_on_waking(
    talking: Sleeper, counsellor: CounsellorPerson
) -> None:
    talking.visitor.writes("Ingen får se det här.")
    counsellor.sees("Ingen får se det här.")
    talking.sleeps(10.1)
    talking.visitor.sees_the_end()
    expect(talking.visitor.scope.get_by_text("You were away from this page for so long")).to_be_visible()
    assert "Ingen får se det här." not in talking.frame.content()
    expect(counsellor.page.get_by_text("Do not write, do not call.").first).to_be_visible()


def test_asleep_for_less_the_conversation_goes_on(talking: Sleeper, counsellor: CounsellorPerson) -> None:
    talking.sleeps(9.8)
    talking.visitor.writes("Jag är kvar.")
    counsellor.sees("Jag är kvar.")
    talking.visitor.ends_the_chat()


def test_hidden_and_awake_for_ten_minutes_the_keys_are_dropped_without_waking(
    talking: Sleeper, counsellor: CounsellorPerson
) -> None:
    talking.stays_hidden(10.2)
    expect(counsellor.page.get_by_text("Do not write, do not call.").first).to_be_visible()
    talking.looks()
    talking.visitor.sees_the_end()


@pytest.mark.parametrize(("minutes", "kept"), [(44.8, True), (45.1, False)])
def test_in_the_queue_the_place_is_kept_for_45_minutes(
    demo: Demo, sleeper: Sleeper, minutes: float, *, kept: bool
) -> None:
    visitor = sleeper.visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    visitor.writes("Hinner ni i dag?")
    visitor.sees_state("Hinner ni i dag?", "Sent")
    sleeper.sleeps(minutes)
    if not kept:
        visitor.sees_the_end()
        return
    visitor.sees("Hinner ni i dag?")
    visitor.sees_the_place(1)
    visitor.ends_the_chat()


def test_a_call_from_the_page_is_not_being_away(talking: Sleeper, counsellor: CounsellorPerson) -> None:
    talking.visitor.writes("Jag ringer nu.")
    talking.frame.evaluate(DIAL, talking.frame.query_selector('a[href="tel:112"]'))
    talking.sleeps(30)
    talking.visitor.sees("Jag ringer nu.")
    talking.visitor.writes("Nu har jag ringt.")
    counsellor.sees("Nu har jag ringt.")
    talking.sleeps(10.1)
    talking.visitor.sees_the_end()


def test_a_clock_that_was_set_back_does_not_make_the_time_shorter(talking: Sleeper) -> None:
    talking.sleeps(-11)
    talking.visitor.sees_the_end()


def test_the_start_screen_says_these_times(demo: Demo, new_profile: Callable[..., BrowserContext]) -> None:
    visitor = a_visitor(new_profile()).opens(f"{demo.visitor}/?lang=en")
    said = visitor.page.get_by_text("If you go to another app or tab")
    for words in ("3 minutes", "10 minutes", "45 minutes"):
        expect(said).to_contain_text(words)
