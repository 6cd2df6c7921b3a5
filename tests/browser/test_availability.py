"""Before the first word it is said how it stands: free, a queue, nobody there, full, or closed until when, each with the next
step and with numbers to call (Before 4). It is asked by a person's press and not before (Trace 2).
"""

import asyncio
import re
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import redis
from playwright.sync_api import BrowserContext, expect

from chat.config import DAYS, load
from chat.rules.ids import Sid
from chat.rules.limits import QUEUE_PLACES
from chat.store.connections import Store
from chat.store.queue import Queue
from tests.integration.server.commands import varsam
from tests.integration.server.house import free_port
from tests.support.axe import axe_finds_nothing
from tests.support.demo import Demo
from tests.support.people import CounsellorPerson, VisitorPerson, a_visitor, texts_of

ROOT = Path(__file__).parents[2]
STOCKHOLM = ZoneInfo("Europe/Stockholm")
HOW_LONG = re.compile("How long it takes|answered in the last hours")
ASKED = "/v1/availability.json"


def test_nobody_there_is_said_and_one_can_begin_all_the_same(demo: Demo, visitor: VisitorPerson) -> None:
    visitor.opens(f"{demo.visitor}/?lang=en")
    expect(visitor.page.get_by_text("no counsellor is connected right now")).to_be_visible()
    expect(visitor.page.get_by_role("link", name="The police")).to_be_visible()
    expect(visitor.page.get_by_role("button", name="Start chat")).to_be_visible()
    axe_finds_nothing(visitor.page)


def test_free_and_a_queue_are_told_apart(
    demo: Demo,
    visitor: VisitorPerson,
    counsellor: CounsellorPerson,
    new_profile: Callable[..., BrowserContext],
) -> None:
    other = a_visitor(new_profile())
    visitor.opens(f"{demo.municipal}/?lang=en").presses_talk_to_us()
    expect(visitor.scope.get_by_text("Open now. Nobody is waiting before you.")).to_be_visible()
    visitor.starts_the_chat()
    visitor.sees_the_place(1)
    expect(visitor.scope.get_by_text(HOW_LONG)).to_be_visible()
    expect(visitor.scope.get_by_text("your place never gets worse")).to_be_visible()
    other.opens(f"{demo.visitor}/?lang=en")
    expect(other.page.get_by_text("Open now. Waiting in the queue: 1")).to_be_visible()
    counsellor.takes_next()
    visitor.ends_the_chat()


def test_it_is_asked_on_the_press_and_once(demo: Demo, visitor: VisitorPerson) -> None:
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url))
    visitor.opens(f"{demo.municipal}/?lang=en")
    expect(visitor.page.get_by_role("button", name="Talk to us")).to_be_visible()
    visitor.page.wait_for_timeout(300)
    assert not [url for url in asked if ASKED in url]
    visitor.presses_talk_to_us()
    expect(visitor.scope.get_by_role("button", name="Start chat")).to_be_visible()
    visitor.page.wait_for_timeout(300)
    # The frame's own record: a browser that is watched may report a frame's first requests too late.
    fetched = visitor.page.frames[-1].evaluate("performance.getEntriesByType('resource').map((e) => e.name)")
    assert len([url for url in fetched if ASKED in url]) == 1


def test_a_full_queue_is_said_before_the_press_and_opens_again(demo: Demo, visitor: VisitorPerson) -> None:
    with full_queue(demo):
        visitor.opens(f"{demo.visitor}/?lang=en")
        heading = visitor.page.get_by_role("heading", name="Many people are waiting right now")
        expect(heading).to_be_visible()
        expect(visitor.page.get_by_role("link", name="The police")).to_be_visible()
        assert visitor.page.get_by_role("button", name="Start chat").count() == 0
        axe_finds_nothing(visitor.page)
    visitor.page.get_by_role("button", name="Try again").click()
    expect(visitor.page.get_by_role("button", name="Start chat")).to_be_visible()


def test_closed_says_until_when_with_numbers_to_call(visitor: VisitorPerson, tmp_path: Path) -> None:
    day = datetime.now(STOCKHOLM).date() + timedelta(days=2)
    with a_service_that_opens(tmp_path, f'exceptions = {{ {day} = "08:30-12:00" }}') as address:
        visitor.opens(f"{address}/?lang=en")
        expect(visitor.page.get_by_role("heading", name="The chat is closed right now")).to_be_visible()
        shown = visitor.page.evaluate(
            "(at) => new Intl.DateTimeFormat('en', {weekday: 'long', hour: '2-digit', minute: '2-digit', "
            "hourCycle: 'h23'}).formatToParts(at).filter(({type}) => type != 'literal').map(({value}) => value)",
            datetime(day.year, day.month, day.day, 8, 30, tzinfo=STOCKHOLM).timestamp() * 1000,
        )
        opens = visitor.page.get_by_text("It opens again")
        for part in shown:
            expect(opens).to_contain_text(part)
        expect(visitor.page.get_by_role("link", name="112").first).to_be_visible()
        expect(visitor.page.get_by_role("link", name="114 14")).to_be_visible()
        assert visitor.page.get_by_role("button", name="Start chat").count() == 0
        axe_finds_nothing(visitor.page)


