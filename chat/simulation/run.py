"""Who comes and who takes whom: visitors arrive one after another, and counsellors take the next whenever there is room."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from random import Random, SystemRandom
from typing import Any, Final
from urllib.parse import urlsplit

from chat import wire
from chat.client.conversation import Over
from chat.client.counsellor import Counsellor
from chat.client.http import Unanswered, pinned_root
from chat.client.link import Refused
from chat.client.page import PASSING_FAULTS
from chat.client.visitor import Visitor
from chat.crypto.encoding import Realm
from chat.errors import VerificationError
from chat.simulation.desk import Desk
from chat.simulation.figures import Figures
from chat.simulation.talk import ARRIVE_SECONDS, LOOK_SECONDS, Talk

REALM: Final[Realm] = "varsam-demo"
PSEUDONYMS: Final = ("Amina", "Björn")
CAPACITY: Final = 10
ENTRANCES: Final[tuple[wire.Entrance | None, ...]] = (None, "self", "self", "other", "work")
TRIAGE: Final[tuple[tuple[wire.Triage, ...], ...]] = ((), ("danger",), ("watched", "abroad"))
TELLS: Final = 0.2
"""How likely a visitor is to tell something before the first word."""
BETWEEN_ARRIVALS_SECONDS: Final = 0.3
RELOAD: Final = 0.15
"""How likely a visitor is to reload the page, which is a new conversation: keys live as long as the page."""
DESK_RELOAD: Final = 0.02
"""How likely a counsellor's page is loaded anew at each look, in the middle of its conversations."""
DESK_RELOADS: Final = 2
"""At most; the visitor's browser is asked after three in ten minutes (E7)."""
LEASED_SECONDS: Final = 60.0
GONE_SECONDS: Final = 20.0
WAIT_SECONDS: Final = 600.0
NOBODY_TO_TAKE: Final = frozenset({"queue-empty", "lease-lost", "at-capacity"})


class NoDemo(Exception):
    """There is no demo at that address; the cause is kept."""


