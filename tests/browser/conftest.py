"""What the browser tests stand on: one demo and one browser for the whole run, a fresh profile for every person.

The browser is Chromium; with `--engine=firefox` it is Firefox ESR, which `make engines` drives through the visitor's path.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Playwright, sync_playwright

from tests.support.chromium import CHROMIUM_FLAGS, chromium_path
from tests.support.demo import Demo, demo_running
from tests.support.firefox import firefox_program
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


LONGEST = (
    "staff", "weak_network", "shift", "earlier_release", "returning", "wishes", "callback", "every_screen", "resume", "restored",
    "joining", "trace", "accessibility", "availability", "hiding", "duty", "polling", "disk", "slips", "restart", "cover", "hosts",
)  # fmt: skip
"""The files whose tests take longest together, first: who begins with them has time for the short ones after."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {f"test_{name}.py": place for place, name in enumerate(LONGEST)}
    for item in items:
        if (only := item.get_closest_marker("chromium_only")) and item.config.getoption(
            "engine"
        ) != "chromium":
            item.add_marker(pytest.mark.skip(reason=f"not driven: {only.args[0]}"))
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=("chromium", "firefox"), default="chromium")


FIREFOX_SETTINGS: dict[str, str | float | bool] = {"network.proxy.allow_hijacking_localhost": True}
"""So that what goes to this machine passes the proxies of tests too."""


@pytest.fixture(scope="session")
def engine(pytestconfig: pytest.Config) -> str:
    return str(pytestconfig.getoption("engine"))


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(
    playwright: Playwright, engine: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    if engine == "firefox":
        program = firefox_program(tmp_path_factory.mktemp("firefox"))
        launched = playwright.firefox.launch(
            channel="moz-firefox", executable_path=program, firefox_user_prefs=FIREFOX_SETTINGS
        )
    else:
        launched = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def chromium(browser: Browser, engine: str) -> Browser:
    """For what only Chromium can be asked: its files, its authenticators, its protocol."""
    if engine != "chromium":
        pytest.skip("not driven: only Chromium's files, authenticators and protocol are known to the tests")
    return browser


GONE_SECONDS = 30.0


@pytest.fixture
def empty_queue(demo: Demo) -> Iterator[None]:
    """What a test leaves behind is its own fault and not the next one's: whoever closes the page leaves the queue."""
    yield
    waiting = still_waiting(demo)
    demo.empties_the_queue()
    assert not waiting, "a visitor who is gone still stands in the queue"


def still_waiting(demo: Demo) -> set[str]:
    """Who stands in the queue after everybody has had the time to leave it."""
    deadline = time.monotonic() + GONE_SECONDS
    while (waiting := demo.who_waits()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return waiting


@pytest.fixture
def new_profile(
    demo: Demo, empty_queue: None, browser: Browser, engine: str
) -> Iterator[Callable[..., BrowserContext]]:
    """Make a profile that nobody has used; `options` are Playwright's own."""
    # Firefox, driven to a blank page, now and then does not let the page before say that it goes; to an address it does.
    away = "about:blank" if engine == "chromium" else f"{demo.municipal}/weather"
    opened: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        context = browser.new_context(**{"viewport": PHONE, "locale": "en-GB", **options})  # type: ignore[arg-type]
        opened.append(context)
        return context

    yield make
    # A page that is left takes its conversation along; a profile that is thrown away takes along what a page has just said.
    for context in opened:
        for page in context.pages:
            with suppress(Error):  # also where a line of the test's own lets nothing through
                page.goto(away)
    still_waiting(demo)
    for context in opened:
        context.close()


@pytest.fixture
def profile(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Like `new_profile`, for a service that is not the demo: nobody looks at its queue."""
    opened: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        opened.append(chromium.new_context(**{"viewport": DESK, "locale": "en-GB", **options}))  # type: ignore[arg-type]
        return opened[-1]

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def visitor(new_profile: Callable[..., BrowserContext]) -> VisitorPerson:
    return a_visitor(new_profile())


@pytest.fixture
def counsellor(demo: Demo, new_profile: Callable[..., BrowserContext]) -> CounsellorPerson:
    """Signed in and on duty."""
    person = a_counsellor(new_profile(viewport=DESK))
    return person.opens(demo.staff).signs_in_as("Amina").goes_on_duty()
