"""A municipality that has pinned an earlier release is served it for as long as its files are kept, and it talks with today's
service and today's console.
"""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.conftest import DESK
from tests.support.demo import Demo, demo_running
from tests.support.host_pages import HostPage, hosted, snippet_of
from tests.support.people import VisitorPerson, a_counsellor
from tools.setup import ROOT, node

SOURCES = [
    "chat/browser",
    "chat/locales",
    "widget",
    "staff_console",
    "tools/build.mjs",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
]


@pytest.fixture(scope="module")
def earlier() -> Iterator[Path]:
    """The bundles of a release that said one thing in other words, built from its own source."""
    with tempfile.TemporaryDirectory(prefix="vr") as folder:
        place = Path(folder)
        for name in SOURCES:
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, place / name)
        (place / "node_modules").symlink_to(ROOT / "node_modules")
        words = place / "chat" / "locales" / "en.json"
        text = words.read_text(encoding="utf-8")
        words.write_text(text.replace("You can talk to us", "You could talk to us then"), encoding="utf-8")
        subprocess.run(node("tools/build.mjs"), cwd=place, check=True, capture_output=True, timeout=60)
        yield place / "build" / "assets"


@pytest.fixture(scope="module")
def later(earlier: Path) -> Iterator[Demo]:
    """Today's service, which keeps the earlier release."""
    folder = Path(tempfile.mkdtemp(prefix="vt"))
    try:
        with demo_running(folder, published=earlier) as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def snippet_of_then(demo: Demo, assets: Path) -> str:
    """As it was pinned then: today's, with that release's loader."""
    then = json.loads((assets / "assets.json").read_text())["loader"]["en"]
    now = json.loads((ROOT / "build" / "assets" / "assets.json").read_text())["loader"]["en"]
    assert then["path"] != now["path"]
    today = snippet_of(demo.municipal)
    assert now["path"] in today
    return today.replace(now["path"], then["path"]).replace(now["integrity"], then["integrity"])


def test_an_earlier_release_holds_a_conversation_with_todays_service(
    later: Demo, earlier: Path, visitor: VisitorPerson, new_profile: Callable[..., BrowserContext]
) -> None:
    counsellor = a_counsellor(new_profile(viewport=DESK))
    counsellor.opens(later.staff).signs_in_as("Amina").goes_on_duty()
    with hosted(HostPage(snippet_of_then(later, earlier))) as address:
        visitor.opens(address).presses_talk_to_us()
        visitor.scope.get_by_role("heading", name="You could talk to us then").wait_for()
        visitor.starts_the_chat()
        visitor.writes("From then.")
        counsellor.takes_next()
        counsellor.sees("From then.")
        counsellor.writes("From now.")
        visitor.sees("From now.")
        visitor.ends_the_chat()
        visitor.sees_the_end()


def test_without_the_earlier_files_the_plain_link_stays(
    demo: Demo, earlier: Path, visitor: VisitorPerson
) -> None:
    with hosted(HostPage(snippet_of_then(demo, earlier))) as address:
        visitor.opens(address)
        visitor.page.get_by_role("link", name="Talk to us").click()
        visitor.page.get_by_role("button", name="Start chat").wait_for()
