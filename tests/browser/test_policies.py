"""The browser knows every word of the policies that the pages come with, and holds the pages to them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, expect

from tests.browser.conftest import DESK
from tests.support.demo import Demo
from tests.support.people import VisitorPerson, a_counsellor, a_visitor

MAKES_A_POLICY = """() => {
  try { trustedTypes.createPolicy("anything", { createHTML: (text) => text }); return "made"; }
  catch (error) { return error.name; }
}"""
WRITES_HTML = """() => {
  try { document.body.innerHTML = "<p>text</p>"; return "written"; }
  catch (error) { return error.name; }
}"""


def said_on(context: BrowserContext) -> list[str]:
    """What the browser complains of on its console."""
    said: list[str] = []

    def hears(message: ConsoleMessage) -> None:
        if message.type in ("warning", "error"):
            said.append(message.text)

    context.on("console", hears)
    return said


def test_the_browser_complains_of_no_page(demo: Demo, new_profile: Callable[..., BrowserContext]) -> None:
    contexts = [new_profile(), new_profile(), new_profile(viewport=DESK)]
    said = [said_on(context) for context in contexts]
    standalone, embedded, counsellor = (
        a_visitor(contexts[0]),
        a_visitor(contexts[1]),
        a_counsellor(contexts[2]),
    )
    counsellor.opens(demo.staff).signs_in_as("Amina").goes_on_duty()
    standalone.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    counsellor.takes_next()
    standalone.is_talking_with("Amina")
    standalone.ends_the_chat()
    embedded.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us()
    embedded.starts_the_chat().sees_the_place(1)
    embedded.ends_the_chat()
    assert said == [[], [], []]


@pytest.mark.parametrize("entrance", ["municipal", pytest.param("standalone", marks=pytest.mark.soak)])
def test_nothing_in_the_chat_can_become_html(demo: Demo, visitor: VisitorPerson, entrance: str) -> None:
    if entrance == "municipal":
        visitor.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us()
        expect(visitor.scope.get_by_role("button", name="Start chat")).to_be_visible()
    else:
        visitor.opens(f"{demo.visitor}/?lang=en")
    frame = visitor.page.frames[-1]
    assert frame.evaluate(MAKES_A_POLICY) == "TypeError"
    assert frame.evaluate(WRITES_HTML) == "TypeError"
    expect(visitor.scope.get_by_role("button", name="Start chat")).to_be_visible()
