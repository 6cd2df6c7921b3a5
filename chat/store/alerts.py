"""Who tells those on call, and when they were told last, in the live store: one key for each reason, and nothing else in it.

Of many processes one tells; it knows no visitor.
"""

from typing import Final

from chat.rules.alerts import Reason
from chat.store.connections import Store

CLAIM_SECONDS: Final = 120
"""Longer than telling takes, with all its tries; a process that died over it has another follow."""


class Alerts:
    """What was told, by its reason."""

    def __init__(self, live: Store) -> None:
        self._live = live

    async def claim(self, reason: Reason) -> bool:
        """Whether it is for this process to tell now: nobody else does, and it was not told a while ago."""
        answer = await self._live.command("SET", _key(reason), "", "NX", "EX", CLAIM_SECONDS)
        return answer is not None

    async def quiet(self, reason: Reason, seconds: int) -> None:
        """Nobody tells it again for so long."""
        await self._live.command("SET", _key(reason), "", "EX", max(seconds, 1))

    async def over(self, reason: Reason) -> None:
        """It is no longer so: the next time it is told at once."""
        await self._live.command("DEL", _key(reason))


def _key(reason: Reason) -> str:
    return f"varsam:{{oncall}}:{reason}"