class Simulation:
    """`origin`: the demo's address for visitors. `root`: H(R). `done` is called when a visitor has been helped."""

    def __init__(self, origin: str, root: bytes, random: Random, done: Callable[[], None]) -> None:
        self.figures = Figures()
        self._origin, self._root, self._random, self._done = origin, root, random, done
        self._taken: dict[str, asyncio.Future[Desk]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting = 0

    async def run(self, visitors: int, counsellors: int) -> Figures:
        """So many of each, until every visitor has been helped."""
        async with AsyncExitStack() as stack:
            try:
                desks = [Desk(await self._on_duty(stack, number)) for number in range(counsellors)]
            except (*PASSING_FAULTS, VerificationError) as error:
                raise NoDemo from error
            taking = [asyncio.ensure_future(self._takes(desk)) for desk in desks]
            coming: asyncio.Future[Any] = asyncio.gather(*(self._comes(number) for number in range(visitors)))
            watching: asyncio.Future[Any] = asyncio.ensure_future(self._watches())
            try:
                await asyncio.wait({coming, watching}, return_when=asyncio.FIRST_COMPLETED)
                if not coming.done():
                    self.figures.refused["everybody: the service is gone"] += 1
            finally:
                everybody: list[asyncio.Future[Any]] = [coming, watching, *taking, *self._tasks]
                for task in everybody:
                    task.cancel()
                await asyncio.gather(*everybody, return_exceptions=True)
            if watching.cancelled():
                coming.result()  # a bug of ours is told
        return self.figures

    async def _watches(self) -> None:
        """Until the service has not answered for a while: pages would try for ever."""
        answered = time.monotonic()
        while time.monotonic() - answered < GONE_SECONDS:
            await asyncio.sleep(GONE_SECONDS / 10)
            with suppress(OSError, Unanswered):
                await pinned_root(self._origin)
                answered = time.monotonic()

    # Counsellors

    async def _on_duty(self, stack: AsyncExitStack, number: int) -> Counsellor:
        counsellor = Counsellor(staff_origin(self._origin), self._root, realm=REALM)
        await stack.enter_async_context(counsellor)
        await counsellor.signs_in(PSEUDONYMS[number % len(PSEUDONYMS)])
        await counsellor.goes_on_duty(CAPACITY)
        counsellor.keeps_connected()
        return counsellor

    async def _takes(self, desk: Desk) -> None:
        """The next, whenever somebody waits and there is room."""
        while True:
            await asyncio.sleep(LOOK_SECONDS * (1 + self._random.random()))
            if desk.may_reload and desk.reloaded < DESK_RELOADS and self._random.random() < DESK_RELOAD:
                self.figures.reloads += 1
                await desk.reloads()
            counsellor = desk.counsellor
            open_cases = sum(case.conversation.ended is None for case in counsellor.cases.values())
            if (
                open_cases < CAPACITY
                and counsellor.desk
                and any(not (w.leased or w.other) for w in counsellor.desk.waiting)
            ):
                await self._takes_one(desk)

    async def _takes_one(self, desk: Desk) -> None:
        counsellor = desk.counsellor
        try:
            await counsellor.is_back()
            sid = await counsellor.leases_next()
        except Refused as refused:
            self.figures.refused[refused.code] += refused.code not in NOBODY_TO_TAKE
        except PASSING_FAULTS:
            return  # the lease, if there was one, runs out and the visitor keeps the place
        else:
            task = asyncio.create_task(self._is_let_in(desk, sid))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _is_let_in(self, desk: Desk, sid: str) -> None:
        counsellor = desk.counsellor
        conversation = counsellor.conversation(sid)
        async with desk.busy():
            try:
                await counsellor.follows(sid)
            except (*PASSING_FAULTS, Refused):
                await counsellor.is_back()  # and with it followed, if the lease still stands
            try:
                await counsellor.until(
                    lambda: counsellor.is_in(sid) or conversation.ended is not None, "let in", LEASED_SECONDS
                )
            except TimeoutError:
                conversation.is_over("lease-lost")  # the visitor's page was not there: the next may try
            taken = self._future(sid)
            if counsellor.is_in(sid) and not taken.done():
                taken.set_result(desk)

    def _future(self, sid: str) -> asyncio.Future[Desk]:
        return self._taken.setdefault(sid, asyncio.get_running_loop().create_future())

    # Visitors

    async def _comes(self, number: int) -> None:
        await asyncio.sleep(number * BETWEEN_ARRIVALS_SECONDS * 2 * self._random.random())
        try:
            if self._random.random() < RELOAD:
                await self._is_helped(reloads=True)
            await self._is_helped(reloads=False)
        except Refused as refused:
            self.figures.refused[refused.code] += 1
        except (VerificationError, Over, *PASSING_FAULTS) as error:
            self.figures.refused[str(error) or type(error).__name__] += 1
        self._done()

    async def _is_helped(self, *, reloads: bool) -> None:
        async with Visitor(self._origin, self._root, realm=REALM) as visitor:
            visitor.keeps_connected()
            await visitor.starts(self._random.choice(ENTRANCES), self._tells(visitor))
            talk = Talk(visitor, self._random)
            await talk.waits()
            await visitor.is_admitting(WAIT_SECONDS)
            async with asyncio.timeout(WAIT_SECONDS):
                desk = await self._future(visitor.sid)
            self.figures.conversations += 1
            await talk.goes_on(desk)
            async with desk.busy():
                await desk.conversation(visitor.sid)
                if reloads:
                    self.figures.reloads += 1
                    await talk.is_reloaded()
                await self._ends(talk, desk.counsellor, reloads or self._random.random() < 0.5)

    def _tells(self, visitor: Visitor) -> wire.Told | None:
        """Now and then something, and wishes that the first counsellor of the demo can meet."""
        if self._random.random() >= TELLS:
            return None
        return wire.Told(
            age=self._random.choice(("under-15", "15-17", None)),
            gender=self._random.choice(("woman", None)),
            languages=self._random.choice((["ar", "sv"], [])),
            without=visitor.not_by(*self._random.choice((PSEUDONYMS[1:], ()))),
            triage=list(self._random.choice(TRIAGE)),
        )

    async def _ends(self, talk: Talk, counsellor: Counsellor, by_counsellor: bool) -> None:
        """When everybody has read everything: an end erases the rest."""
        visitor, sid = talk.visitor, talk.visitor.sid
        try:
            await talk.all_arrives()
        except TimeoutError:
            self.figures.refused["did not arrive in time"] += 1
        await (counsellor.ends(sid) if by_counsellor else visitor.ends())
        for page, end in ((visitor, visitor.conversation), (counsellor, counsellor.conversation(sid))):
            if any(end is here for here in talk.ends):
                await page.hears_the_end_of(end, ARRIVE_SECONDS)
        talk.tells(self.figures)


async def simulated(origin: str, visitors: int, counsellors: int, done: Callable[[], None]) -> Figures:
    """Against the demo at `origin`; raises `NoDemo`."""
    try:
        root = await pinned_root(origin)
    except (OSError, ValueError, Unanswered) as error:
        raise NoDemo from error
    return await Simulation(origin, root, SystemRandom(), done).run(visitors, counsellors)


def staff_origin(origin: str) -> str:
    """The demo's console, which needs a name where visitors have an address."""
    parts = urlsplit(origin)
    return f"{parts.scheme}://localhost:{parts.port}"
