"""What a page that embeds the chat may ask for, and what it gets: the documented calls, its own colour on two buttons, and a tab
of its own for whoever goes on reading (docs/embedding.md).
"""

import pytest
from playwright.sync_api import Page, expect

from tests.support.demo import Demo
from tests.support.host_pages import HostPage, hosted, snippet_of
from tests.support.people import CounsellorPerson, VisitorPerson

EARLY = "<script>(window.Varsam ??= []).push((varsam) => varsam.open());</script>"
STATE = "() => Varsam.availability().then(({open, state}) => [open, state])"
GROUND = "(e) => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]"


def asked_of_us(demo: Demo, page: Page) -> list[str]:
    """What the page asks the service for from now on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


def test_the_page_opens_and_closes_the_chat_by_the_documented_calls(
    demo: Demo, visitor: VisitorPerson
) -> None:
    visitor.opens(f"{demo.municipal}/?lang=en")
    launcher = visitor.page.get_by_role("button", name="Talk to us")
    expect(launcher).to_be_visible()
    visitor.page.evaluate("() => { Varsam.open(); Varsam.open(); }")
    visitor.embedded = True
    expect(visitor.scope.get_by_role("button", name="Start chat")).to_be_visible()
    assert visitor.page.locator("iframe").count() == 1
    visitor.page.evaluate("() => Varsam.close()")
    expect(visitor.page.locator("iframe")).to_have_count(0)
    expect(launcher).to_be_focused()
    visitor.page.evaluate("() => { Varsam.close(); Varsam.open(); }")
    expect(visitor.scope.get_by_role("button", name="Start chat")).to_be_visible()


def test_calls_from_before_the_loader_wait_for_it(demo: Demo, visitor: VisitorPerson) -> None:
    with hosted(HostPage(EARLY + snippet_of(demo.municipal))) as address:
        visitor.opens(address)
        visitor.embedded = True
        expect(visitor.scope.get_by_role("button", name="Start chat")).to_be_visible()
        expect(visitor.page.get_by_role("link", name="Leave this page").first).to_be_visible()


def test_availability_is_asked_when_the_page_asks_and_never_before(
    demo: Demo, visitor: VisitorPerson
) -> None:
    asked = asked_of_us(demo, visitor.page)
    with hosted(HostPage(snippet_of(demo.municipal))) as address:
        visitor.opens(address)
        expect(visitor.page.get_by_role("button", name="Talk to us")).to_be_visible()
        visitor.page.wait_for_timeout(300)
        ours = [url for url in asked if url.startswith(demo.visitor)]
        assert len(ours) == 1, "the loader and nothing else"
        is_open, state = visitor.page.evaluate(STATE)
        assert is_open is True
        assert state in ("free", "queue", "unstaffed")
        ours = [url for url in asked if url.startswith(demo.visitor)]
        assert ours[1:] == [f"{demo.visitor}/v1/availability.json"]


def test_an_element_of_the_page_with_our_name_is_in_nobodys_way(demo: Demo, visitor: VisitorPerson) -> None:
    with hosted(HostPage('<p id="Varsam">Varsam</p>' + snippet_of(demo.municipal) * 2)) as address:
        visitor.opens(address).page.wait_for_function("() => typeof Varsam.open === 'function'")
        visitor.page.get_by_role("button", name="Talk to us").first.click()
        visitor.embedded = True
        expect(visitor.scope.get_by_role("button", name="Start chat")).to_be_visible()


def test_the_chat_is_offered_in_its_own_tab_until_something_is_begun(
    demo: Demo, visitor: VisitorPerson
) -> None:
    visitor.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us()
    expect(visitor.scope.get_by_text("If you go to another page here, the chat ends.")).to_be_visible()
    tab = visitor.page.get_by_role("link", name="Open in its own tab")
    visitor.starts_the_chat()
    expect(tab).not_to_be_visible()
    visitor.ends_the_chat()
    with visitor.page.context.expect_page() as opened:
        tab.click()
    expect(visitor.page.locator("iframe")).to_have_count(0)
    own = opened.value
    expect(own.get_by_role("button", name="Start chat")).to_be_visible()
    assert own.url == f"{demo.visitor}/?lang=en"
    assert own.evaluate("[window.opener, document.referrer]") == [None, ""]
    assert own.get_by_text("If you go to another page here").count() == 0


@pytest.mark.parametrize(
    ("accent", "drawn"),
    [
        ("#7a1f5c", ["rgb(122, 31, 92)", "rgb(255, 255, 255)"]),
        ("#ffd23f", ["rgb(255, 210, 63)", "rgb(0, 0, 0)"]),
    ],
)
def test_the_pages_own_colour_is_on_the_buttons_with_words_that_can_be_read(
    demo: Demo, visitor: VisitorPerson, accent: str, drawn: list[str]
) -> None:
    words = "#fff" if drawn[1].startswith("rgb(255") else "#000"
    style = f"<style>:root {{ --varsam-accent: {accent}; --varsam-on-accent: {words}; }}</style>"
    with hosted(HostPage(style + snippet_of(demo.municipal))) as address:
        visitor.opens(address)
        assert visitor.page.get_by_role("button", name="Talk to us").evaluate(GROUND) == drawn
        visitor.presses_talk_to_us()
        assert visitor.scope.get_by_role("button", name="Start chat").evaluate(GROUND) == drawn


@pytest.mark.parametrize("accent", ["red", "url(//127.0.0.1:1/x)", '#123456" onload="window.hit=1', "#12345"])
def test_a_colour_that_is_none_changes_nothing_in_the_chat(
    demo: Demo, visitor: VisitorPerson, accent: str
) -> None:
    with hosted(HostPage(snippet_of(demo.municipal))) as address:
        visitor.opens(address)
        visitor.page.evaluate(
            "(c) => document.documentElement.style.setProperty('--varsam-accent', c)", accent
        )
        visitor.presses_talk_to_us()
        drawn = visitor.scope.get_by_role("button", name="Start chat").evaluate(GROUND)
        assert drawn[0] == "rgb(28, 90, 82)"
        assert visitor.page.frames[-1].evaluate("() => window.hit") is None


def test_the_way_out_keeps_its_own_colours(demo: Demo, visitor: VisitorPerson) -> None:
    style = "<style>:root { --varsam-accent: #f5f0e8; --ink: #f5f0e8; --ground: #f5f0e8; }</style>"
    with hosted(HostPage(style + snippet_of(demo.municipal))) as address:
        visitor.opens(address).presses_talk_to_us()
        drawn = visitor.page.get_by_role("link", name="Leave this page").first.evaluate(GROUND)
        assert drawn == ["rgb(43, 37, 33)", "rgb(245, 240, 232)"]


def test_closing_by_the_page_ends_the_conversation_like_leaving_it(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson
) -> None:
    visitor.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us().starts_the_chat()
    visitor.writes("Bara för dig.")
    counsellor.takes_next()
    counsellor.sees("Bara för dig.")
    visitor.page.evaluate("() => Varsam.close()")
    counsellor.sees_the_end()
