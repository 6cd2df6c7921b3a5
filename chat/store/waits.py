"""How long visitors really waited in the last hours, in the live store: counts for each hour and band, and nothing else.

One small hash with a time to live. It knows no conversation, and nobody can be told from it.
"""

from collections.abc import Sequence
from typing import Final

from chat.rules.waiting import BANDS_MINUTES, HOURS, band_of
from chat.store.connections import Store
from chat.store.scripts import Script

HOUR_SECONDS: Final = 3_600
_WAITS: Final = "varsam:{queue}:waits"


class Waits:
    """Of everybody who was answered."""

    def __init__(self, live: Store) -> None:
        self._live = live
        self._count = Script.load("count_wait", LIVE=HOURS * HOUR_SECONDS)

    async def count(self, seconds: int, now: int) -> None:
        """One was answered after `seconds`."""
        hour = now // HOUR_SECONDS
        await self._live.run(self._count, (_WAITS,), (hour, band_of(seconds), hour - HOURS))

    async def recent(self, now: int) -> Sequence[int]:
        """How many waits fell into each of `BANDS_MINUTES`."""
        reply = await self._live.command("HGETALL", _WAITS)
        counts = [0] * len(BANDS_MINUTES)
        for field, count in zip(reply[::2], reply[1::2], strict=True):
            hour, band = map(int, field.split(b":"))
            if hour > now // HOUR_SECONDS - HOURS:
                counts[band] += int(count)
        return counts
