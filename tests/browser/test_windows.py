"""What a browser brings back by itself (Leave 7), in a real window on a screen that nobody sees: a tab that was closed, all that was
open when the browser was ended, and a page that it kept in memory while another stood there. It shows the municipal page, or a blank
start, and nothing of what was written. `make engines` runs it.
"""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.support.chromium import CHROMIUM_FLAGS, chromium_path
from tests.support.demo import Demo
from tests.support.people import CounsellorPerson, VisitorPerson
from tests.support.screen import presses, screen

pytestmark = [pytest.mark.engines, pytest.mark.timeout(300)]
CLASS = "varsam-test"
START_SECONDS = 60
ATTEMPTS, ATTEMPT_MS = 3, 10_000
WRITTEN_DOWN_MS = 6_000
"""Chromium writes its session to the disk some seconds after a change."""
SENT, DRAFT, ANSWER = "Mamma kommer.", "Jag hann inte skriva", "Vi ringer aldrig hem."
ALL = "() => [document.title, document.documentElement.outerHTML, ...[...document.querySelectorAll('textarea, input')].map((e) => e.value)].join()"


@pytest.fixture
def display() -> Iterator[str]:
    with screen() as name:
        yield name


@contextmanager
def window(chromium: Browser, display: str, profile: Path, *flags: str) -> Iterator[BrowserContext]:
    """A browser as a person starts it, in a window, with a profile that stays when it is ended."""
    port = profile / "DevToolsActivePort"
    port.unlink(missing_ok=True)
    own = [f"--user-data-dir={profile}", f"--class={CLASS}", "--remote-debugging-port=0", "--lang=en-GB"]
    started = subprocess.Popen(
        [chromium_path(), *CHROMIUM_FLAGS, "--no-default-browser-check", *own, *flags],
        env={**os.environ, "DISPLAY": display},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not port.is_file():
            assert time.monotonic() < deadline, "the browser does not start"
            time.sleep(0.1)
        address = f"http://127.0.0.1:{port.read_text().splitlines()[0]}"
        yield connected(chromium, address).contexts[0]
    finally:
        started.terminate()
        started.wait(START_SECONDS)


def connected(chromium: Browser, address: str) -> Browser:
    """A tab that is just being restored may never answer whoever connects; a moment later it does."""
    for _ in range(ATTEMPTS - 1):
        with suppress(PlaywrightTimeout):
            return chromium.browser_type.connect_over_cdp(address, timeout=ATTEMPT_MS)
    return chromium.browser_type.connect_over_cdp(address)


def talks(page: Page, demo: Demo, counsellor: CounsellorPerson, entrance: str) -> None:
    """There are words of both, and half a sentence in the box."""
    visitor = VisitorPerson(page)
    if entrance == "municipal":
        visitor.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us().starts_the_chat()
    else:
        visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    visitor.writes(SENT)
    counsellor.takes_next()
    visitor.is_talking_with("Amina")
    counsellor.writes(ANSWER)
    visitor.sees(ANSWER)
    visitor.scope.get_by_role("textbox", name="Write a message").fill(DRAFT)


def comes_back_without_a_word(page: Page, entrance: str) -> None:
    name = "Talk to us" if entrance == "municipal" else "Start chat"
    expect(page.get_by_role("button", name=name)).to_be_visible()
    expect(page.locator("iframe")).to_have_count(0)
    for frame in page.frames:
        for words in (SENT, DRAFT, ANSWER, "Amina"):
            assert words not in frame.evaluate(ALL), words
    for question in ("resume", "Continue", "Restore"):
        expect(page.get_by_role("button", name=question)).to_have_count(0)


def restored(context: BrowserContext) -> Page:
    deadline = time.monotonic() + START_SECONDS
    while True:
        if found := [page for page in context.pages if "/?lang=en" in page.url]:
            return found[0]
        assert time.monotonic() < deadline, [page.url for page in context.pages]
        time.sleep(0.1)


@pytest.mark.parametrize("entrance", ["municipal", "standalone"])
def test_a_closed_tab_that_is_opened_again_shows_a_blank_start(
    demo: Demo, chromium: Browser, counsellor: CounsellorPerson, display: str, tmp_path: Path, entrance: str
) -> None:
    with window(chromium, display, tmp_path / "profile") as context:
        page = context.new_page()
        talks(page, demo, counsellor, entrance)
        page.close()
        with context.expect_page() as again:
            presses(display, CLASS, "ctrl+shift+t")
        comes_back_without_a_word(again.value, entrance)


@pytest.mark.parametrize("entrance", ["municipal", "standalone"])
def test_a_session_that_is_restored_shows_a_blank_start(
    demo: Demo, chromium: Browser, counsellor: CounsellorPerson, display: str, tmp_path: Path, entrance: str
) -> None:
    profile = tmp_path / "profile"
    with window(chromium, display, profile) as context:
        page = context.new_page()
        talks(page, demo, counsellor, entrance)
        page.wait_for_timeout(WRITTEN_DOWN_MS)
    with window(chromium, display, profile, "--restore-last-session") as context:
        comes_back_without_a_word(restored(context), entrance)


@pytest.mark.parametrize("entrance", ["municipal", "standalone"])
def test_a_page_that_the_browser_kept_in_memory_shows_a_blank_start(
    demo: Demo, chromium: Browser, counsellor: CounsellorPerson, display: str, tmp_path: Path, entrance: str
) -> None:
    """Back, after going to another page. Forward and back again are held in WebKitGTK: here whoever watches loses a page that is put away."""
    with window(chromium, display, tmp_path / "profile") as context:
        page = context.new_page()
        talks(page, demo, counsellor, entrance)
        page.evaluate(
            "() => addEventListener('pageshow', ({persisted}) => { name = persisted ? 'kept' : name; })"
        )
        page.goto(f"{demo.municipal}/weather")
        expect(counsellor.page.get_by_text("Do not write, do not call.").first).to_be_visible()
        presses(display, CLASS, "alt+Left")
        comes_back_without_a_word(page, entrance)
        # A municipality's page is kept; ours may not be stored, and is fetched anew.
        assert page.evaluate("() => name") == ("kept" if entrance == "municipal" else "")