def test_without_an_answer_nothing_is_claimed_and_one_can_begin(demo: Demo, visitor: VisitorPerson) -> None:
    visitor.page.route(f"**{ASKED}*", lambda route: route.abort())
    visitor.opens(f"{demo.visitor}/?lang=en")
    expect(visitor.page.get_by_role("button", name="Start chat")).to_be_visible()
    for claim in ("Open now", "no counsellor is connected", "closed right now"):
        assert visitor.page.get_by_text(claim).count() == 0, claim
    visitor.starts_the_chat()
    visitor.sees_the_place(1)
    visitor.ends_the_chat()


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "null",
        "[]",
        '{"state": "<img src=x onerror=alert(1)>", "waiting": 1}',
        '{"state": "free", "waiting": -1}',
    ],
)
def test_an_answer_that_is_none_claims_nothing(demo: Demo, visitor: VisitorPerson, answer: str) -> None:
    headers = {"access-control-allow-origin": "*", "content-type": "application/json"}
    visitor.page.route(f"**{ASKED}*", lambda route: route.fulfill(body=answer, headers=headers))
    visitor.opens(f"{demo.visitor}/?lang=en")
    expect(visitor.page.get_by_role("button", name="Start chat")).to_be_visible()
    assert visitor.page.get_by_text("Open now").count() == 0


@contextmanager
def full_queue(demo: Demo) -> Iterator[None]:
    """Every place of the demo's queue is taken, and free again afterwards."""
    waiting = [Sid(f"{number:043}") for number in range(QUEUE_PLACES)]
    now = int(time.time())
    in_the_queue(
        demo, [partial(Queue.join, sid=sid, language="sv", entrance=None, now=now) for sid in waiting]
    )
    try:
        yield
    finally:
        in_the_queue(demo, [partial(Queue.remove, sid=sid) for sid in waiting])


def in_the_queue(demo: Demo, steps: Sequence[Callable[[Queue], Awaitable[object]]]) -> None:
    """In a thread: Playwright's loop and asyncio's cannot share one."""

    async def run() -> None:
        async with Store(f"unix://{live_socket(demo)}") as live:
            await asyncio.gather(*(step(Queue(live)) for step in steps))

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    thread.join(20)


def live_socket(demo: Demo) -> Path:
    """The store that keeps no file."""
    for path in demo.store_sockets():
        with redis.Redis(unix_socket_path=str(path)) as store:
            if store.config_get("appendonly")["appendonly"] == "no":
                return path
    raise AssertionError("no live store")


@contextmanager
def a_service_that_opens(folder: Path, hours: str) -> Iterator[str]:
    """A service of its own, closed all week but for `hours`."""
    port = free_port()
    week = "\n".join(f'{day} = ""' for day in DAYS)
    numbers = '[[numbers]]\nname = "Polisen"\nnumber = "114 14"\n'
    origins = f'[visitor]\norigin = "http://127.0.0.1:{port}"\n[staff]\norigin = "http://localhost:{port}"\n'
    path = folder / "varsam.toml"
    path.write_text(f"[listen]\nport = {port}\n{origins}[hours]\n{week}\n{hours}\n{numbers}")
    with varsam("serve", "--config", str(path)) as command:
        command.answers(f"http://127.0.0.1:{port}/readyz")
        yield f"http://127.0.0.1:{port}"


def numbers_on(visitor: VisitorPerson) -> list[str]:
    return [text.strip() for text in texts_of(visitor.page.locator(".numbers bdi"))]


def test_the_operators_numbers_are_shown_to_those_they_are_for(demo: Demo, visitor: VisitorPerson) -> None:
    region = load(ROOT / "config" / "sjuharad.toml", {}).numbers
    visitor.opens(f"{demo.visitor}/?lang=en")
    # Before that the page of the service stands there, with the same words.
    expect(visitor.page.get_by_role("button", name="Start chat")).to_be_visible()
    visitor.page.get_by_text("Other help").first.click()
    expect(visitor.page.get_by_text("Kvinnofridslinjen").first).to_be_visible()
    assert set(numbers_on(visitor)) == {number.number for number in region}
    assert numbers_on(visitor)[0] == "112"
    visitor.page.get_by_role("button", name="I meet this in my work").click()
    expect(visitor.page.get_by_text("Bris")).to_have_count(0)
    assert "010-223 57 60" in numbers_on(visitor)
    visitor.page.get_by_role("button", name="I need to talk").click()
    expect(visitor.page.get_by_text("Bris").first).to_be_visible()
    assert "010-223 57 60" not in numbers_on(visitor)
    visitor.page.goto(f"{demo.visitor}/help?lang=en")
    assert numbers_on(visitor) == [number.number for number in region], "one source"


def test_without_an_answer_112_is_there_all_the_same(demo: Demo, visitor: VisitorPerson) -> None:
    visitor.page.route(f"**{ASKED}*", lambda route: route.abort())
    visitor.opens(f"{demo.visitor}/?lang=en")
    # Before that the page of the service stands there, with the same words.
    expect(visitor.page.get_by_role("button", name="Start chat")).to_be_visible()
    visitor.page.get_by_text("Other help").first.click()
    expect(visitor.page.locator(".numbers").get_by_role("link", name="112")).to_be_visible()
