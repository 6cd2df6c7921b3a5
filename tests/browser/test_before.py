"""What must be known before the first word stands on the start screen, and nothing must be filled in (Leave 8, Before 1–3, Trace 8); on
paper stands nothing (Trace 5). Who waits may keep the screen on (Trace 6).
"""

import pytest
from playwright.sync_api import expect

from tests.support.demo import Demo
from tests.support.people import VisitorPerson

KNOWN = {
    "leaving": "press the Shift key three times",
    "what it does not hide": "It stands in the browser’s history.",
    "the network": "What your Wi-Fi, your school or your phone company notes",
    "spyware and accounts": "has put a spy app on your phone or can get into your account",
    "a private window": "Use a private window.",
    "another device": "Use another device",
    "the limits of confidentiality": "If you are under 18, we come to know who you are and you may be harmed, we must tell social services.",
    "who answers": "They are people, not machines.",
    "what is saved": "The chat saves nothing on your phone or computer.",
    "how long": "After 10 minutes away the chat ends",
}


@pytest.fixture(params=["municipal", "standalone"])
def arrived(demo: Demo, visitor: VisitorPerson, request: pytest.FixtureRequest) -> VisitorPerson:
    if request.param == "municipal":
        return visitor.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us()
    return visitor.opens(f"{demo.visitor}/?lang=en")


def test_what_must_be_known_stands_before_the_first_word(arrived: VisitorPerson) -> None:
    expect(arrived.scope.get_by_role("button", name="Start chat")).to_be_visible()
    for what, words in KNOWN.items():
        said = arrived.scope.get_by_text(words)
        expect(said, what).to_have_count(1)
        expect(said, what).to_be_visible()
    assert not arrived.scope.locator("[required], [aria-required=true]").count()
    expect(arrived.scope.get_by_role("link", name="112").first).to_have_attribute("href", "tel:112")


def test_nothing_is_printed(arrived: VisitorPerson) -> None:
    expect(arrived.scope.get_by_role("button", name="Start chat")).to_be_visible()
    arrived.page.emulate_media(media="print")
    expect(arrived.scope.get_by_role("button", name="Start chat")).not_to_be_visible()
    expect(arrived.scope.get_by_text("You can talk to us")).not_to_be_visible()


LOCKS = """
    const ask = WakeLock.prototype.request;
    window.locks = [];
    WakeLock.prototype.request = async function(kind) {
        if (window.locks === null) throw new DOMException('not here', 'NotAllowedError');
        const lock = await ask.call(this, kind);
        window.locks.push(lock);
        return lock;
    };
"""
HELD = "() => window.locks.map((lock) => !lock.released)"


@pytest.mark.chromium_only("Firefox has no screen that could stay on where nobody sees it")
@pytest.mark.parametrize("entrance", ["municipal", pytest.param("standalone", marks=pytest.mark.soak)])
def test_the_screen_stays_on_at_a_press_while_one_waits_and_no_longer(
    demo: Demo, visitor: VisitorPerson, entrance: str
) -> None:
    visitor.page.context.add_init_script(LOCKS)
    if entrance == "municipal":
        visitor.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us()
    else:
        visitor.opens(f"{demo.visitor}/?lang=en")
    visitor.starts_the_chat()
    visitor.sees_the_place(1)
    frame = visitor.page.frames[-1]
    assert frame.evaluate(HELD) == [], "never unasked"
    visitor.scope.get_by_text("Wishes, and what we should know").click()
    keep = visitor.scope.get_by_role("button", name="Keep my screen on while I wait")
    frame.evaluate("() => { window.locks = null; }")
    keep.click()
    expect(visitor.scope.get_by_text("The screen cannot be kept on here.")).to_be_visible()
    expect(keep).to_have_attribute("aria-pressed", "false")
    frame.evaluate("() => { window.locks = []; }")
    keep.click()
    expect(keep).to_have_attribute("aria-pressed", "true")
    visitor.scope.get_by_text("Wishes, and what we should know").click()
    expect(keep).not_to_be_visible()
    frame.wait_for_function(f"() => String(({HELD})()) === 'true'")
    visitor.ends_the_chat()
    visitor.sees_the_end()
    frame.wait_for_function(f"() => String(({HELD})()) === 'false'")
