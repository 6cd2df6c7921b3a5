"""What is done about callbacks by the clock, by one process at a time: erasing, rewriting files, forgetting keys, telling those on call
(Call 5, C2, C4, C5).

Every step can be repeated. A process that dies over it is followed by another within half a minute; when it was last done is
known to `/readyz` and stands in a figure.
"""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import structlog

from chat import errors, wire
from chat.live.calling import Calling
from chat.live.counsellor import Counsellor
from chat.rules import callbacks as rules
from chat.store.bus import Bus
from chat.store.callbacks import CHANGED, Request
from chat.store.chores import Chore
from chat.store.rewriting import Rewriting

KEEP_SECONDS: Final = 10.0
REWRITE_AFTER_SECONDS: Final = 5 * 60
"""What was erased lately leaves the files together."""
REWRITTEN_WITHIN_SECONDS: Final = 3600
LATE_SECONDS: Final = 10 * 60
"""So long without success, and the process is not ready any more."""
LISTEN_SECONDS: Final = 1.0

_log = structlog.get_logger()


class Keeper:
    """Of one process; of all of them one keeps."""

    def __init__(self, calling: Calling, chore: Chore, rewriting: Rewriting, bus: Bus) -> None:
        self._calling = calling
        self._chore = chore
        self._rewriting = rewriting
        self._bus = bus
        self._began = calling.node.now

    async def run(self) -> None:
        """Until the process ends."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._tell(), name="tell of callbacks")
            group.create_task(self._keep(), name="keep callbacks")

    async def _keep(self) -> None:
        try:
            while True:
                try:
                    await self.figures()
                    if await self._chore.is_mine():
                        await self.keep()
                except (errors.StoreUnavailable, TimeoutError):
                    _log.warning("callbacks could not be kept")
                await asyncio.sleep(KEEP_SECONDS * (0.8 + 0.4 * secrets.randbelow(1000) / 1000))
        finally:
            with suppress(errors.StoreUnavailable):
                await self._chore.leave()

    async def keep(self) -> None:
        """All of it, once."""
        calling, now = self._calling, self._calling.node.now
        gone = await self._erase(now)
        gone += await calling.teams.expire_notes(now)
        for team in await calling.teams.idle(now):
            await calling.teams.forget(team, now)
            gone += 1
        if gone:
            await calling.changed()
        await self._call_for_somebody(now)
        await calling.node.oncall.watch("keys", holds=await calling.endangered())
        await self._chore.done(now)
        await self._rewrite(now)

    async def _erase(self, now: int) -> int:
        """Call 5: whose time is over, and what nobody calls again and nobody has in hand any more."""
        callbacks = self._calling.callbacks
        over = [r.id for r in await callbacks.all() if r.state == "over" and r.held(now) is None]
        gone = {*over, *await callbacks.expired(now)}
        for callback in gone:
            await callbacks.erase(callback, now)
            self._calling.node.measures.callbacks_erased.inc()
        return len(gone)

    async def _rewrite(self, now: int) -> None:
        since = await self._rewriting.due_since()
        if since is not None and now >= since + REWRITE_AFTER_SECONDS:
            await self._rewriting.rewrite(now)

    async def _call_for_somebody(self, now: int) -> None:
        """A window comes, or runs, and no counsellor is on duty: those on call are told, without a word of what."""
        node = self._calling.node
        waiting = [r for r in await self._calling.callbacks.all() if _wants_a_call(r, now)]
        if waiting and not await node.duty.everybody(now):
            await node.oncall.tell("callback")

    async def figures(self) -> None:
        """For the operator: how many of what."""
        calling, now = self._calling, self._calling.node.now
        measures = calling.node.measures
        counts = dict.fromkeys(("due", "later", "overdue", "over", "cancelled"), 0)
        for request in await calling.callbacks.all():
            counts[_standing(request, now)] += 1
        for stage, count in counts.items():
            measures.callbacks.labels(stage).set(count)
        measures.callbacks_kept.set(await self._chore.last())
        measures.callbacks_able.set((await calling.able()).get(await calling.teams.newest(), 0))

    async def faults(self) -> list[str]:
        """For `/readyz`: what was to be erased long ago."""
        now = self._calling.node.now
        last = max(await self._chore.last(), self._began)
        since = await self._rewriting.due_since()
        found = []
        if now > last + LATE_SECONDS:
            found.append(
                "Requests for a call were not looked after for more than 10 minutes. Look at the ledger and at the other processes' logs; they do it again by themselves."
            )
        if since is not None and now > since + REWRITTEN_WITHIN_SECONDS:
            found.append(
                "What was erased still stands in an append-only file after an hour. Look whether the ledger and each replica can run BGREWRITEAOF, and have room on their disks."
            )
        return found

    # Telling consoles

    async def _tell(self) -> None:
        """Whatever changed is told to every console; they ask by themselves now and then, too."""
        heard: Callable[[bytes | None], None] = lambda _: self._tell_consoles()  # noqa: E731 (a name for its type)
        while True:
            try:
                return await self._bus.subscribe(CHANGED, heard)
            except errors.StoreUnavailable:
                await asyncio.sleep(LISTEN_SECONDS)

    def _tell_consoles(self) -> None:
        for session in self._calling.node.connected:
            if isinstance(session, Counsellor):
                session.connection.send(wire.Callbacks())


def _standing(request: Request, now: int) -> str:
    if request.state != "waiting":
        return request.state
    return rules.stage(request.windows, request.not_before, now)


def _wants_a_call(request: Request, now: int) -> bool:
    waits = request.state == "waiting" and request.held(now) is None
    return waits and rules.is_near(request.windows, request.not_before, now)
