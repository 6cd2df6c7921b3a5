"""What one process does by the clock: unused leases go back, sockets stay present, slow ones are closed, freshness is read, and
those on call are told.

Every step can be repeated, and done by several nodes at once. A store that does not answer is tried again the next time.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

import structlog

from chat import errors
from chat.live.connection import LAG_SECONDS
from chat.live.counsellor import Counsellor
from chat.live.leases import give_back
from chat.live.node import Node
from chat.live.session import RENEW_SECONDS, Session
from chat.rules.alerts import running_out
from chat.store import staff
from chat.store.bus import Bus

SWEEP_SECONDS: Final = 1.0
FRESHNESS_SECONDS: Final = 2.0
SESSIONS_SECONDS: Final = 10.0
CALL_SECONDS: Final = 3.0
RENEWED_AT_ONCE: Final = 64

_log = structlog.get_logger()


class Upkeep:
    """The node's own work."""

    def __init__(self, node: Node, bus: Bus) -> None:
        self._node = node
        self._bus = bus
        self._staff_changed = asyncio.Event()
        self._sessions_changed = asyncio.Event()
        self._mark: bytes | None = None

    async def run(self) -> None:
        """All of it, until the process ends; the death of one part is the death of all."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._every(SWEEP_SECONDS, self.sweep), name="sweep")
            group.create_task(self._every(SWEEP_SECONDS, self.renew), name="renew")
            group.create_task(self._every(SWEEP_SECONDS, self.miss), name="miss")
            group.create_task(self._every(CALL_SECONDS, self.call), name="call")
            group.create_task(
                self._every(FRESHNESS_SECONDS, self.freshen, self._staff_changed), name="freshen"
            )
            group.create_task(
                self._every(SESSIONS_SECONDS, self.look_at_sessions, self._sessions_changed),
                name="sessions",
            )
            group.create_task(self._listen(), name="listen")

    async def sweep(self) -> None:
        """S5, E8: leases whose deadline has passed."""
        for claim in await self._node.queue.overdue(self._node.now):
            await give_back(self._node, claim.sid, claim.lease)

    async def call(self) -> None:
        """Staff 2: nobody has the console open, or nobody takes."""
        node = self._node
        if node.oncall.reachable:
            on_duty = await node.duty.available(node.now)
            await node.oncall.look(await node.queue.places(node.now), len(on_duty), node.now)
            fresh, roster = node.standing.fresh_until, node.standing.roster_until
            is_open = node.hours.open_at(node.clock())
            await node.oncall.look_ahead(running_out(fresh, roster, node.now, is_open=is_open))

    async def miss(self) -> None:
        """Pages that poll do not say that they go; whoever asks no more is missed."""
        node = self._node
        for sid in [sid for sid, at in node.lapses.items() if at <= node.now]:
            here = await node.presence.lapse(sid, node.now)
            if not here.visitors:
                await node.queue.away(sid, node.now)
            if node.lapses[sid] <= node.now:
                del node.lapses[sid]

    async def renew(self) -> None:
        """Presence of those whose turn it is; the slow are closed and come back."""
        now = self._node.clock()
        due = []
        for session in self._node.connected:
            full_since = session.connection.full_since
            if full_since is not None and now - full_since >= LAG_SECONDS:
                session.connection.fail(errors.TooSlow())
            elif session.renew_at <= now:
                session.renew_at = now + RENEW_SECONDS
                due.append(session)
        for start in range(0, len(due), RENEWED_AT_ONCE):
            await asyncio.gather(*(self._renew(session) for session in due[start : start + RENEWED_AT_ONCE]))

    async def _renew(self, session: Session) -> None:
        try:
            await session.renew()
        except errors.StoreUnavailable:
            raise
        except errors.VarsamError as error:
            session.connection.fail(error)

    async def freshen(self) -> None:
        """K4: what the ledger has newer goes to every page, and whoever is revoked is signed out."""
        node = self._node
        await node.standing.reload(node.now)
        freshness = node.standing.news()
        if freshness is None:
            return
        for session in list(node.connected):
            session.connection.send(freshness)
            if isinstance(session, Counsellor):
                session.check_device()

    async def look_at_sessions(self) -> None:
        """Whoever was signed out elsewhere is told now. Nobody is signed out because the live store came back empty."""
        mark = await self._node.sessions.mark()
        forgotten = self._mark not in (None, mark)
        for session in list(self._node.connected):
            if isinstance(session, Counsellor):
                await (session.keep_session() if forgotten else session.check_session())
        self._mark = mark

    async def _listen(self) -> None:
        """What changes in the ledger is told; without that it is found a moment later."""
        while True:
            try:
                return await self._bus.subscribe(staff.CHANNEL, lambda _: self._staff_has_changed())
            except errors.StoreUnavailable:
                await asyncio.sleep(SWEEP_SECONDS)

    def _staff_has_changed(self) -> None:
        self._staff_changed.set()
        self._sessions_changed.set()

    async def _every(
        self, seconds: float, work: Callable[[], Awaitable[None]], sooner: asyncio.Event | None = None
    ) -> None:
        """Again and again; at once when `sooner` is set."""
        while True:
            try:
                await work()
            except errors.StoreUnavailable:
                _log.warning("store unavailable", work=work.__name__)
            # Nodes do not march in step.
            pause = seconds * (0.8 + 0.4 * secrets.randbelow(1000) / 1000)
            if sooner is None:
                await asyncio.sleep(pause)
                continue
            # Not wait_for, which forgets that it was cancelled when what it waits for comes in the same turn (Python 3.11).
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await sooner.wait()
            sooner.clear()
