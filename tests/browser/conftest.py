"""What the browser tests stand on: one demo and one Chromium for the whole run, a fresh profile for every
person.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.support.chromium import CHROMIUM_FLAGS, chromium_path
from tests.support.demo import Demo, demo_running
from tests.support.people import CounsellorPerson, VisitorPerson, a_counsellor, a_visitor

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    folder = Path(tempfile.mkdtemp(prefix="vt"))
    try:
        with demo_running(folder) as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


GONE_SECONDS = 10.0


@pytest.fixture
def empty_queue(demo: Demo) -> Iterator[None]:
    """What a test leaves behind is its own fault and not the next one's: whoever closes the page leaves the queue."""
    yield
    deadline = time.monotonic() + GONE_SECONDS
    while (waiting := demo.who_waits()) and time.monotonic() < deadline:
        time.sleep(0.05)
    demo.empties_the_queue()
    assert not waiting, "a visitor who is gone still stands in the queue"


@pytest.fixture
def new_profile(empty_queue: None, chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Make a profile that nobody has used; `options` are Playwright's own."""
    opened: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        context = chromium.new_context(**{"viewport": PHONE, "locale": "en-GB", **options})  # type: ignore[arg-type]
        opened.append(context)
        return context

    yield make
    for context in opened:
        # A page that is left takes its conversation along; a browser that is killed cannot say so.
        for page in context.pages:
            page.goto("about:blank")
        context.close()


@pytest.fixture
def visitor(new_profile: Callable[..., BrowserContext]) -> VisitorPerson:
    return a_visitor(new_profile())


@pytest.fixture
def counsellor(demo: Demo, new_profile: Callable[..., BrowserContext]) -> CounsellorPerson:
    """Signed in and on duty."""
    person = a_counsellor(new_profile(viewport=DESK))
    return person.opens(demo.staff).signs_in_as("Amina").goes_on_duty()
