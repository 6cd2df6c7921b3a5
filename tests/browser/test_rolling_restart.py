"""Every process of the service is replaced, one after another, while a visitor and a counsellor write to each other in two
browsers: nothing is lost, doubled or out of order, and both screens keep showing the conversation (S2, S3).
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import BrowserContext, Page, WebSocket, expect

from tests.browser.conftest import DESK
from tests.support.demo import Demo, demo_running
from tests.support.people import CounsellorPerson, VisitorPerson, a_counsellor, a_visitor

WORKERS = 2
REPLACED_SECONDS = 30.0
SETTLED = 3
"""So many messages of each go to and fro between two replacements."""


@pytest.fixture
def service() -> Iterator[Demo]:
    folder = Path(tempfile.mkdtemp(prefix="vt"))
    try:
        with demo_running(folder, workers=WORKERS) as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Sockets:
    """Those that a page has opened."""

    def __init__(self, page: Page) -> None:
        self.opened = 0
        self.open = 0
        page.on("websocket", self._met)

    def _met(self, socket: WebSocket) -> None:
        self.opened += 1
        self.open += 1
        socket.on("close", self._lost)

    def _lost(self, _: WebSocket) -> None:
        self.open -= 1


class Talk:
    """What the two have written so far, each message with its number."""

    def __init__(self, visitor: VisitorPerson, counsellor: CounsellorPerson) -> None:
        self.visitor, self.counsellor = visitor, counsellor
        self.count = 0

    def goes_on(self) -> None:
        """Both write at the same time; neither screen shows anything but the conversation."""
        self.visitor.writes(f"word ({self.count})")
        self.counsellor.writes(f"reply ({self.count})")
        self.count += 1
        for person in (self.visitor, self.counsellor):
            expect(person.scope.get_by_role("textbox", name="Write a message")).to_be_enabled(timeout=1)
            assert person.page.get_by_role("alert").all_inner_texts() == []
            assert person.messages.get_by_role("listitem").filter(has_text="word (0)").count() == 1
        self.visitor.page.wait_for_timeout(150)

    def arrives(self) -> None:
        """The newest of both has been read by the other."""
        self.visitor.sees_state(f"word ({self.count - 1})", "Read")
        self.counsellor.sees_state(f"reply ({self.count - 1})", "Read")

    def stands_once_and_in_order(self) -> None:
        for person in (self.visitor, self.counsellor):
            for kind in ("word", "reply"):
                lines = person.messages.get_by_role("listitem").filter(has_text=f"{kind} (")
                expect(lines).to_have_count(self.count)
                for number, line in enumerate(lines.all_inner_texts()):
                    assert f"{kind} ({number})" in line, line


def is_replaced(service: Demo, old: psutil.Process, talk: Talk) -> None:
    """Told to end; the two write on until it is gone and another serves in its place, as an operator waits for it."""
    old.terminate()
    deadline = time.monotonic() + REPLACED_SECONDS
    while old in service.workers() or len(service.serving()) < WORKERS:
        assert time.monotonic() < deadline, f"no other process came in its place:\n{service.log()}"
        talk.goes_on()


def all_serve(service: Demo) -> list[psutil.Process]:
    """The service answers as soon as one does."""
    deadline = time.monotonic() + REPLACED_SECONDS
    while len(found := service.serving()) < WORKERS:
        assert time.monotonic() < deadline, service.log()
        time.sleep(0.05)
    return found


@pytest.mark.soak
def test_a_conversation_in_two_browsers_goes_on_while_every_process_is_replaced(
    service: Demo, new_profile: Callable[..., BrowserContext]
) -> None:
    visitor, counsellor = a_visitor(new_profile()), a_counsellor(new_profile(viewport=DESK))
    sockets = [Sockets(person.page) for person in (visitor, counsellor)]
    counsellor.opens(service.staff).signs_in_as("Amina").goes_on_duty()
    visitor.opens(f"{service.visitor}/?lang=en").starts_the_chat()
    visitor.sees_the_place(1)
    counsellor.takes_next()
    visitor.is_talking_with("Amina")
    talk = Talk(visitor, counsellor)
    visitor.writes("word (0)")
    counsellor.writes("reply (0)")
    talk.count = 1
    talk.arrives()
    before = all_serve(service)
    for old in before:
        is_replaced(service, old, talk)
        for _ in range(SETTLED):
            talk.goes_on()
        talk.arrives()
    assert not {old.pid for old in before} & {new.pid for new in service.workers()}
    assert all(page.opened > 1 and page.open == 1 for page in sockets)
    talk.stands_once_and_in_order()
    visitor.is_talking_with("Amina")
    counsellor.sees_in_conversation("Amina")
    expect(counsellor.page.get_by_role("switch", name="On duty")).to_be_checked()
    for gone in ("No connection right now.", "has lost the connection"):
        expect(visitor.page.get_by_text(gone)).to_have_count(0)
    for gone in ("Connection lost", "The visitor is away."):
        expect(counsellor.page.get_by_text(gone)).to_have_count(0)
    counsellor.ends_the_chat()
    visitor.sees_the_end()
