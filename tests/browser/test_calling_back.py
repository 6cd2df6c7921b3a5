"""What becomes of a call (Call 4), as a counsellor sees it: every outcome, the next attempt, other languages and queues, notes, and a
request that is taken back meanwhile.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.support.axe import axe_finds_nothing
from tests.support.callers import Desk, asks_without_a_screen, button, cancels
from tests.support.demo import Demo
from tests.support.people import CounsellorPerson, a_counsellor


@pytest.fixture(autouse=True)
def nobody_else_waits(demo: Demo) -> None:
    demo.forgets_calls()
    demo.forgets_team_keys()


def test_each_outcome_has_its_end_and_every_queue_its_place(demo: Demo, counsellor: CounsellorPerson) -> None:
    desk = Desk(counsellor)
    asks_without_a_screen(demo, "so")
    asks_without_a_screen(demo, "sv", entrance="work")
    asks_without_a_screen(demo, "sv")
    lines = desk.region.get_by_role("listitem")
    expect(desk.region.get_by_text("3 due now")).to_be_visible()
    work = desk.region.get_by_role("group", name="From professionals")
    expect(work.get_by_role("listitem")).to_have_count(1)
    axe_finds_nothing(counsellor.page)

    language = desk.region.get_by_role("combobox", name="Language of the call")
    language.select_option("so")
    expect(lines).to_have_count(1)
    desk.takes()
    desk.says("No answer")
    expect(desk.region.get_by_text("Tried before: 1")).to_be_visible()
    expect(desk.region.get_by_text(re.compile("Not before"))).to_be_visible()
    desk.takes()
    button(desk.region, "Show number").click()
    expect(desk.region.get_by_role("alert")).to_contain_text("may not be called now")
    desk.says("No answer")
    expect(desk.region.get_by_text("Both attempts were used")).to_be_visible()
    desk.is_done()
    expect(language).to_have_count(0)

    for outcome, words in (
        ("Someone else", "nobody calls again"),
        ("Number is wrong", "Nobody calls this number"),
    ):
        desk.takes()
        desk.is_shown("+46 70 174 06 05")
        desk.says(outcome)
        expect(desk.region.get_by_text(words)).to_be_visible()
        expect(desk.region.get_by_role("link")).to_have_count(0)
        desk.is_done()
    expect(button(desk.region, "Take")).to_have_count(0)


@pytest.mark.soak
def test_the_next_shift_reads_the_notes_and_sees_at_once_what_was_taken_back(
    demo: Demo, counsellor: CounsellorPerson, new_profile: Callable[..., BrowserContext]
) -> None:
    """Call 4, C5: another counsellor, at another machine, after the first has gone."""
    amina = Desk(counsellor)
    bjorn = a_counsellor(new_profile(viewport={"width": 1280, "height": 800}))
    next_shift = Desk(bjorn.opens(demo.staff).signs_in_as("Björn"))
    caller = asks_without_a_screen(demo)
    amina.takes()
    amina.region.get_by_role("textbox", name="Note about this call").fill("Her sister may answer.")
    button(amina.region, "Keep the note").first.click()
    expect(amina.region.get_by_text("Her sister may answer.")).to_be_visible()
    expect(next_shift.region.get_by_text(re.compile("Amina has it until"))).to_be_visible()
    expect(button(next_shift.region, "Take")).to_have_count(0)
    button(amina.region, "Give it back").click()
    expect(amina.region.get_by_role("article")).to_have_count(0)
    amina.region.get_by_text(re.compile("Notes for the next shift")).click()
    amina.region.get_by_role("textbox", name="Note for the next shift").fill("Call the oldest first.")
    button(amina.region, "Keep the note").click()
    expect(amina.region.get_by_text("Notes for the next shift: 1")).to_be_visible()
    counsellor.page.get_by_role("switch", name="On duty").click()
    counsellor.page.goto("about:blank")

    next_shift.region.get_by_text("Notes for the next shift: 1").click()
    expect(next_shift.region.get_by_text("Call the oldest first.")).to_be_visible()
    in_hand = next_shift.takes()
    expect(in_hand.get_by_text("Her sister may answer.")).to_be_visible()
    next_shift.is_shown("+46 70 174 06 05")
    cancels(caller)
    expect(next_shift.region.get_by_role("alert")).to_contain_text("Cancelled: do not call")
    expect(next_shift.region.get_by_role("link")).to_have_count(0)
    expect(in_hand.get_by_text("Her sister may answer.")).to_have_count(0)
    button(next_shift.region, "Close").click()
    expect(next_shift.region.get_by_text("Cancelled: do not call")).to_be_visible()
