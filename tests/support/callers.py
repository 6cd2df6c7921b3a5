"""Those who ask to be called, and the desk that calls: drivers over real pages, and the second implementation where what matters is
the desk. Names on the screen are those of the English catalogue.
"""

import asyncio
import re
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.request import urlopen

from playwright.sync_api import Locator, Page, expect

from chat.client.asking_for_call import Caller, Wanted
from chat.client.http import Unanswered
from chat.crypto.callback_parts import Card
from chat.crypto.callbacks import Window
from chat.crypto.encoding import unb64
from chat.demo.organisation import REALM
from tests.support.demo import Demo
from tests.support.people import CounsellorPerson, VisitorPerson

NUMBER = "070-174 06 05"
HALF_HOUR = 1_800
PATIENCE_TRIES = 150


def button(place: Page | Locator, name: str) -> Locator:
    return place.get_by_role("button", name=name, exact=True)


class Asking:
    """Somebody who asks to be called, at whatever place of the page the form stands."""

    def __init__(self, visitor: VisitorPerson) -> None:
        self.visitor = visitor
        self.scope = visitor.scope

    def begins(self) -> "Asking":
        self.scope.get_by_role("button", name="Ask us to call you").first.click()
        expect(self.scope.get_by_label("Phone number")).to_be_visible()
        return self

    def goes_on(self, name: str = "Next") -> None:
        self.scope.get_by_role("button", name=name, exact=True).click()

    def gives(self, number: str = NUMBER) -> None:
        self.scope.get_by_label("Phone number").fill(number)
        self.goes_on()

    def is_free_now(self) -> None:
        group = self.scope.get_by_role("group", name="When may we call")
        group.get_by_role("button", name="Now, for one hour").click()
        self.goes_on()

    def skips_to_the_end(self) -> None:
        send = self.scope.get_by_role("button", name="Send the request", exact=True)
        while not send.is_visible():
            self.goes_on("Skip")

    def sends(self) -> str:
        """The code."""
        self.goes_on("Send the request")
        code = self.scope.get_by_role("status", name="Your code")
        expect(code).to_be_visible()
        return code.inner_text()


class Desk:
    """The region *Callbacks* of a console."""

    def __init__(self, counsellor: CounsellorPerson) -> None:
        self.page = counsellor.page
        self.region = counsellor.page.get_by_role("region", name="Callbacks")

    def takes(self) -> Locator:
        """The first, with its card read; what is in hand."""
        button(self.region, "Take").first.click()
        self.region.get_by_role("checkbox", name="I have read the safety card").check()
        return self.region.get_by_role("article")

    def is_shown(self, number: str) -> None:
        button(self.region, "Show number").click()
        link = self.region.get_by_role("link", name=number)
        expect(link).to_have_attribute("href", "tel:" + number.replace(" ", ""))

    def says(self, outcome: str) -> None:
        button(self.region, outcome).click()

    def is_done(self) -> None:
        button(self.region, "Done").click()
        expect(self.region.get_by_role("article")).to_have_count(0)


def asks_without_a_screen(demo: Demo, language: str = "sv", entrance: str = "self", hours: int = 3) -> Caller:
    """By the second implementation: free from now on for so long."""
    with urlopen(f"{demo.visitor}/", timeout=10) as answer:
        root = re.search(r'data-root="([^"]+)"', answer.read().decode())
    assert root
    caller = Caller(demo.visitor, unb64(root[1]), realm=REALM)
    start = int(time.time()) // HALF_HOUR * HALF_HOUR
    window = Window(start, start + hours * 2 * HALF_HOUR)
    wanted = Wanted("+46701740605", (window,), language, Card(b"", entrance=entrance))
    # The browser's driver has a loop of its own in this thread.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _asks(caller, wanted)).result()
    return caller


async def _asks(caller: Caller, wanted: Wanted) -> None:
    """As soon as a console has made a key that it can be sealed to."""
    for _ in range(PATIENCE_TRIES):
        try:
            await caller.asks(wanted)
        except Unanswered:
            await asyncio.sleep(0.1)
        else:
            return
    await caller.asks(wanted)


def cancels(caller: Caller) -> None:
    """C3, from anywhere."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, caller.cancels()).result()
