"""The whole path of a visitor in one piece, from the municipality's page to the weather: on the smallest phone and on a computer,
from left to right and from right to left, by pointer and by keyboard alone. Names are looked up in each language's catalogue, and
what a screen reader has at each state is written to build/walks, to be read.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page, expect

from tests.browser.test_accessibility import tabs_to
from tests.support.axe import axe_finds_nothing
from tests.support.demo import Demo
from tests.support.people import CounsellorPerson

ROOT = Path(__file__).parents[2]
LOCALES = ROOT / "chat" / "locales"
WALKS = ROOT / "build" / "walks"
NUMBER = "070-174 06 05"
"""One of those that the authority keeps free for fiction."""
WAY_BACK = "4321"


@dataclass(frozen=True)
class Way:
    """How somebody walks it."""

    name: str
    tag: str
    width: int
    height: int
    keyboard: bool = False


WAYS = (
    Way("smallest-phone-english", "en", 320, 568),
    Way("smallest-phone-arabic", "ar", 320, 568),
    Way("computer-swedish", "sv", 1280, 800),
    Way("computer-arabic", "ar", 1280, 800),
    Way("computer-keyboard-english", "en", 1280, 800, keyboard=True),
    Way("computer-keyboard-arabic", "ar", 1280, 800, keyboard=True),
    Way("smallest-phone-keyboard-swedish", "sv", 320, 568, keyboard=True),
)


class Walker:
    """A visitor who knows the words of one language, and has a pointer or a keyboard."""

    def __init__(self, page: Page, way: Way) -> None:
        self.page, self.way = page, way
        self.scope: Page | FrameLocator = page
        self.seen: list[str] = []
        self.understands("en")

    def understands(self, tag: str) -> None:
        self.catalogue: dict[str, Any] = json.loads((LOCALES / f"{tag}.json").read_text(encoding="utf-8"))

    def words(self, path: str, **values: str) -> str:
        found: Any = self.catalogue
        for key in path.split("."):
            found = found[key]
        return re.sub(r"\{(\w+)\}", lambda hole: values[hole[1]], found)

    def presses(self, name: str, role: Any = "button") -> None:
        """What has this accessible name, as a person gets there."""
        control = self.scope.get_by_role(role, name=name, exact=True).first
        expect(control).to_be_enabled()
        if self.way.keyboard:
            tabs_to(self.page, name)
            expect(control).to_be_focused()
            self.page.keyboard.press("Enter")
        else:
            control.click()

    def chooses_the_language(self) -> None:
        """Of the chat; the municipality's page stays as it is."""
        switch = self.scope.get_by_role("combobox", name=self.words("shared.language"))
        self.understands(self.way.tag)
        if self.way.keyboard:
            self.presses(self.words("language.name"))
        else:
            switch.select_option(self.way.tag)
        expect(self.scope.locator("html")).to_have_attribute("lang", self.way.tag)
        expect(self.scope.locator("html")).to_have_attribute("dir", self.words("language.direction"))

    def opens_the_wishes(self) -> None:
        summary = self.words("visitor.start.wishes")
        if self.way.keyboard:
            tabs_to(self.page, summary)
            self.page.keyboard.press("Enter")
        else:
            self.scope.locator("summary", has_text=summary).click()

    def writes(self, text: str) -> None:
        name = self.words("shared.write")
        if self.way.keyboard:
            tabs_to(self.page, name)
            self.page.keyboard.type(text)
            self.page.keyboard.press("Enter")
        else:
            self.scope.get_by_role("textbox", name=name).fill(text)
            self.presses(self.words("shared.send"))

    def hears(self, text: str) -> None:
        expect(self.scope.get_by_role("log").get_by_text(text)).to_be_visible()

    def looks(self, state: str) -> None:
        """axe finds nothing, nothing scrolls sideways, the way out is in view; what a screen reader has is kept."""
        axe_finds_nothing(self.page)
        for frame in self.page.frames:
            assert frame.evaluate("() => document.scrollingElement.scrollWidth <= innerWidth"), state
        way_out = self.page.get_by_role("link", name=self.words("loader.leave"), exact=True).first
        expect(way_out).to_be_in_viewport(ratio=1)
        body = self.scope.locator("body")
        heard = self.page.locator("body").aria_snapshot() if isinstance(self.scope, Page) else ""
        self.seen.append(f"── {state}\n{heard}\n{body.aria_snapshot()}\n")

    def keeps_what_was_seen(self) -> None:
        WALKS.mkdir(parents=True, exist_ok=True)
        (WALKS / f"{self.way.name}.txt").write_text("\n".join(self.seen), encoding="utf-8")


@pytest.mark.soak
@pytest.mark.timeout(300)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_the_whole_path_in_one_piece(
    demo: Demo, new_profile: Callable[..., BrowserContext], counsellor: CounsellorPerson, way: Way
) -> None:
    page = new_profile(viewport={"width": way.width, "height": way.height}).new_page()
    her = Walker(page, way)

    page.goto(f"{demo.municipal}/?lang=en")
    her.presses(her.words("loader.link"))
    her.scope = page.frame_locator("iframe")
    her.chooses_the_language()
    expect(her.scope.get_by_role("button", name=her.words("visitor.start.button"))).to_be_visible()
    her.looks("start")

    her.presses(her.words("visitor.start.entrance.self"))
    her.opens_the_wishes()
    her.looks("wishes")
    her.presses(her.words("visitor.start.button"))
    her.writes("Kan ni ringa?")
    her.hears("Kan ni ringa?")
    her.looks("queue")

    her.writes(NUMBER)
    asked = her.scope.get_by_role("dialog", name=her.words("visitor.slip.heading"))
    expect(asked).to_be_visible()
    her.looks("asked before sending")
    her.presses(her.words("visitor.slip.change"))
    box = her.scope.get_by_role("textbox", name=her.words("shared.write"))
    expect(box).to_have_value(NUMBER)
    box.fill("")

    counsellor.takes_next()
    counsellor.writes("Hej, jag är Amina.")
    her.hears("Hej, jag är Amina.")
    # From right to left a Latin name is set apart by two signs that nobody sees.
    region = re.compile(her.words("visitor.conversation.region", name="\u2068?Amina\u2069?"))
    expect(her.scope.get_by_role("region", name=region)).to_be_visible()
    her.writes("Tack.")
    counsellor.sees("Tack.")
    her.looks("conversation")

    her.presses(her.words("visitor.cover.button"))
    for number in WAY_BACK:
        her.presses(number)
    her.hears("Tack.")

    her.presses(her.words("shared.end.button"))
    dialog = her.scope.get_by_role("dialog", name=her.words("shared.end.heading"))
    expect(dialog).to_be_visible()
    her.looks("asked before the end")
    if way.keyboard:
        tabs_to(page, her.words("shared.end.button"))
        page.keyboard.press("Enter")
    else:
        dialog.get_by_role("button", name=her.words("shared.end.button"), exact=True).click()
    expect(her.scope.get_by_role("heading", name=her.words("shared.ended"))).to_be_visible()
    her.looks("ended")
    her.keeps_what_was_seen()

    her.scope = page
    her.presses(her.words("loader.leave"), "link")
    expect(page).to_have_url(re.compile(r".*/weather"))
    page.go_back()
    for frame in page.frames:
        assert "Tack." not in frame.evaluate("() => document.body.innerText")
