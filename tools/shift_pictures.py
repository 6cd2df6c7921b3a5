"""Pictures of a shift in a demo: the console in the middle of it, handing over, a guest, and a call. Most of those who wait are
simulated visitors with real keys; those who are seen are at browsers of their own.
"""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from chat import wire
from chat.crypto.encoding import unb64
from tests.support.at_work import AtWork
from tests.support.crowd import Crowd
from tests.support.demo import Demo, demo_running
from tests.support.people import CounsellorPerson, GuestPerson, VisitorPerson, a_counsellor, a_visitor

Picture = Callable[[Page, Path, str], None]
PHONE: ViewportSize = {"width": 360, "height": 740}
GUEST = "Police in Borås"
STORIES: tuple[tuple[str, wire.Entrance | None, wire.Told | None], ...] = (
    ("My family has chosen somebody for me.", "self", wire.Told(age="15-17", languages=["sv", "ar"])),
    ("I am not allowed to go out after school.", "self", None),
    ("My friend does not come to school any more.", "other", wire.Told(age="15-17")),
    ("They have read my phone before.", "self", wire.Told(triage=["watched"], gender="woman")),
    ("My sister was married last year.", "self", None),
    ("A pupil of mine worries me.", "work", None),
)


def take_shift(browser: Browser, folder: Path, size: ViewportSize, take: Picture) -> None:
    """Every screen of a shift once, in a demo of its own."""
    kept = Path(tempfile.mkdtemp(prefix="vh"))
    try:
        with demo_running(kept) as demo:
            _take(browser, demo, folder, size, take)
    finally:
        shutil.rmtree(kept, ignore_errors=True)


def _take(browser: Browser, demo: Demo, folder: Path, size: ViewportSize, take: Picture) -> None:
    with (
        _at_browsers(browser, size) as (people, phones),
        Crowd(demo.visitor, _root(demo, people), "varsam-demo") as crowd,
    ):
        amina, bjorn = (_on_duty(demo, people, name) for name in ("Amina", "Björn"))
        _call(demo, phones, folder, amina, take)
        at_work = AtWork("Amina", amina)
        for line, entrance, told in STORIES[:2]:
            crowd.comes(line, "Thank you.", "I will write again.", entrance=entrance, told=told)
            at_work.takes(crowd.callers)
        visitor = a_visitor(phones).opens(f"{demo.visitor}/?lang=en").starts_the_chat()
        visitor.writes("They are packing my things now.")
        at_work.looks_at_the_queue()
        amina.takes_next(3)
        for line, entrance, told in STORIES[2:]:
            crowd.comes(line, entrance=entrance, told=told)
        at_work.answers(1)
        at_work.looks_at(3)
        amina.sees("They are packing my things now.")
        amina.writes("I am here. Where are you now?")
        visitor.sees("I am here. Where are you now?")
        visitor.writes("In my room.")
        amina.sees("In my room.")
        take(amina.page, folder, "shift-1-console")
        _passes_on(people, folder, (amina, bjorn, visitor), take)
        _ends(folder, bjorn, take)


def _call(demo: Demo, phones: BrowserContext, folder: Path, amina: CounsellorPerson, take: Picture) -> None:
    """Asked for on a phone, and taken with the card read first."""
    page = phones.new_page()
    page.goto(f"{demo.visitor}/?lang=en")
    page.get_by_role("button", name="Ask us to call you").first.click()
    page.get_by_label("Phone number").fill("070-174 06 05")
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_role("button", name="Now, for one hour").click()
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_label("Who may answer").fill("Only me")
    page.get_by_role("button", name="Next", exact=True).click()
    send = page.get_by_role("button", name="Send the request", exact=True)
    while not send.is_visible():
        page.get_by_role("button", name="Skip", exact=True).click()
    send.click()
    expect(page.get_by_role("status", name="Your code")).to_be_visible()
    desk = amina.page.get_by_role("region", name="Callbacks")
    desk.get_by_role("button", name="Take", exact=True).click()
    desk.get_by_role("checkbox", name="I have read the safety card").check()
    desk.get_by_role("heading", name="Callbacks").evaluate("heading => heading.scrollIntoView()")
    take(amina.page, folder, "shift-5-callbacks")
    desk.get_by_role("button", name="Give it back").click()
    page.close()


def _passes_on(
    people: Callable[[], BrowserContext],
    folder: Path,
    who: tuple[CounsellorPerson, CounsellorPerson, VisitorPerson],
    take: Picture,
) -> None:
    """A guest comes in, and then the conversation goes to a colleague."""
    amina, bjorn, visitor = who
    guest = GuestPerson(people().new_page()).opens(amina.invites_a_guest(GUEST))
    visitor.answers(GUEST, "Yes, without what was said before")
    guest.writes("Good evening. A car can be with you in ten minutes.")
    visitor.sees("Good evening. A car can be with you in ten minutes.")
    visitor.writes("Please come.")
    guest.sees("Please come.")
    take(guest.page, folder, "shift-3-guest")
    amina.asks("Hand over", "Björn")
    bjorn.comes()
    visitor.is_asked_by("Björn")
    take(visitor.page, folder, "shift-2-question")
    visitor.answers("Björn", "Yes")
    bjorn.sees("Please come.")


def _ends(folder: Path, bjorn: CounsellorPerson, take: Picture) -> None:
    """The list for the end of a shift."""
    bjorn.ends_the_chat()
    bjorn.sees_the_end()
    bjorn.scope.get_by_role("button", name="Close").click()
    bjorn.goes_off_duty()
    ends = bjorn.page.get_by_role("region", name="Before you go")
    ends.get_by_role("checkbox").first.check()
    ends.evaluate("list => list.scrollIntoView()")
    take(bjorn.page, folder, "shift-4-before-you-go")


def _on_duty(demo: Demo, people: Callable[[], BrowserContext], name: str) -> CounsellorPerson:
    return a_counsellor(people()).opens(demo.staff).signs_in_as(name).goes_on_duty()


def _root(demo: Demo, people: Callable[[], BrowserContext]) -> bytes:
    """H(R), as the page pins it."""
    page = people().new_page()
    page.goto(demo.visitor)
    return unb64(re.findall(r'data-root="([\w-]{43})"', page.content())[0])


@contextmanager
def _at_browsers(
    browser: Browser, size: ViewportSize
) -> Iterator[tuple[Callable[[], BrowserContext], BrowserContext]]:
    """Profiles for staff, and a phone."""
    opened = [browser.new_context(viewport=PHONE, locale="en-GB")]

    def people() -> BrowserContext:
        opened.append(browser.new_context(viewport=size, locale="en-GB"))
        return opened[-1]

    yield people, opened[0]
    for context in opened:
        context.close()
