"""What Firefox brings back by itself (Leave 7, Trace 1), in a real window on a screen that nobody sees: a tab that was closed comes back
without a word, and the file from which it restores its windows holds none. `make engines` runs it.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Playwright

from tests.browser.test_windows import ANSWER, DRAFT, SENT, comes_back_without_a_word, talks
from tests.support.demo import Demo
from tests.support.firefox import firefox_program
from tests.support.mozlz4 import unpacked
from tests.support.people import CounsellorPerson
from tests.support.screen import presses, screen

pytestmark = [pytest.mark.engines, pytest.mark.timeout(300)]
CLASS = "firefox"
END_SECONDS = 30
PLANTED = "Skrivet i sidans eget fält"
PLANT = """() => {
    const field = document.createElement('textarea');
    field.id = 'own';
    document.querySelector('main').append(field);
    field.focus();
}"""
SETTINGS: dict[str, str | float | bool] = {"browser.startup.page": 3, "browser.sessionstore.interval": 1_000}
"""Windows and tabs of last time, as who has chosen so has them; they are written down every second."""


@contextmanager
def window(playwright: Playwright, display: str, folder: Path) -> Iterator[BrowserContext]:
    """As a person starts it, with a profile that stays when it is ended."""
    context = playwright.firefox.launch_persistent_context(
        str(folder / "profile"),
        channel="moz-firefox",
        executable_path=firefox_program(folder),
        headless=False,
        env={**os.environ, "DISPLAY": display},
        firefox_user_prefs=SETTINGS,
    )
    try:
        yield context
    finally:
        with suppress(Error):  # a test may have ended it
            context.close()


@pytest.fixture
def display() -> Iterator[str]:
    with screen() as name:
        yield name


def brought_back(context: BrowserContext, known: list[Page]) -> Page:
    """The tab that is there again; its address comes a moment after it."""
    deadline = time.monotonic() + END_SECONDS
    while True:
        for page in context.pages:
            if page not in known and "/?lang=en" in page.url:
                return page
        assert time.monotonic() < deadline, [page.url for page in context.pages]
        known[0].wait_for_timeout(100)


@pytest.mark.parametrize("entrance", ["municipal", "standalone"])
def test_a_closed_tab_of_firefox_that_is_opened_again_shows_a_blank_start(
    demo: Demo,
    playwright: Playwright,
    counsellor: CounsellorPerson,
    display: str,
    tmp_path: Path,
    entrance: str,
) -> None:
    with window(playwright, display, tmp_path) as context:
        page = context.new_page()
        talks(page, demo, counsellor, entrance)
        page.close()
        known = list(context.pages)
        presses(display, CLASS, "ctrl+shift+t")
        comes_back_without_a_word(brought_back(context, known), entrance)


@pytest.mark.parametrize("entrance", ["municipal", "standalone"])
def test_the_file_from_which_firefox_restores_its_windows_holds_no_word(
    demo: Demo,
    playwright: Playwright,
    counsellor: CounsellorPerson,
    display: str,
    tmp_path: Path,
    entrance: str,
) -> None:
    kept = tmp_path / "profile" / "sessionstore.jsonlz4"
    with window(playwright, display, tmp_path) as context:
        page = context.new_page()
        talks(page, demo, counsellor, entrance)
        if entrance == "municipal":
            page.evaluate(PLANT)
            page.keyboard.type(PLANTED)
        presses(display, CLASS, "ctrl+q")
        deadline = time.monotonic() + END_SECONDS
        while not kept.is_file():
            assert time.monotonic() < deadline, "the browser does not end"
            time.sleep(0.1)
    file = unpacked(kept.read_bytes())
    assert f"{demo.municipal if entrance == 'municipal' else demo.visitor}/?lang=en" in file
    assert (PLANTED in file) == (entrance == "municipal"), "what stands in a field of the page is kept"
    for words in (SENT, DRAFT, ANSWER, "Amina"):
        assert words not in file, words
