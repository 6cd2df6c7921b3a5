"""The visitor's path in WebKitGTK, the engine nearest to that of every phone and tablet from Apple: cryptography, sandbox, a
conversation, leaving, Back and covering. The counsellor sits before Chromium. `make engines` runs it.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.test_trace import STORAGE
from tests.support.demo import Demo
from tests.support.host_pages import IS_FRAME, hosted, relayed
from tests.support.people import CounsellorPerson
from tests.support.webdriver import SHIFT, Window, webkit

pytestmark = [pytest.mark.engines, pytest.mark.timeout(300)]
GONE = "The visitor left quickly. Do not write, do not call."
SECRET = "Han läser min mobil."
REFUSED = """
    const refused = (act) => { try { act(); return false; } catch { return true; } };
    const ignored = () => { document.cookie = 'x=1'; if (document.cookie === '') throw 'nothing is kept'; };
    return [() => localStorage.x = 1, () => sessionStorage.x = 1, () => indexedDB.open('x'), ignored].map(refused);
"""
NOTES_IF_KEPT = "addEventListener('pageshow', ({persisted}) => { window.name = persisted ? 'kept' : ''; });"
KEPT = f"return ({STORAGE})();"


@pytest.fixture
def window(tmp_path: Path, empty_queue: None) -> Iterator[Window]:
    with webkit(tmp_path) as opened:
        yield opened
        opened.opens("about:blank")


@pytest.fixture(params=["municipal", "standalone"])
def arrived(demo: Demo, window: Window, request: pytest.FixtureRequest) -> Window:
    window.opens("about:blank")
    if request.param == "standalone":
        window.opens(f"{demo.visitor}/?lang=en")
        return window
    window.opens(f"{demo.municipal}/?lang=en")
    window.finds("button", "Talk to us").press()
    window.enters_the_frame()
    return window


def starts(window: Window) -> None:
    window.finds("button", "Start chat").press()
    window.finds("textbox", "Write a message")


def writes(window: Window, text: str) -> None:
    window.finds("textbox", "Write a message").write(text)
    window.finds("button", "Send").press()


def talks(window: Window, counsellor: CounsellorPerson) -> None:
    starts(window)
    writes(window, SECRET)
    counsellor.takes_next()
    counsellor.sees(SECRET)
    window.finds("region", "Conversation with Amina")


def test_a_conversation_from_its_first_word_to_its_end(arrived: Window, counsellor: CounsellorPerson) -> None:
    """X-Wing, Ed25519, HKDF and AES as this engine has them, with those of Chromium at the other end."""
    talks(arrived, counsellor)
    counsellor.writes("Är du ensam? 👩‍👩‍👧 العربية")
    arrived.sees("Är du ensam? 👩‍👩‍👧 العربية")
    writes(arrived, "Ja.")
    counsellor.sees("Ja.")
    counsellor.sees_state("Är du ensam?", "Read")
    arrived.sees("Read")
    counsellor.ends_the_chat()
    arrived.finds("heading", "The conversation has ended")


def test_shift_three_times_leaves_and_the_counsellor_is_told(
    arrived: Window, counsellor: CounsellorPerson
) -> None:
    talks(arrived, counsellor)
    arrived.finds("textbox", "Write a message").press()
    arrived.presses_keys(SHIFT, SHIFT, SHIFT)
    arrived.arrives_at("/weather")
    expect(counsellor.page.get_by_text(GONE).first).to_be_visible()
    arrived.goes_back()
    assert SECRET not in arrived.evaluate("return document.documentElement.outerHTML")


def test_the_link_leaves_and_back_shows_a_blank_start(arrived: Window) -> None:
    starts(arrived)
    writes(arrived, SECRET)
    arrived.sees("Sent")
    arrived.leaves_the_frame()
    arrived.finds("link", "Leave this page").press()
    arrived.arrives_at("/weather")
    arrived.goes_back()
    arrived.sees_no(SECRET)
    assert SECRET not in arrived.evaluate("return document.documentElement.outerHTML")


def test_a_page_that_was_kept_in_memory_shows_a_blank_start(
    demo: Demo, arrived: Window, counsellor: CounsellorPerson
) -> None:
    """Back after going to another page, forward, and back again (Leave 7, Trace 6)."""
    talks(arrived, counsellor)
    arrived.finds("textbox", "Write a message").write("Ett halvt")
    arrived.leaves_the_frame()
    embedded = arrived.address().startswith(demo.municipal)
    arrived.evaluate(NOTES_IF_KEPT)
    arrived.opens(f"{demo.municipal}/weather")
    expect(counsellor.page.get_by_text(GONE).first).to_be_visible()
    for _ in range(2):
        arrived.goes_back()
        arrived.finds("button", "Talk to us" if embedded else "Start chat")
        whole = arrived.evaluate("return document.documentElement.outerHTML")
        for words in (SECRET, "Ett halvt", "Amina"):
            assert words not in whole, words
        assert arrived.frames() == 0, "the chat stands open"
        # A municipality's page is kept; ours may not be stored, and is fetched anew.
        assert arrived.evaluate("return window.name") == ("kept" if embedded else "")
        arrived.goes_forward()
        arrived.arrives_at("/weather")


@pytest.mark.parametrize("way", ["link", "key"])
def test_every_way_out_works_while_the_frame_hangs(demo: Demo, window: Window, way: str) -> None:
    with relayed(demo.visitor, hangs=IS_FRAME) as relay, hosted(relay.host_page(demo.municipal)) as address:
        window.opens(address)
        window.finds("button", "Talk to us").press()
        assert relay.was_asked_for(IS_FRAME)
        if way == "link":
            window.finds("link", "Leave this page").press()
        else:
            window.presses_keys(SHIFT, SHIFT, SHIFT)
        window.arrives_at("/weather")


def test_nothing_is_kept_and_the_frame_cannot_keep_anything(demo: Demo, window: Window) -> None:
    window.opens(f"{demo.municipal}/?lang=en")
    window.finds("button", "Talk to us").press()
    window.enters_the_frame()
    starts(window)
    assert window.evaluate(REFUSED) == [True, True, True, True]
    window.leaves_the_frame()
    kept = window.evaluate(KEPT)
    assert {name for name, value in kept.items() if value not in (0, "refused")} == set(), kept
    assert window.ask("GET", "/cookie") == []


def test_at_one_press_nothing_stands_in_the_page_and_the_order_brings_it_back(
    arrived: Window, counsellor: CounsellorPerson
) -> None:
    talks(arrived, counsellor)
    arrived.finds("button", "Someone came in").press()
    expect(counsellor.scope.get_by_text(re.compile("^Paused"))).to_be_visible()
    arrived.finds("button", "1")
    for words in (SECRET, "Amina", "Messages"):
        assert words not in arrived.evaluate("return document.documentElement.outerHTML"), words
    for quarter in "4321":
        arrived.finds("button", quarter).press()
    arrived.sees(SECRET)


def test_a_request_to_be_called_is_made_and_taken_back_by_its_code(
    demo: Demo, window: Window, counsellor: CounsellorPerson
) -> None:
    demo.forgets_calls()
    window.opens(f"{demo.visitor}/?lang=en")
    window.finds("button", "Ask us to call you").press()
    window.finds("textbox", "Phone number").write("070-174 06 05")
    window.finds("button", "Next").press()
    window.finds("button", "Now, for one hour").press()
    window.finds("button", "Next").press()
    window.sees("Skip")
    while "Send the request" not in window.text():
        window.finds("button", "Skip").press()
    window.finds("button", "Send the request").press()
    window.sees("Your code")
    code = re.search(r"(\d{3}\s){8}\d{3}", window.text())
    assert code
    window.opens(f"{demo.visitor}/callback?lang=en")
    window.finds("textbox", "Your code").write(code[0])
    window.finds("button", "Cancel the request").press()
    window.sees("It is cancelled. Nobody will call.")
    assert "701" not in window.text()
