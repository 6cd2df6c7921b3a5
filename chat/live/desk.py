"""What visitors and counsellors see of the queue: their place, who waits, who is on duty. Sent when it changed, to whom it
concerns on this node.

Knows queue and duty; changes neither. Changes that come together are told once.
"""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, cast

import structlog

from chat import errors, wire
from chat.live.asking import asking
from chat.live.telling import answerer, write
from chat.rules import pairing, waiting
from chat.rules.ids import Sid
from chat.rules.pairing import Answerer, Place
from chat.rules.told import Wish
from chat.store import asks, duty, invitations, queue
from chat.store.bus import Bus

if TYPE_CHECKING:
    from chat.live.node import Node

LISTED: Final = 200
GATHER_SECONDS: Final = 0.05
REFRESH_SECONDS: Final = 5.0

_log = structlog.get_logger()


class Shown:
    """The queue at one moment, as each visitor and each console is told of it. `names`: the counsellors on duty; `staff`: those of
    them who are available; `within`: minutes within which most were answered lately (Before 5)."""

    def __init__(
        self,
        places: Sequence[Place],
        names: Sequence[str],
        staff: Sequence[Answerer],
        within: int | None,
        now: int,
    ) -> None:
        self.places, self.names, self.staff = places, list(names), staff
        self.within, self.now = within, now
        self._by_sid = {place.sid: place for place in places}
        self._positions = pairing.positions(places)
        self._unmet: dict[object, list[Wish]] = {}

    def queue_of(self, sid: Sid) -> wire.Queue | None:
        """Where a visitor stands; None: nowhere, or kept for members (E9)."""
        position, place = self._positions.get(sid), self._by_sid.get(sid)
        if position is None or place is None:
            return None
        lane = "work" if place.work else "visitors"
        there = len({who.certificate for who in self.staff if who.takes in ("both", lane)})
        unmet = self.unmet(place)
        return wire.Queue(sid=sid, position=position, on_duty=there, within=self.within, unmet=unmet)

    def unmet(self, place: Place) -> list[Wish]:
        """Why nobody who is available may take this one; of those who told the same once."""
        told = place.told
        same = (place.work, told.languages, told.gender, told.without, place.declined, place.kept is None)
        if same not in self._unmet:
            self._unmet[same] = pairing.unmet(place, self.staff)
        return self._unmet[same]

    def desk_of(self, who: Answerer, capacity: int) -> wire.Desk:
        """As this counsellor sees it: with those that are kept for the device (E9), without those who are not to meet this one."""
        places = pairing.shown_to(self.places, who, self.now)
        waiting = [self._shown(place, who) for place in places[:LISTED]]
        return wire.Desk(waiting=waiting, length=len(places), on_duty=self.names, capacity=capacity)

    def _shown(self, place: Place, who: Answerer) -> wire.Waiting:
        return wire.Waiting(
            since=place.since,
            language=place.language,
            entrance=cast("wire.Entrance | None", place.entrance),
            leased=place.leased,
            away=place.away,
            returned=place.returned,
            number=place.number,
            told=write(place.told),
            other=not pairing.fits(place, who),
            unmet=self.unmet(place),
        )


class Desk:
    """The queue as it is shown."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()

    async def run(self, node: "Node", bus: Bus) -> None:
        """Tell of every change, and look by itself now and then: a place left behind is nobody's message."""
        for channel in (queue.CHANNEL, duty.CHANNEL, asks.CHANNEL, invitations.CHANNEL):
            await self._listen(bus, channel)
        while True:
            try:
                async with asyncio.timeout(REFRESH_SECONDS):
                    await self._changed.wait()
            except TimeoutError:
                pass
            await asyncio.sleep(GATHER_SECONDS)
            self._changed.clear()
            try:
                await self._tell_all(node)
            except errors.StoreUnavailable:
                _log.warning("the desk could not be read")

    async def _listen(self, bus: Bus, channel: str) -> None:
        while True:
            try:
                return await bus.subscribe(channel, self._hear)
            except errors.StoreUnavailable:
                await asyncio.sleep(REFRESH_SECONDS / 5)

    def changed(self) -> None:
        """Tell everybody soon how it stands."""
        self._changed.set()

    def _hear(self, _: bytes | None) -> None:
        self._changed.set()

    async def _tell_all(self, node: "Node") -> None:
        sessions = [session for session in node.connected if session.sees_desk]
        if not sessions:
            return
        places, now = await node.queue.places(node.now), node.now
        on_duty = await node.duty.everybody(now)
        staff = [answerer(node, who) for who in on_duty if who.state == "available"]
        open_places = [place for place in places if place.kept is None]
        within = await within_minutes(node, open_places, bool(staff))
        names = sorted({who.pseudonym for who in on_duty})
        shown = Shown(places, names, staff, within, now)
        asked = await asking(node)
        for session in sessions:
            session.tell_desk(shown, asked)


async def within_minutes(node: "Node", places: Sequence[Place], staffed: bool) -> int | None:
    """Before 5. Without anybody on duty nothing is claimed."""
    if not staffed:
        return None
    longest = max((node.now - place.since for place in places if not (place.leased or place.away)), default=0)
    return waiting.within_minutes(await node.waits.recent(node.now), longest)
