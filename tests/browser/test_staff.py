"""An organisation from nothing, in browsers: keys on the command line, passkeys, seven words, a roster, a conversation."""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.conftest import DESK, PHONE
from tests.support.axe import axe_finds_nothing
from tests.support.organisation_people import Organisation, StaffPerson, organisation_running
from tests.support.people import CounsellorPerson, VisitorPerson

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def organisation() -> Iterator[Organisation]:
    folder = Path(tempfile.mkdtemp(prefix="vo"))
    try:
        with organisation_running(folder) as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def profiles(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    opened: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        opened.append(chromium.new_context(**options))  # type: ignore[arg-type]
        return opened[-1]

    yield make
    for context in opened:
        context.close()


def test_an_organisation_begins_and_somebody_is_helped(
    organisation: Organisation, profiles: Callable[..., BrowserContext]
) -> None:
    cleo = StaffPerson(profiles(viewport=DESK))
    link = organisation.invites("Cleo")
    cleo.accepts(link)
    cleo.reads("Cleo, coordinator")
    assert "invitation" not in cleo.page.url, "the secret leaves the address"
    axe_finds_nothing(cleo.page)
    words = cleo.words
    assert len(words.split()) == 7
    assert words in organisation.signs_roster(), "the registrar sees the words that the machine shows"
    cleo.reads("The organisation has listed this machine.")
    cleo.reads(re.compile("This console said last"))

    amina = StaffPerson(profiles(viewport=DESK))
    amina.accepts(cleo.invites("Amina"))
    amina.reads("Amina, counsellor")
    expect(cleo.page.get_by_text(amina.words)).to_be_visible()
    cleo.presses("All seven words are the same (Amina)")
    cleo.reads(re.compile("Something has changed"))
    axe_finds_nothing(cleo.page)
    organisation.signs_roster()
    expect(amina.page.get_by_role("switch", name="On duty")).to_be_visible()
    axe_finds_nothing(amina.page)

    # What Amina can answer is the organisation's to say, and visitors are told while she is there.
    cleo.page.get_by_text("What Amina can answer", exact=False).first.click()
    cleo.page.get_by_role("checkbox", name="Arabic").check()
    cleo.page.get_by_role("combobox", name="Woman or man").select_option("woman")
    axe_finds_nothing(cleo.page)
    cleo.presses("Save what Amina can answer")
    cleo.reads("Arabic · woman")

    visitor = VisitorPerson(profiles(viewport=PHONE, locale="en-GB").new_page())
    desk = CounsellorPerson(amina.page)
    desk.goes_on_duty()
    visitor.opens(f"{organisation.visitor}/?lang=en")
    expect(visitor.page.get_by_text("Right now somebody can answer in: العربية")).to_be_visible()
    visitor.starts_the_chat()
    desk.takes_next()
    visitor.writes("Hello")
    desk.sees("Hello")
    desk.writes("I am here")
    visitor.sees("I am here")

    # Left alone: covered, and the conversation goes on.
    amina.page.clock.install()
    desk.reloads()
    desk.sees("I am here")
    amina.page.clock.fast_forward("15:00")
    amina.reads("This page was left alone")
    expect(amina.page.get_by_text("I am here")).to_be_hidden()
    amina.is_not_verified()
    amina.presses("Sign in")
    amina.reads(re.compile("The passkey was not given"))
    amina.is_verified()
    amina.presses("Sign in")
    desk.sees("I am here")

    # A revoked person is out, with the open conversation.
    cleo.presses("Revoke Amina")
    cleo.page.get_by_role("dialog").get_by_role("button", name="Revoke Amina").click()
    amina.reads("Your passkey opens the console")
    amina.presses("Sign in")
    amina.reads(re.compile("This passkey does not belong here"))
    expect(visitor.page.get_by_role("list", name="In this conversation")).to_be_hidden()


def test_a_link_is_good_once_and_a_second_passkey_is_asked_for(
    organisation: Organisation, profiles: Callable[..., BrowserContext]
) -> None:
    link = organisation.invites("Nils")
    nils = StaffPerson(profiles(viewport=DESK))
    nils.opens(link)
    axe_finds_nothing(nils.page)
    nils.presses("Make a passkey")
    nils.reads("Nils, coordinator")
    nils.reads(re.compile("This browser keeps the machine's keys itself"))
    assert kept_keys(nils) == ["signing", "sealing"]
    nils.reads(re.compile("You have one passkey"))
    stranger = StaffPerson(profiles(viewport=DESK))
    stranger.accepts(link)
    stranger.reads(re.compile("This link was used"))
    nils.presses("Show the audit")
    nils.page.get_by_label("Find a pseudonym or deed").fill("nils passkey")
    nils.reads(re.compile(r"^1 of \d+ entries"))
    expect(nils.page.get_by_role("row", name=re.compile("Nils added a passkey Nils"))).to_be_visible()
    with nils.page.expect_download() as given:
        nils.presses("Download this list (CSV)")
    assert "added a passkey" in Path(given.value.path()).read_text(encoding="utf-8")
    nils.page.get_by_text("Where you are signed in").click()
    nils.reads(re.compile("^This page, since"))
    nils.page.get_by_text("When something changes").click()
    nils.reads("A lost machine")
    axe_finds_nothing(nils.page)
    nils.signs_out()
    axe_finds_nothing(nils.page)
    nils.presses("Sign in")
    nils.reads("Nils, coordinator")


def test_a_passkey_with_a_prf_seals_the_machines_keys_and_opens_them_again(
    organisation: Organisation, profiles: Callable[..., BrowserContext]
) -> None:
    siv = StaffPerson(profiles(viewport=DESK), prf=True)
    sent: list[str] = []
    siv.page.on("request", lambda request: sent.append(request.post_data or ""))
    siv.accepts(organisation.invites("Siv"))
    siv.reads("This machine's keys are sealed by your passkey: no copy of its disk opens them.")
    words = siv.words
    assert kept_keys(siv) == [], "nothing that a script could use lies in the browser"
    assert any("clientDataJSON" in body for body in sent)
    assert not any("results" in body for body in sent), "what the PRF gives stays in the page"

    siv.page.reload()
    siv.reads("Your passkey opens this machine")
    axe_finds_nothing(siv.page)
    siv.presses("Sign in")
    siv.reads("Siv, coordinator")
    assert siv.words == words, "the same machine"

    siv.loses_the_passkey()
    siv.signs_out()
    siv.gets_an_authenticator(prf=True)
    siv.accepts(organisation.invites("Siv 2"))
    siv.reads("Another passkey opens this machine's keys")
    axe_finds_nothing(siv.page)
    siv.presses("Make new keys for this machine")
    siv.reads("Siv 2, coordinator")
    assert siv.words != words, "a new machine, whose words are compared again"


def kept_keys(person: StaffPerson) -> list[str]:
    """Every field of what the browser keeps that is a key, or is not bytes that are sealed."""
    return list(person.page.evaluate(KEPT))


KEPT = """async () => {
  const done = (request) => new Promise((yes) => { request.onsuccess = () => yes(request.result); });
  const database = await done(indexedDB.open("varsam", 1));
  const kept = await done(database.transaction("device").objectStore("device").get("own"));
  const sealed = ["nonce", "sealed", "keys", "wraps"];
  return Object.keys(kept).filter((name) => !sealed.includes(name) || kept[name] instanceof CryptoKey);
}"""
