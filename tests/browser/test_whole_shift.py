"""A whole shift at `varsam serve`, from nobody on duty to everybody gone: two counsellors, a supervisor and a coordinator at
browsers, twelve simulated visitors with real keys, and a professional in a browser. Nothing is lost, nobody is forgotten, no place
in the queue rises, and those on call are told while nobody is there (Staff 1, 2, 6, Before 5, 7, Prof 1, E6, E7).
"""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from chat import wire
from tests.browser.conftest import PHONE
from tests.support.at_work import AtWork
from tests.support.axe import axe_finds_nothing
from tests.support.crowd import Beside, Caller, Crowd
from tests.support.people import CounsellorPerson, VisitorPerson
from tests.support.sinks import WebhookSink, listening
from tests.support.staffed import Staffed, staffed

pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.timeout(900)]

STORIES = (
    ("My family has chosen somebody for me.", "It is to be in June.", "I will write again."),
    ("I am not allowed to go out after school.", "My brother waits for me there.", "Thank you."),
    ("They have read my phone before.", "Once a week, I think.", "I will delete this."),
    ("I have a ticket for the summer that I did not ask for.", "My mother has my passport.", "I have it now."),
    ("My sister was married last year.", "She was sixteen.", "I will tell her that you are here."),
    ("I cannot talk on the phone.", "Somebody is always at home.", "Writing is good."),
    ("My friend does not come to school any more.", "Since three weeks.", "I will tell my teacher."),
    ("I have a boyfriend and nobody may know.", "They would be very angry.", "That helps."),
    ("My father says that I bring shame on us.", "He says it every day.", "I did not know that."),
    ("I am eighteen and want to move.", "I have nowhere to go.", "I will call them tomorrow."),
    ("We are two who write together.", "We are cousins.", "We both thank you."),
    ("They are packing my things now.", "The flight is tonight.", "I will go to the police."),
)  # fmt: skip
DANGER = wire.Told(triage=["danger"])
AT_WORK = "I work at a school, and a pupil worries me."
FULL = "You have 3 conversations open, which is the most at once."


@pytest.fixture
def hook() -> Iterator[WebhookSink]:
    """Where those on call are told."""
    beside = Beside()
    beside.starts()
    yield beside.does(beside.stack.enter_async_context(listening(WebhookSink())))
    beside.ends()


@pytest.fixture
def organisation(profile: Callable[..., BrowserContext], hook: WebhookSink) -> Iterator[Staffed]:
    settings = {"VARSAM_ONCALL__WEBHOOK": hook.address, "VARSAM_ONCALL__ALONE_SECONDS": "10"}
    with staffed(profile, settings, workers=2) as made:
        yield made


@pytest.fixture
def crowd(organisation: Staffed) -> Iterator[Crowd]:
    with Crowd(organisation.visitor, organisation.root) as made:
        yield made


class Shift:
    """Both counsellors, and everybody who came."""

    def __init__(self, crowd: Crowd, *counsellors: AtWork) -> None:
        self.crowd = crowd
        self.counsellors = counsellors

    @property
    def unmet(self) -> list[Caller]:
        """Who has not been taken yet."""
        met = [caller for at_work in self.counsellors for caller in at_work.taken]
        return [caller for caller in self.crowd.callers if caller not in met]

    def goes_on(self) -> None:
        """One round: whoever has room takes the next, everybody is answered once, and who has said everything is let go."""
        for at_work in self.counsellors:
            while self.unmet and at_work.may_take:
                at_work.takes(self.unmet)
            for number in list(at_work.open):
                if at_work.is_done_with(number):
                    at_work.ends(number)
                else:
                    at_work.answers(number)


