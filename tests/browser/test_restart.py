"""A visitor's browser while server processes are killed, started again, and replaced one after another: the conversation goes
on, by sockets and by polls alike (S2, S3).
"""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from contextlib import AsyncExitStack
from typing import Any, TypeVar

import pytest
from playwright.sync_api import expect

from chat.client.counsellor import Counsellor
from tests.faults.service import Service, service
from tests.faults.talks import a_counsellor
from tests.support.people import VisitorPerson

pytestmark = (
    pytest.mark.soak
)  # `tests/faults` holds the rule with clients, `test_resume.py` with browsers and a cut line
Result = TypeVar("Result")
START_SECONDS = 300.0
ACT_SECONDS = 240.0


class Elsewhere:
    """The service's processes and a counsellor without a screen, on a loop of their own beside the browser's."""

    def __init__(self) -> None:
        self.whole: Service
        self.amina: Counsellor
        self._loop = asyncio.new_event_loop()
        self._ready, self._ending = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(
            target=self._loop.run_until_complete, args=[self._runs()], daemon=True
        )

    def starts(self) -> None:
        self._thread.start()
        assert self._ready.wait(START_SECONDS)

    def ends(self) -> None:
        self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join(START_SECONDS)
        self._loop.close()

    def does(self, what: Coroutine[Any, Any, Result]) -> Result:
        """Something there, until it is done."""
        return self.begins(what).result(ACT_SECONDS)

    def begins(self, what: Coroutine[Any, Any, Result]) -> Future[Result]:
        """Something there, beside what is done here."""
        return asyncio.run_coroutine_threadsafe(what, self._loop)

    def begins_to_kill_the_newest(self) -> Future[None]:
        """The process that was connected to last."""
        return self.begins(self.is_killed_and_started_again(self.whole.balancer.newest().backend))

    async def _runs(self) -> None:
        async with AsyncExitStack() as stack:
            self.whole = await stack.enter_async_context(service(processes=2))
            self.amina = await a_counsellor(self.whole, stack)
            self._ready.set()
            await self._ending.wait()

    async def is_killed_and_started_again(self, port: int) -> None:
        """One process, by `kill -9`."""
        server = self.whole.server_of(port)
        server.is_killed()
        await asyncio.sleep(0.5)
        server.starts()
        await server.is_ready()

    async def is_replaced(self) -> None:
        """Every process, one after another."""
        for server in self.whole.servers:
            assert await server.ends() == 0
            server.starts()
            await server.is_ready()
            await asyncio.sleep(0.5)


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Elsewhere]:
    made = Elsewhere()
    made.starts()
    yield made
    made.ends()


@pytest.fixture(params=["sockets", "polls"])
def talking(request: pytest.FixtureRequest, elsewhere: Elsewhere, visitor: VisitorPerson) -> Iterator[str]:
    """The conversation's id."""
    if request.param == "polls":
        visitor.page.context.add_init_script("delete globalThis.WebSocket")
    visitor.opens(f"{elsewhere.whole.visitors}/?lang=en").starts_the_chat()
    visitor.sees_the_place(1)
    sid = elsewhere.does(elsewhere.amina.takes_next())
    visitor.is_talking_with("Amina")
    yield sid
    visitor.ends_the_chat()
    visitor.sees_the_end()
    assert elsewhere.does(elsewhere.amina.is_over(sid)) == "closed"


def stand_once_in_order(elsewhere: Elsewhere, visitor: VisitorPerson, sid: str, count: int) -> None:
    """So many texts of each side, at both ends."""
    amina = elsewhere.amina
    elsewhere.does(amina.hears(sid, f"word ({count - 1})"))
    conversation = amina.conversation(sid)
    mine = [text.words for text in conversation.texts if text.sender == amina.duty.document.hash]
    theirs = [text.words for text in conversation.texts if text.sender != amina.duty.document.hash]
    assert theirs == [f"word ({number})" for number in range(count)]
    assert mine == [f"reply ({number})" for number in range(count)]
    assert conversation.alarm is None
    for kind in ("word", "reply"):
        shown = visitor.messages.get_by_role("listitem").filter(has_text=kind)
        expect(shown).to_have_count(count)
        for number, line in enumerate(shown.all_inner_texts()):
            assert f"{kind} ({number})" in line
    expect(visitor.scope.get_by_role("alert")).to_have_count(0)


def test_the_conversation_goes_on_when_its_process_is_killed(
    elsewhere: Elsewhere, visitor: VisitorPerson, talking: str
) -> None:
    for number in range(6):
        killing = elsewhere.begins_to_kill_the_newest() if number in (2, 4) else None
        visitor.writes(f"word ({number})")
        elsewhere.does(elsewhere.amina.writes(talking, f"reply ({number})"))
        visitor.sees(f"reply ({number})")
        if killing:
            killing.result(ACT_SECONDS)
    stand_once_in_order(elsewhere, visitor, talking, 6)
    elsewhere.does(elsewhere.amina.writes(talking, "That is all."))
    visitor.sees_state("word (5)", "Delivered")


def test_the_conversation_goes_on_while_all_processes_are_replaced(
    elsewhere: Elsewhere, visitor: VisitorPerson, talking: str
) -> None:
    replacing = elsewhere.begins(elsewhere.is_replaced())
    count = 0
    while not replacing.done() or count < 5:
        visitor.writes(f"word ({count})")
        elsewhere.does(elsewhere.amina.writes(talking, f"reply ({count})"))
        visitor.sees(f"reply ({count})")
        count += 1
        visitor.page.wait_for_timeout(200)
    replacing.result()
    stand_once_in_order(elsewhere, visitor, talking, count)
