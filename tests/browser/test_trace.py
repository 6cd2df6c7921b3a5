"""No trace (Trace 1–3): nothing before the click, and nothing that a browser could keep, before, during or
after.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.support.demo import Demo
from tests.support.people import CounsellorPerson, VisitorPerson

STORAGE = """async () => {
    const kept = {};
    const look = async (name, read) => {
        try { kept[name] = await read(); } catch { kept[name] = "refused"; }
    };
    await look("cookie", () => document.cookie.length);
    await look("localStorage", () => localStorage.length);
    await look("sessionStorage", () => sessionStorage.length);
    await look("indexedDB", async () => (await indexedDB.databases()).length);
    await look("caches", async () => (await caches.keys()).length);
    await look("serviceWorker", async () => (await navigator.serviceWorker.getRegistrations()).length);
    await look("cookieStore", async () => (await cookieStore.getAll()).length);
    await look("opfs", async () => {
        let files = 0;
        for await (const _ of (await navigator.storage.getDirectory()).keys()) files++;
        return files;
    });
    await look("usage", async () => (await navigator.storage.estimate()).usage);
    await look("persisted", async () => Number(await navigator.storage.persisted()));
    await look("controller", () => Number(navigator.serviceWorker.controller !== null));
    await look("name", () => self.name.length);
    await look("state", () => Number(history.state !== null));
    return kept;
}"""


def assert_nothing_kept(page: Page) -> None:
    for frame in page.frames:
        kept = frame.evaluate(STORAGE)
        if page.context.browser and page.context.browser.browser_type.name == "firefox":
            # Asking for the databases and the folder makes Firefox lay out both, empty, and count them.
            kept.pop("usage")
        assert all(value in (0, "refused") for value in kept.values()), (frame.url, kept)
    assert page.context.cookies() == []


def test_before_the_click_nothing_is_asked_for(demo: Demo, visitor: VisitorPerson) -> None:
    asked: list[str] = []
    sockets: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.page.on("websocket", lambda socket: sockets.append(socket.url))
    visitor.opens(f"{demo.municipal}/?lang=en")
    expect(visitor.page.get_by_role("button", name="Talk to us")).to_be_visible()
    visitor.page.wait_for_timeout(500)
    ours = [url for url in asked if url.startswith(demo.visitor + "/")]
    assert len(ours) == 1, "the loader and nothing else"
    assert "/w/" in ours[0]
    assert sockets == []
    assert visitor.page.locator("iframe").count() == 0
    assert_nothing_kept(visitor.page)


def test_no_storage_holds_anything_during_and_after(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson
) -> None:
    visitor.opens(f"{demo.municipal}/?lang=en")
    assert_nothing_kept(visitor.page)
    history = visitor.page.evaluate("history.length")
    title, url = visitor.page.title(), visitor.page.url
    visitor.presses_talk_to_us().starts_the_chat()
    visitor.writes("Ingen får veta.")
    assert_nothing_kept(visitor.page)
    counsellor.takes_next()
    visitor.is_talking_with("Amina")
    assert_nothing_kept(visitor.page)
    assert len(visitor.page.frames) == 2, "from inside the frame too"
    assert visitor.page.frames[1].evaluate("document.title") == "Chat"
    assert (visitor.page.title(), visitor.page.url) == (title, url)
    visitor.ends_the_chat()
    visitor.sees_the_end()
    assert_nothing_kept(visitor.page)
    assert visitor.page.evaluate("history.length") == history, "the chat adds no history entry (Leave 7)"
    assert visitor.page.frames[1].evaluate("history.length") == history
    assert (visitor.page.title(), visitor.page.url) == (title, url)


def test_the_frame_cannot_store_even_if_it_wanted_to(demo: Demo, visitor: VisitorPerson) -> None:
    visitor.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us()
    expect(visitor.scope.get_by_role("button", name="Start chat")).to_be_visible()
    frame = visitor.page.frames[-1]
    for script in (
        "localStorage.x = 1",
        "sessionStorage.x = 1",
        "document.cookie = 'x=1'",
        "indexedDB.open('x')",
    ):
        refused = frame.evaluate(f"() => {{ try {{ {script}; return false; }} catch {{ return true; }} }}")
        assert refused, script


def test_a_hidden_page_is_covered_at_once(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson
) -> None:
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    visitor.writes("Syns inte i appväxlaren.")
    counsellor.takes_next()
    frame = visitor.page.frames[-1]
    frame.evaluate(
        """() => { Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true});
                   document.dispatchEvent(new Event('visibilitychange')); }"""
    )
    expect(visitor.page.get_by_text("Syns inte i appväxlaren.")).not_to_be_visible()
    frame.evaluate(
        """() => { Object.defineProperty(document, 'visibilityState', {value: 'visible', configurable: true});
                   document.dispatchEvent(new Event('visibilitychange')); }"""
    )
    expect(visitor.page.get_by_text("Syns inte i appväxlaren.")).to_be_visible()
    visitor.ends_the_chat()


@pytest.mark.chromium_only("what goes over a socket is not told by WebDriver BiDi")
def test_a_draft_never_leaves_the_device(
    demo: Demo, visitor: VisitorPerson, counsellor: CounsellorPerson
) -> None:
    """Nothing is sent while somebody writes and does not send (Talk 5)."""
    sent: list[str | bytes] = []
    visitor.page.on("websocket", lambda socket: socket.on("framesent", lambda text: sent.append(text)))
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    counsellor.takes_next()
    visitor.is_talking_with("Amina")
    visitor.page.wait_for_timeout(2_500)
    before = [message for message in sent if '"ping"' not in str(message)]
    assert before, "the ear hears something"
    visitor.scope.get_by_role("textbox", name="Write a message").press_sequentially(
        "Jag vågar inte", delay=30
    )
    visitor.page.wait_for_timeout(2_500)
    assert [message for message in sent if '"ping"' not in str(message)] == before
    visitor.ends_the_chat()
