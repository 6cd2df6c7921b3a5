"""A duty key's time is over, or nobody lets a reloaded console back in: what the console does by the clock, and says (K5, E7)."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, WebSocket, expect

from chat.crypto.chain import DUTY_SECONDS, HOUR
from chat.crypto.encoding import digest, unb64
from chat.store.sessions import Session
from chat.web.sockets import SESSION_COOKIE
from tests.browser.conftest import DESK
from tests.integration.server.house import House, house_open
from tests.support.demo import Demo
from tests.support.network import Network, network
from tests.support.people import WAIT, CounsellorPerson, VisitorPerson, a_counsellor, a_visitor

START_SECONDS = 240.0
RENEW_SECONDS = 90
MINUTES = 8
"""Less than a conversation lives without its visitor."""
EARLIER = "I am afraid of this summer."
BACK = "Amina came back on a reloaded page."
LETTING_IN = "Letting you back in"


class Beside:
    """A service whose clock a test sets, on a loop beside the browser's."""

    def __init__(self) -> None:
        self.house: House
        self._loop = asyncio.new_event_loop()
        self._ready, self._ending = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(
            target=self._loop.run_until_complete, args=[self._runs()], daemon=True
        )

    def __enter__(self) -> "Beside":
        self._thread.start()
        assert self._ready.wait(START_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join(START_SECONDS)
        self._loop.close()

    def does(self, what: Coroutine[Any, Any, Any]) -> None:
        """Something there, until it is done."""
        asyncio.run_coroutine_threadsafe(what, self._loop).result(START_SECONDS)

    async def _runs(self) -> None:
        async with house_open() as self.house:
            self._ready.set()
            await self._ending.wait()


@pytest.fixture
def beside() -> Iterator[Beside]:
    with Beside() as made:
        yield made


@pytest.fixture
def line() -> Iterator[Network]:
    with network() as made:
        yield made


def stays_signed_in(beside: Beside, context: BrowserContext, seconds: int) -> None:
    """As if the counsellor had signed in once more in between."""
    house = beside.house
    cookies = context.cookies()
    token = next(c["value"] for c in cookies if c.get("name") == SESSION_COOKIE)
    name, sessions, now = digest(unb64(token)), house.parts.node.sessions, house.parts.node.now

    async def longer() -> None:
        found = await sessions.find(name, now)
        assert found
        await sessions.open(name, Session(found.certificate, now + seconds), now)

    beside.does(longer())


def offers_of(page: Page) -> list[str]:
    """What this page asks to be let in by, as it goes out."""
    found: list[str] = []

    def says(text: str | bytes) -> None:
        if '"kind":"offer"' in str(text):
            found.append(str(text))

    def meets(socket: WebSocket) -> None:
        socket.on("framesent", says)

    page.on("websocket", meets)
    return found


def asks(page: Page, offers: list[str], times: int) -> None:
    """So many offers have gone out by now, or soon; and not one more."""
    deadline = time.monotonic() + WAIT / 1_000
    while len(offers) < times and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    page.wait_for_timeout(200)
    assert len(offers) == times


def talking(visitor: VisitorPerson, counsellor: CounsellorPerson) -> None:
    visitor.writes(EARLIER)
    counsellor.takes_next()
    visitor.is_talking_with("Amina")
    counsellor.writes("I am here.")
    visitor.sees("I am here.")


def test_a_duty_key_whose_time_is_over_is_replaced_and_the_conversation_goes_on(
    beside: Beside, new_profile: Callable[..., BrowserContext]
) -> None:
    context = new_profile(viewport=DESK)
    visitor, counsellor = a_visitor(new_profile()), a_counsellor(context)
    for person in (visitor, counsellor):
        person.page.clock.install()
    offers = offers_of(counsellor.page)
    counsellor.opens(beside.house.staff).signs_in_as("Amina")
    stays_signed_in(beside, context, 20 * HOUR)
    counsellor.page.reload()
    counsellor.goes_on_duty()
    visitor.opens(f"{beside.house.visitor}/?lang=en")

    def passes(seconds: int) -> None:
        beside.house.clock.ahead += seconds
        for person in (visitor, counsellor):
            person.page.clock.fast_forward(seconds * 1_000)

    # Until it is over by every clock: the tolerance counts too (K5).
    passes(DUTY_SECONDS + HOUR - MINUTES * 60 // 2)
    expect(counsellor.page.get_by_text("Connected")).to_be_visible()
    visitor.starts_the_chat()
    talking(visitor, counsellor)
    assert len(offers) == 1
    passes(MINUTES * 60)
    visitor.sees(BACK)
    counsellor.sees(BACK)
    assert len(offers) == 2
    expect(counsellor.page.get_by_role("switch", name="On duty")).to_be_checked()
    counsellor.sees(EARLIER)
    counsellor.sees("I am here.")
    visitor.sees_in_conversation("Amina")
    visitor.writes("You were quiet for long.")
    counsellor.sees("You were quiet for long.")
    counsellor.writes("I am still here.")
    visitor.sees("I am still here.")
    expect(visitor.page.get_by_role("alert")).to_have_count(0)
    counsellor.ends_the_chat()
    visitor.sees_the_end()


@pytest.mark.soak
def test_while_the_visitor_is_away_a_reloaded_console_asks_again_before_its_offer_expires(
    demo: Demo, line: Network, new_profile: Callable[..., BrowserContext]
) -> None:
    visitor = a_visitor(new_profile(proxy={"server": line.address}))
    counsellor = a_counsellor(new_profile(viewport=DESK))
    counsellor.page.clock.install()
    counsellor.opens(demo.staff).signs_in_as("Amina").goes_on_duty()
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    talking(visitor, counsellor)
    line.goes_down()
    expect(counsellor.page.get_by_text("The visitor is away.")).to_be_visible()
    offers = offers_of(counsellor.page)
    counsellor.page.reload()
    region = counsellor.scope
    expect(region.get_by_text("You come back in when they do")).to_be_visible()
    asks(counsellor.page, offers, 1)
    for times in (2, 3):
        counsellor.page.clock.fast_forward((RENEW_SECONDS + 1) * 1_000)
        asks(counsellor.page, offers, times)
    assert len(set(offers)) == 3
    line.comes_back()
    visitor.sees(BACK)
    counsellor.sees(EARLIER)
    visitor.writes("I am back.")
    counsellor.sees("I am back.")
    counsellor.ends_the_chat()
    visitor.sees_the_end()


def test_a_console_that_is_not_let_back_in_says_so_and_what_to_do(
    demo: Demo, visitor: VisitorPerson, new_profile: Callable[..., BrowserContext]
) -> None:
    counsellor = a_counsellor(new_profile(viewport=DESK))
    counsellor.page.clock.install()
    counsellor.opens(demo.staff).signs_in_as("Amina").goes_on_duty()
    visitor.opens(f"{demo.visitor}/?lang=en").starts_the_chat()
    talking(visitor, counsellor)
    for _ in range(3):
        counsellor.reloads()
    offers = offers_of(counsellor.page)
    counsellor.page.reload()
    expect(counsellor.scope.get_by_text(LETTING_IN)).to_be_visible()
    asks(counsellor.page, offers, 1)
    expect(counsellor.scope.get_by_text(LETTING_IN)).to_be_visible()
    counsellor.page.clock.fast_forward((RENEW_SECONDS + 1) * 1_000)
    expect(counsellor.scope.get_by_role("heading", name="You could not come back in")).to_be_visible()
    expect(counsellor.scope).to_contain_text("When you close it, it ends for the visitor too.")
    expect(counsellor.scope.get_by_role("alert")).to_contain_text(
        "reach the visitor in the way you agreed on"
    )
    counsellor.scope.get_by_role("button", name="Close").click()
    visitor.sees_the_end()
