"""The main job: a visitor and a counsellor write to each other, from the municipal page and from the
standalone one.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.support.demo import Demo
from tests.support.people import CounsellorPerson, VisitorPerson, a_counsellor, a_visitor

HONEST = "Nobody can read it until someone answers, and it is gone if this page closes."


@pytest.mark.parametrize("entrance", ["municipal", "standalone"])
def test_a_visitor_and_a_counsellor_talk_until_the_end(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson, entrance: str
) -> None:
    if entrance == "municipal":
        visitor.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us()
    else:
        visitor.opens(f"{demo.visitor}/?lang=en")
    visitor.starts_the_chat()
    visitor.sees_the_place(1)
    expect(visitor.scope.get_by_text(HONEST)).to_be_visible()
    visitor.writes("I am afraid of this summer.")
    visitor.sees_state("I am afraid of this summer.", "Sent")

    counsellor.takes_next()
    visitor.is_talking_with("Amina")
    counsellor.sees("I am afraid of this summer.")
    visitor.sees_in_conversation("Amina")
    counsellor.sees_in_conversation("Amina")

    counsellor.writes("I am here. Can anyone see your screen?")
    visitor.sees("I am here. Can anyone see your screen?")
    visitor.writes("No, I am alone: 👩‍👩‍👧 åäö العربية")
    counsellor.sees("No, I am alone: 👩‍👩‍👧 åäö العربية")
    visitor.sees_state("No, I am alone", "Read")

    counsellor.ends_the_chat()
    visitor.sees_the_end()
    counsellor.sees_the_end()


def test_the_visitor_can_end_too(demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson) -> None:
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    counsellor.takes_next()
    visitor.is_talking_with("Amina")
    visitor.ends_the_chat()
    visitor.sees_the_end()
    expect(visitor.page.get_by_role("heading", name="The conversation has ended")).to_be_focused()
    asked = visitor.page.get_by_role("main").locator("button, input, select, textarea, [role=radio]")
    assert asked.all_inner_texts() == ["Start a new chat"], (
        "nothing is asked of whoever has ended it (Talk 7)"
    )
    expect(visitor.page.get_by_role("dialog")).to_have_count(0)
    counsellor.sees_the_end()


def test_a_long_text_arrives_whole(demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson) -> None:
    text = "Jag vill berätta allt från början. 🙂 " * 110
    assert len(text) > 4_000
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    visitor.writes(text)
    counsellor.takes_next()
    counsellor.sees(text.strip())
    counsellor.ends_the_chat()


def test_a_counsellor_talks_with_three_and_never_mixes_them(
    demo: Demo, counsellor: CounsellorPerson, new_profile: Callable[..., BrowserContext]
) -> None:
    visitors = [a_visitor(new_profile()) for _ in range(3)]
    for number, person in enumerate(visitors, 1):
        person.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
        person.writes(f"I am number {number}.")
        counsellor.takes_next(number)
    for number, person in enumerate(visitors, 1):
        counsellor.number = number
        counsellor.sees(f"I am number {number}.")
        counsellor.writes(f"Hello, number {number}.")
        person.sees(f"Hello, number {number}.")
        expect(person.messages).not_to_contain_text(f"Hello, number {number % 3 + 1}.")
    for number in range(1, 4):
        counsellor.number = number
        counsellor.ends_the_chat()


@pytest.mark.soak  # `test_two_counsellors_never_win_one_visitor` of the clients holds the rule
def test_two_counsellors_never_win_one_visitor(
    demo: Demo,
    visitor: VisitorPerson,
    counsellor: CounsellorPerson,
    new_profile: Callable[..., BrowserContext],
) -> None:
    other = a_counsellor(new_profile(viewport={"width": 1280, "height": 800}))
    other.opens(demo.staff).signs_in_as("Björn").goes_on_duty()
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    expect(counsellor.page.get_by_role("button", name="Take next")).to_be_enabled()
    for person in (counsellor, other):
        person.page.get_by_role("button", name="Take next").click(no_wait_after=True, force=True)
    region = visitor.scope.get_by_role("region", name="Conversation with")
    expect(region).to_be_visible()
    consoles = [
        p
        for p in (counsellor, other)
        if p.page.get_by_role("region", name="Conversation with visitor 1").count()
    ]
    assert len(consoles) == 1
    visitor.ends_the_chat()
