"""What visitors and counsellors see of the queue: their place, who waits, who is on duty. Sent when it changed, to whom it
concerns on this node.

Knows queue and duty; changes neither. Changes that come together are told once.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, cast

import structlog

from chat import errors, wire
from chat.rules import pairing, waiting
from chat.rules.ids import Sid
from chat.rules.pairing import Place
from chat.store import duty, queue
from chat.store.bus import Bus

if TYPE_CHECKING:
    from chat.live.node import Node

LISTED: Final = 200
GATHER_SECONDS: Final = 0.05
REFRESH_SECONDS: Final = 5.0

_log = structlog.get_logger()


class Shown(NamedTuple):
    """The queue at one moment: all places, as counsellors see those that are kept for nobody, every such visitor's position, how
    many are on duty, since when each device is, by the latest of its duty keys (E7), and within how many minutes most were
    answered lately (Before 5)."""

    places: Sequence[Place]
    desk: wire.Desk
    positions: Mapping[Sid, int]
    on_duty: int
    since: Mapping[bytes, int]
    within: int | None

    def desk_of(self, certificate: bytes) -> wire.Desk:
        """As this device sees it: with those that are kept for it (E9)."""
        places = pairing.shown_to(self.places, certificate)
        if len(places) == self.desk.length:
            return self.desk
        return _desk(places, self.desk.on_duty)


class Desk:
    """The queue as it is shown."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()

    async def run(self, node: "Node", bus: Bus) -> None:
        """Tell of every change, and look by itself now and then: a place left behind is nobody's message."""
        for channel in (queue.CHANNEL, duty.CHANNEL):
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
        places = await node.queue.places(node.now)
        on_duty = await node.duty.everybody(node.now)
        open_places = pairing.shown_to(places)
        desk = _desk(open_places, sorted({who.pseudonym for who in on_duty}))
        positions = {place.sid: number for number, place in enumerate(open_places, 1)}
        since = {who.certificate: who.since for who in sorted(on_duty, key=lambda who: who.since)}
        within = await within_minutes(node, open_places, bool(on_duty))
        shown = Shown(places, desk, positions, len(since), since, within)
        for session in sessions:
            session.tell_desk(shown)


async def within_minutes(node: "Node", places: Sequence[Place], staffed: bool) -> int | None:
    """Before 5. Without anybody on duty nothing is claimed."""
    if not staffed:
        return None
    longest = max((node.now - place.since for place in places if not (place.leased or place.away)), default=0)
    return waiting.within_minutes(await node.waits.recent(node.now), longest)


def _desk(places: Sequence[Place], on_duty: list[str]) -> wire.Desk:
    return wire.Desk(
        waiting=[_shown(place) for place in places[:LISTED]], length=len(places), on_duty=on_duty
    )


def _shown(place: Place) -> wire.Waiting:
    return wire.Waiting(
        since=place.since,
        language=place.language,
        entrance=cast("wire.Entrance | None", place.entrance),
        leased=place.leased,
        away=place.away,
    )
