"""*Take next* → admitted, in two real pages: from the click until both screens show the conversation, all cryptography included."""

import re
import shutil
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.load.figures import Figure
from tests.support.chromium import CHROMIUM_FLAGS, chromium_path
from tests.support.demo import Demo, demo_running
from tests.support.people import CounsellorPerson, VisitorPerson, a_counsellor, a_visitor

ROUNDS: Final = 15
WARM_UP: Final = 2

# `seen` keeps when an element with this text first stood in the page. Both pages' clock is the machine's, in milliseconds.
WATCH: Final = """([selector, text]) => {
  const shows = () => [...document.querySelectorAll(selector)].some((element) => element.textContent.includes(text));
  window.seen = new Promise((resolve) => {
    const look = () => {
      if (!shows()) return;
      observer.disconnect();
      resolve(performance.timeOrigin + performance.now());
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { subtree: true, childList: true, characterData: true });
  });
}"""
CLICK: Final = """(button) => {
  const now = performance.timeOrigin + performance.now();
  button.click();
  return now;
}"""
SEEN: Final = "() => window.seen"


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """One counsellor takes one visitor after another; the first ones warm up."""
    folder = Path(tempfile.mkdtemp(prefix="vb"))
    try:
        with demo_running(folder) as demo, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
            times = _rounds(demo, browser, WARM_UP + rounds)[WARM_UP:]
            browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return [Figure("Take next → admitted, both pages' cryptography included", "ms", tuple(times), 150, 80)]


def _rounds(demo: Demo, browser: Browser, rounds: int) -> list[float]:
    profile = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 800})
    counsellor = a_counsellor(profile).opens(demo.staff).signs_in_as("Amina").goes_on_duty()
    times = []
    for number in range(1, rounds + 1):
        phone = browser.new_context(locale="en-GB", viewport={"width": 360, "height": 740})
        times.append(_admission(demo, counsellor, phone, number))
        phone.close()
    return times


def _admission(demo: Demo, counsellor: CounsellorPerson, phone: BrowserContext, number: int) -> float:
    visitor: VisitorPerson = a_visitor(phone).opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    visitor.sees_the_place(1)
    visitor.page.evaluate(WATCH, ["h1, h2", "Conversation with"])
    counsellor.page.evaluate(WATCH, [f"[aria-label='Conversation with visitor {number}']:has(textarea)", ""])
    button = counsellor.page.get_by_role("button", name=re.compile("^Take next"))
    clicked = float(button.evaluate(CLICK))
    admitted = max(float(person.page.evaluate(SEEN)) for person in (visitor, counsellor))
    counsellor.number = number
    counsellor.ends_the_chat()
    counsellor.sees_the_end()
    counsellor.scope.get_by_role("button", name="Close").click()
    return admitted - clicked