def test_a_shift_is_played_and_nothing_is_lost(
    organisation: Staffed, profile: Callable[..., BrowserContext], crowd: Crowd, hook: WebhookSink
) -> None:
    organisation.enrols(Amina="counsellor", Björn="counsellor", Siv="supervisor")
    amina, bjorn = (AtWork(name, organisation.at_desk(name)) for name in ("Amina", "Björn"))
    siv = organisation.at_desk("Siv")
    shift = Shift(crowd, amina, bjorn)

    # Nobody is there: those on call are told, without a word of what it is.
    for story in STORIES[:4]:
        crowd.comes(*story)
    professional = VisitorPerson(profile(viewport=PHONE).new_page())
    professional.opens(f"{organisation.visitor}/?lang=en")
    expect(professional.page.get_by_text("No counsellor is connected right now.")).to_be_visible()
    professional.page.get_by_role("button", name="I meet this in my work").click()
    professional.starts_the_chat()
    professional.writes(AT_WORK)
    professional.sees_the_place(1)
    is_told(organisation, hook)

    # The shift begins, and the title counts who waits.
    amina.desk.goes_on_duty()
    expect(amina.desk.page).to_have_title("(5) Varsam")
    amina.desk.page.get_by_role("button", name="Test the alerts").click()
    for _ in range(3):
        amina.takes(shift.unmet)
    expect(amina.take).to_be_disabled()
    expect(amina.desk.page.get_by_text(FULL)).to_be_visible()
    siv.goes_on_duty()
    bjorn.desk.goes_on_duty()
    for story in STORIES[4:11]:
        crowd.comes(*story)
    endangered = crowd.comes(*STORIES[11], told=DANGER)
    assert bjorn.takes(shift.unmet) is endangered, "who is in danger is answered first"
    expect(bjorn.desk.scope.get_by_text("In danger now")).to_be_visible()
    bjorn.desk.scope.get_by_role("button", name="Crisis").click()
    expect(bjorn.take).to_be_disabled()

    # A supervisor joins with the visitor's yes, and goes again.
    siv_joins(crowd, bjorn, siv)
    bjorn.desk.scope.get_by_role("button", name="Crisis").click()
    shift.goes_on()
    professional.sees_the_place(1)
    axe_finds_nothing(amina.desk.page)

    # In the middle: a page is loaded again, and one conversation is handed over.
    crisis = amina.looks_at(1).scope.get_by_role("button", name="Crisis")
    crisis.click()
    expect(crisis).to_have_attribute("aria-pressed", "true")
    amina.reloads()
    marked = amina.desk.page.get_by_role("button", name="Crisis", pressed=True)
    expect(marked).to_have_count(1)
    marked.click()
    expect(marked).to_have_count(0)
    bjorn.ends_one()
    hands_over(crowd, amina, bjorn)

    while shift.unmet or amina.open or bjorn.open:
        shift.goes_on()
    crowd.was_helped()
    for caller in crowd.callers:
        assert caller.conversation.words() == caller.should_read, "lost, doubled or out of order"
        assert caller.conversation.alarm is None
        assert caller.places == sorted(caller.places, reverse=True), "a place in the queue rose"

    # The professional's turn, and the end of the shift.
    bjorn.numbers += 1
    bjorn.desk.takes_next(bjorn.numbers)
    bjorn.desk.sees(AT_WORK)
    bjorn.desk.writes("Tell me, without the name.")
    professional.sees("Tell me, without the name.")
    bjorn.desk.page.get_by_role("switch", name="On duty").click()
    expect(bjorn.desk.page.get_by_text("Before you go off duty")).to_be_visible()
    professional.ends_the_chat()
    for counsellor in (amina, bjorn):
        leaves(counsellor)
    siv.goes_off_duty()
    professional.opens(f"{organisation.visitor}/?lang=en")
    expect(professional.page.get_by_text("No counsellor is connected right now.")).to_be_visible()
    stands(organisation)


def is_told(organisation: Staffed, hook: WebhookSink) -> None:
    """By the webhook, which is looked at as long as it takes."""
    page = organisation.cleo.page
    for _ in range(300):
        if hook.told:
            break
        page.wait_for_timeout(100)
    words = [told["text"] for told in hook.told]
    assert words, "nobody on call was told"
    assert all(text.startswith("Varsam: something is waiting.") for text in words)


def siv_joins(crowd: Crowd, bjorn: AtWork, siv: CounsellorPerson) -> None:
    number = bjorn.numbers
    caller = bjorn.open[number]
    bjorn.desk.asks("Ask to join", "Siv")
    siv.comes()
    crowd.says_yes(caller, "Siv", history=False)
    siv.sees_in_conversation("Björn", "Siv")
    bjorn.desk.sees_in_conversation("Björn", "Siv")
    siv.writes("I listen too.")
    caller.answers.append("I listen too.")
    bjorn.desk.sees("I listen too.")
    bjorn.desk.sees(caller.lines[1])
    siv.sees(caller.lines[1])
    siv.scope.get_by_role("button", name="Leave the conversation").click()
    expect(bjorn.desk.members).not_to_contain_text("Siv")


def hands_over(crowd: Crowd, amina: AtWork, bjorn: AtWork) -> None:
    """One of Amina's to Björn, who has room, with what was said before."""
    number, caller = next(iter(amina.open.items()))
    amina.looks_at(number).asks("Hand over", "Björn")
    bjorn.desk.comes()
    crowd.says_yes(caller, "Björn")
    expect(amina.desk.scope.get_by_role("heading", name="Handed over")).to_be_visible()
    amina.closes(number)
    bjorn.numbers += 1
    assert bjorn.meets(bjorn.numbers, [caller]) is caller


def leaves(counsellor: AtWork) -> None:
    """Off duty, with the list for the end of the shift."""
    page = counsellor.desk.page
    switch = page.get_by_role("switch", name="On duty")
    if (
        switch.get_attribute("aria-checked") == "true"
        and not page.get_by_text("Before you go off").is_visible()
    ):
        switch.click()
    expect(switch).not_to_be_checked()
    ends = page.get_by_role("region", name="Before you go")
    for line in ends.get_by_role("checkbox").all():
        line.check()
    expect(ends.get_by_text("All is done.")).to_be_visible()
    axe_finds_nothing(page)


def stands(organisation: Staffed) -> None:
    """What the command line and the coordinator's page say afterwards."""
    shown = organisation.walk.types("varsam status --config varsam.toml")
    assert "Service: ready" in shown
    assert "in the queue: 0" in shown
    cleo = organisation.cleo
    cleo.presses("Show the audit")
    cleo.page.get_by_label("Find a pseudonym or deed").fill("siv")
    cleo.reads(re.compile(r"^\d+ of \d+ entries"))
    axe_finds_nothing(cleo.page)
