"""Something waits, and the counsellor looks elsewhere: title, sound, notice on the desktop, again until it is taken, in a page whose
timers sleep; and what the browser blocks is said with what to do (Staff 2).
"""

import time
from collections.abc import Callable

import redis
from playwright.sync_api import BrowserContext, Page, expect

from chat.store.queue import CHANNEL
from tests.browser.conftest import DESK
from tests.support.axe import axe_finds_nothing
from tests.support.demo import Demo
from tests.support.people import CounsellorPerson, VisitorPerson, a_counsellor

RECORD = """() => {
    window.given = [];
    const Real = window.Notification;
    window.Notification = class extends Real {
        constructor(words, options) { super(words, options); window.given.push(words + (options.body ?? '')); }
        close() { window.given.push('withdrawn'); super.close(); }
    };
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (at) { window.given.push('tone'); start.call(this, at); };
    document.hasFocus = () => !window.away;
}"""
HIDE = """() => {
    window.away = true;
    Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true});
    Object.defineProperty(document, 'hidden', {value: true, configurable: true});
    document.dispatchEvent(new Event('visibilitychange'));
    window.dispatchEvent(new Event('blur'));
}"""
WORDS = "Varsam: something is waiting"
TONES = ["tone", "tone"]


def at_the_console(demo: Demo, context: BrowserContext) -> CounsellorPerson:
    """With a clock that the test sets."""
    context.add_init_script(f"({RECORD})()")
    counsellor = a_counsellor(context)
    counsellor.page.clock.install()
    return counsellor.opens(demo.staff).signs_in_as("Amina").goes_on_duty()


def given(page: Page) -> list[str]:
    found: list[str] = page.evaluate("() => window.given.splice(0)")
    return found


def clock_of(page: Page) -> float:
    """Unix seconds."""
    return float(page.evaluate("() => Date.now()")) / 1_000


def passes(demo: Demo, page: Page, seconds: float) -> None:
    """So much time, in which no timer of this page runs: all that comes is the service's word."""
    page.clock.set_system_time(clock_of(page) + seconds)
    for path in demo.store_sockets():
        with redis.Redis(unix_socket_path=str(path)) as store:
            store.publish(CHANNEL, "")
    time.sleep(0.5)


def test_in_the_background_with_sleeping_timers_the_ladder_is_climbed_for_an_hour(
    demo: Demo, new_profile: Callable[..., BrowserContext], visitor: VisitorPerson
) -> None:
    context = new_profile(viewport=DESK)
    context.grant_permissions(["notifications"], origin=demo.staff)
    counsellor = at_the_console(demo, context)
    page = counsellor.page
    page.evaluate(HIDE)
    page.clock.pause_at(clock_of(page) + 1)
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    visitor.sees_the_place(1)
    passes(demo, page, 0)
    assert page.title() == "(1) Varsam"
    assert given(page) == []
    passes(demo, page, 3)
    assert given(page) == TONES
    passes(demo, page, 8)
    assert given(page) == [WORDS]
    passes(demo, page, 25)
    assert given(page) == TONES
    passes(demo, page, 3_600)
    assert given(page) == [*TONES, "withdrawn", WORDS]
    visitor.page.goto("about:blank")
    while demo.who_waits():
        time.sleep(0.05)
    passes(demo, page, 0)
    assert given(page) == ["withdrawn"]
    assert page.title() == "Varsam"


def test_what_the_browser_blocks_is_said_with_what_to_do_and_can_be_switched_off(
    demo: Demo, new_profile: Callable[..., BrowserContext]
) -> None:
    context = new_profile(viewport=DESK)
    context.add_init_script("Object.defineProperty(Notification, 'permission', {get: () => 'denied'})")
    counsellor = at_the_console(demo, context)
    alerts = counsellor.page.get_by_role("region", name="Alerts")
    expect(alerts.get_by_text("Alerts are blocked")).to_be_visible()
    expect(alerts.get_by_text("allow notifications, and reload the page")).to_be_visible()
    axe_finds_nothing(counsellor.page)
    alerts.get_by_role("checkbox", name="Notices on the desktop").uncheck()
    expect(alerts.get_by_text("Alerts are blocked")).to_have_count(0)
    alerts.get_by_role("button", name="Test the alerts").click()
    expect(alerts.get_by_text("You should have heard two tones")).to_be_visible()
    assert given(counsellor.page) == TONES
    counsellor.page.reload()
    expect(alerts.get_by_role("checkbox", name="Notices on the desktop")).not_to_be_checked()
    expect(alerts.get_by_role("checkbox", name="Sound")).to_be_checked()
    # Nobody has pressed anything in this page yet, and it is on duty again.
    expect(alerts.get_by_text("plays no sound here before")).to_be_visible()
    alerts.get_by_role("heading", name="Alerts").first.click()
    expect(alerts.get_by_text("Alerts are blocked")).to_have_count(0)
