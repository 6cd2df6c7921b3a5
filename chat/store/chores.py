"""Which of many processes does a chore that must be done once, in the live store: a lease, and when it was last done (one key each).

It knows no chore. An owner that dies is followed within the lease's time.
"""

from typing import Final

from chat.store.connections import Store
from chat.store.scripts import Script

OWN_SECONDS: Final = 30
DONE_SECONDS: Final = 24 * 3600


class Chore:
    """One of them. `owner`: 16 random bytes of this process."""

    def __init__(self, live: Store, name: str, owner: bytes) -> None:
        self._live = live
        self._owner = owner
        self._owned = f"varsam:{{chore:{name}}}:owner"
        self._done = f"varsam:{{chore:{name}}}:done"
        self._claim = Script.load("chore", SECONDS=OWN_SECONDS)

    async def is_mine(self) -> bool:
        """Take or keep it. Nobody else has it for as long as the lease runs."""
        return bool(await self._live.run(self._claim, (self._owned,), (self._owner,)))

    async def done(self, now: int) -> None:
        """It was done, all of it."""
        await self._live.command("SET", self._done, now, "EX", DONE_SECONDS)

    async def last(self) -> int:
        """When, Unix seconds; 0: nobody knows."""
        return int(await self._live.command("GET", self._done) or 0)

    async def leave(self) -> None:
        """Another may have it at once."""
        if await self.is_mine():
            await self._live.command("DEL", self._owned)
