"""Pictures of the office: an organisation that is made on the command line, and its people at browsers of their own."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.support.organisation_people import Organisation, StaffPerson, organisation_running

COLLEAGUES = ("Amina", "Björn", "Siv")
Picture = Callable[[Page, Path, str], None]


def take_office(browser: Browser, folder: Path, size: ViewportSize, take: Picture) -> None:
    """Every page of the office once."""
    kept = Path(tempfile.mkdtemp(prefix="vo"))
    try:
        with organisation_running(kept) as organisation:
            _take(browser, organisation, folder, size, take)
    finally:
        shutil.rmtree(kept, ignore_errors=True)


def _take(
    browser: Browser, organisation: Organisation, folder: Path, size: ViewportSize, take: Picture
) -> None:
    contexts = [browser.new_context(viewport=size, locale="en-GB") for _ in range(2)]
    cleo, amina = (StaffPerson(context) for context in contexts)
    cleo.opens(organisation.invites("Cleo"))
    cleo.reads("You are invited")
    take(cleo.page, folder, "office-1-invited")
    cleo.presses("Make a passkey")
    cleo.reads("Read these seven words")
    take(cleo.page, folder, "office-2-new-machine")
    organisation.signs_roster()
    cleo.reads("The organisation has listed this machine.")
    links = {name: cleo.invites(name) for name in COLLEAGUES}
    amina.accepts(links["Amina"])
    expect(cleo.page.get_by_text(amina.words)).to_be_visible()
    cleo.page.get_by_role("heading", name="Staff", exact=True).evaluate("heading => heading.scrollIntoView()")
    take(cleo.page, folder, "office-3-coordinator")
    cleo.presses("All seven words are the same (Amina)")
    organisation.signs_roster()
    cleo.presses("Show the audit")
    cleo.page.get_by_label("Find a pseudonym or deed").fill("amina")
    cleo.page.get_by_text("Where you are signed in").click()
    cleo.page.get_by_role("heading", name="What staff did").evaluate("heading => heading.scrollIntoView()")
    take(cleo.page, folder, "office-4-audit")
    expect(amina.page.get_by_role("switch", name="On duty")).to_be_visible()
    amina.page.get_by_text("Your account").first.click()
    take(amina.page, folder, "office-5-account-at-a-desk")
    for context in contexts:
        context.close()
