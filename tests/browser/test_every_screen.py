"""Every screen and state of the visitor's, in every language and under every setting that people have (WCAG 2.2 AA): axe finds nothing,
nothing scrolls sideways, and the way out is in view. One page walks the path; at each state it changes its language.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.support.axe import axe_finds_nothing
from tests.support.demo import Demo
from tests.support.people import CounsellorPerson, VisitorPerson, a_visitor

LOCALES = Path(__file__).parents[2] / "chat" / "locales"
EVERY = sorted(path.stem for path in LOCALES.glob("*.json"))
ASKED = "**/v1/availability.json"
STATES = {
    "closed": {"open": False, "state": "closed", "waiting": 0, "opens": 1_795_000_000},
    "full": {"open": True, "state": "full", "waiting": 100},
    "unstaffed": {"open": True, "state": "unstaffed", "waiting": 0},
    "queue": {"open": True, "state": "queue", "waiting": 3},
}
TWICE_PX = 32
"""What a person has set as the size of text: twice what is usual."""
OUTSIDE = """() => {
    // The row of languages is one line that is moved sideways on a small screen; the same choice stands in the bar.
    const scrolls = [document.scrollingElement, ...document.querySelectorAll('.app, main, .talk-scroll')];
    const wide = Math.max(...scrolls.map((one) => one.scrollWidth - one.clientWidth));
    const row = (one) => one.closest('.tongues') !== null;
    const cut = [...document.querySelectorAll('p, h1, h2, h3, li, label, button, a, summary')].filter((one) => {
        if (row(one)) return false;
        const {left, right, width} = one.getBoundingClientRect();
        return width > 1 && (left < -1 || right > innerWidth + 1);
    });
    return [wide > 0 ? `${wide} px sideways` : '', ...cut.map((one) => one.outerHTML.slice(0, 100))].filter(Boolean);
}"""

ON_TOP = """(link) => {
    const {left, top, width, height} = link.getBoundingClientRect();
    return link.contains(document.elementFromPoint(left + width / 2, top + height / 2));
}"""
"""Nothing lies over it."""


@dataclass(frozen=True)
class Setting:
    """How somebody has set their device."""

    name: str
    profile: dict[str, object] = field(default_factory=dict)
    large: bool = False


PHONE = {"width": 360, "height": 740}
NARROW = {"width": 320, "height": 568}
"""What is left of 1280 px at 400 %."""
SETTINGS = {
    one.name: one
    for one in (
        Setting("light", {"viewport": PHONE, "color_scheme": "light"}),
        Setting("dark and narrow", {"viewport": NARROW, "color_scheme": "dark"}),
        Setting("large text", {"viewport": NARROW}, large=True),
        Setting("forced colours", {"viewport": PHONE, "forced_colors": "active"}),
        Setting("less motion", {"viewport": PHONE, "reduced_motion": "reduce"}),
        Setting("computer", {"viewport": {"width": 1280, "height": 800}}),
    )
}
MIRRORED, HIGH = ("ar",), ("ti",)
"""One that is mirrored, and one that is written high."""


@pytest.fixture
def set_so(new_profile: Callable[..., BrowserContext]) -> Callable[[Setting], VisitorPerson]:
    def opens(setting: Setting) -> VisitorPerson:
        context = new_profile(**setting.profile)
        person = a_visitor(context)
        if setting.large:
            client = context.new_cdp_session(person.page)
            client.send("Page.setFontSizes", {"fontSizes": {"standard": TWICE_PX, "fixed": TWICE_PX}})
        return person

    return opens


class Look:
    """At whatever stands on the page, in each of these languages."""

    def __init__(self, page: Page, tags: Sequence[str]) -> None:
        self.page, self.tags = page, tags
        self.states: list[str] = []

    def at(self, state: str) -> None:
        self.states.append(state)
        for tag in self._spoken():
            axe_finds_nothing(self.page)
            assert self.page.evaluate(OUTSIDE) == [], (state, tag)
            leave = self.page.locator("a[href$='/leave']").first
            expect(leave).to_be_in_viewport(ratio=1)
            assert leave.evaluate(ON_TOP), (state, tag)
            expect(self.page.locator("a[href='tel:112']").first).to_be_visible()
        self._speaks("en")

    def _spoken(self) -> Iterator[str]:
        for tag in self.tags:
            self._speaks(tag)
            yield tag

    def _speaks(self, tag: str) -> None:
        language = json.loads((LOCALES / f"{tag}.json").read_text(encoding="utf-8"))["language"]
        self.page.locator("select.language-switch").select_option(tag)
        expect(self.page.locator("html")).to_have_attribute("lang", tag.removesuffix("-x-latt"))
        expect(self.page.locator("html")).to_have_attribute("dir", language["direction"])


def is_told(page: Page, state: str) -> None:
    """From now on this page is told that it stands so."""
    answer = json.dumps({"answers": [], "languages": EVERY, **STATES[state]})
    page.unroute(ASKED)
    headers = {"access-control-allow-origin": "*"}
    page.route(
        ASKED, lambda route: route.fulfill(body=answer, headers=headers, content_type="application/json")
    )


def walks(look: Look, visitor: VisitorPerson, counsellor: CounsellorPerson, demo: Demo) -> None:
    """From the numbers to the end, a look at each state."""
    page = visitor.page
    for state in STATES:
        is_told(page, state)
        visitor.opens(f"{demo.visitor}/?lang=en")
        expect(page.get_by_role("combobox", name="Language")).to_be_visible()
        look.at(f"start: {state}")
    page.unroute(ASKED)
    visitor.opens(f"{demo.visitor}/?lang=en")
    expect(page.get_by_role("button", name="Start chat")).to_be_visible()
    look.at("start: free")
    page.locator("summary").first.click()
    page.get_by_role("button", name="A man", exact=True).click()
    look.at("wishes")
    visitor.starts_the_chat()
    drop = page.get_by_role("button", name="Drop this wish")
    expect(drop).to_be_visible()
    look.at("queue: a wish that nobody meets")
    drop.click()
    visitor.writes("Hej?")
    visitor.sees_state("Hej?", "Sent")
    look.at("queue")
    visitor.writes("Ring 070-174 06 05.")
    expect(page.get_by_role("dialog")).to_be_visible()
    look.at("asked before sending")
    page.get_by_role("dialog").get_by_role("button").first.click()
    counsellor.takes_next()
    visitor.is_talking_with("Amina")
    counsellor.writes("Hej, jag är Amina. Kan någon se din skärm just nu? " * 4)
    visitor.sees("Hej, jag är Amina.")
    look.at("conversation")
    page.get_by_role("button", name="End the chat").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    look.at("asked before the end")
    page.get_by_role("dialog").get_by_role("button", name="End the chat").click()
    visitor.sees_the_end()
    look.at("ended")


@pytest.mark.parametrize(
    ("name", "languages"),
    [
        ("dark and narrow", MIRRORED),
        pytest.param("dark and narrow", HIGH, marks=pytest.mark.soak),
        pytest.param("large text", (*MIRRORED, *HIGH), marks=pytest.mark.soak),
    ],
)
def test_every_state_is_for_everybody_mirrored_dark_narrow_and_large(
    demo: Demo,
    set_so: Callable[[Setting], VisitorPerson],
    counsellor: CounsellorPerson,
    name: str,
    languages: Sequence[str],
) -> None:
    visitor = set_so(SETTINGS[name])
    walks(Look(visitor.page, languages), visitor, counsellor, demo)


@pytest.mark.soak  # six settings, nineteen languages, ten states
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", SETTINGS)
def test_every_state_is_for_everybody_in_every_language(
    demo: Demo, set_so: Callable[[Setting], VisitorPerson], counsellor: CounsellorPerson, name: str
) -> None:
    visitor = set_so(SETTINGS[name])
    walks(Look(visitor.page, EVERY), visitor, counsellor, demo)
