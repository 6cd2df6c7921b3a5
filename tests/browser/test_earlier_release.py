"""A municipality that has pinned an earlier release is served it for as long as its files are kept, and it talks with today's
service and today's console.
"""

import base64
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli
import pytest
from playwright.sync_api import BrowserContext

from tests.browser.conftest import DESK
from tests.support.demo import Demo, demo_running
from tests.support.host_pages import HostPage, hosted, snippet_of
from tests.support.people import VisitorPerson, a_counsellor
from tools.setup import ROOT

ASSETS = ROOT / "build" / "assets"
NOW, THEN = "You can talk to us", "You could talk to us then"


@pytest.fixture(scope="module")
def earlier() -> Iterator[Path]:
    """The bundles of a release that said one thing in other words: its frame, and the loader that pins it, under hashes of their own."""
    with tempfile.TemporaryDirectory(prefix="vr") as folder:
        place = Path(folder) / "assets"
        shutil.copytree(ASSETS, place)
        named = json.loads((place / "assets.json").read_text())
        frame, loader = named["frame"]["en"], named["loader"]["en"]
        words = (place / frame["path"]).read_text(encoding="utf-8")
        assert NOW in words
        then = published(place, "f", words.replace(NOW, THEN))
        pinning = (place / loader["path"]).read_text(encoding="utf-8")
        for key in ("path", "integrity"):
            assert frame[key] in pinning
            pinning = pinning.replace(frame[key], then[key])
        named["frame"]["en"], named["loader"]["en"] = then, published(place, "w", pinning)
        (place / "assets.json").write_text(json.dumps(named))
        yield place


def published(place: Path, kind: str, code: str) -> dict[str, str]:
    """As the build publishes a script."""
    content = code.encode()
    path = f"{kind}/{hashlib.sha256(content).hexdigest()[:32]}.js"
    (place / path).write_bytes(content)
    (place / f"{path}.br").write_bytes(brotli.compress(content, quality=1))
    return {
        "path": path,
        "integrity": f"sha384-{base64.b64encode(hashlib.sha384(content).digest()).decode()}",
    }


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
    now = json.loads((ASSETS / "assets.json").read_text())["loader"]["en"]
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
        visitor.scope.get_by_role("heading", name=THEN).wait_for()
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
