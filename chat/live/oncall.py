"""Tells those on call that something waits, without a word of what (Staff 2): when no counsellor is on duty, or nobody takes.

Knows the ways by what they can do, not how. Whoever has a reason of `rules/alerts` calls `tell`: one process of all tells, with a
bounded number of tries, and what was told is not told again for a while.
"""

import asyncio
from collections.abc import Collection, Sequence
from typing import Final, Protocol

import structlog

from chat import errors
from chat.live.measures import Measures
from chat.rules.alerts import AGAIN_SECONDS, RUNNING_OUT, WORDS, Patience, Reason, calls, longest_wait
from chat.rules.pairing import Place
from chat.store.alerts import Alerts

TRIES: Final = 3
PAUSE_SECONDS: Final = 2.0
SENDING_SECONDS: Final = 15.0
"""For one try on one way."""
FAILED_SECONDS: Final = 60
"""So long after all tries have failed it is told again."""

_log = structlog.get_logger()


class Way(Protocol):
    """One way to those on call; it raises `NotTold`."""

    @property
    def name(self) -> str:
        """Of a closed list: it stands in figures."""

    async def send(self, words: str) -> None:
        """These words and nothing else."""


class OnCall:
    """Those who are not at the console."""

    def __init__(
        self,
        ways: Sequence[Way],
        alerts: Alerts,
        measures: Measures,
        patience: Patience,
        pause: float = PAUSE_SECONDS,
    ) -> None:
        self._ways = ways
        self._alerts = alerts
        self._measures = measures
        self._patience = patience
        self._pause = pause
        self._due = False
        self._holding: set[Reason] = set()

    @property
    def reachable(self) -> bool:
        """Whether there is any way to them."""
        return bool(self._ways)

    async def look(self, places: Sequence[Place], on_duty: int, now: int) -> None:
        """How the queue stands; told as long as nobody takes."""
        if calls(longest_wait(places, now), on_duty, self._patience):
            self._due = True
            await self.tell("waiting")
        elif self._due:
            self._due = False
            await self._alerts.over("waiting")

    async def look_ahead(self, ending: Collection[Reason]) -> None:
        """What runs out (K4)."""
        for reason in RUNNING_OUT:
            await self.watch(reason, holds=reason in ending)

    async def watch(self, reason: Reason, *, holds: bool) -> None:
        """Told once in a while, as long as it holds."""
        if holds:
            self._holding.add(reason)
            await self.tell(reason, AGAIN_SECONDS[reason])
        elif reason in self._holding:
            self._holding.remove(reason)
            await self._alerts.over(reason)

    async def tell(self, reason: Reason, again: int | None = None) -> bool:
        """Tell it, unless it was told a while ago or another process does. Whether anybody was reached by this call. `again`: so
        many seconds until it is told again, where that is not the usual time.
        """
        if not self._ways or not await self._alerts.claim(reason):
            return False
        reached = await asyncio.gather(*(self._send(way, reason) for way in self._ways))
        quiet = (again or self._patience.again) if any(reached) else FAILED_SECONDS
        await self._alerts.quiet(reason, quiet)
        return any(reached)

    async def _send(self, way: Way, reason: Reason) -> bool:
        for number in range(TRIES):
            if number:
                await asyncio.sleep(self._pause * number)
            try:
                async with asyncio.timeout(SENDING_SECONDS):
                    await way.send(WORDS[reason])
            except (errors.NotTold, TimeoutError) as error:
                # Neither the address nor the answer: both may hold what only they must know.
                fault = error.fault if isinstance(error, errors.NotTold) else "no answer in time"
                _log.warning("those on call were not reached", way=way.name, fault=fault)
            else:
                self._measures.alerts.labels(reason, way.name, "told").inc()
                return True
        self._measures.alerts.labels(reason, way.name, "failed").inc()
        return False
