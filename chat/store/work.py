"""Work (W1), in the live store: the key of the challenges, what was used, and how many came lately. It knows nobody."""

import secrets
from typing import Final

from chat.rules.work import RECENT_SECONDS
from chat.store.connections import Store

KEY_BYTES: Final = 32
KEY_SECONDS: Final = 24 * 3600
MINUTE: Final = 60


class Work:
    """Of all processes together."""

    def __init__(self, live: Store) -> None:
        self._live = live

    async def key(self) -> bytes:
        """What signs challenges. A store that comes back empty has another, and challenges of before count no more."""
        made = secrets.token_bytes(KEY_BYTES)
        key: bytes = await self._live.command("SET", _KEY, made, "NX", "EX", KEY_SECONDS, "GET") or made
        return key

    async def use(self, challenge: bytes, body: bytes, seconds: int) -> bool:
        """Once, or again for the same body. Both are hashes."""
        name = f"varsam:{{work:{challenge.hex()}}}"
        before = await self._live.command("SET", name, body, "NX", "EX", max(seconds, 1), "GET")
        return before in (None, body)

    async def count(self, what: str, now: int) -> None:
        """One more, `asked` or `sent`, in this minute."""
        name = _minute(what, now // MINUTE)
        await self._live.command("INCR", name)
        await self._live.command("EXPIRE", name, 2 * RECENT_SECONDS)

    async def recent(self, what: str, now: int) -> int:
        """How many, in the last ten minutes."""
        minutes = range(now // MINUTE - RECENT_SECONDS // MINUTE + 1, now // MINUTE + 1)
        counts = await self._live.command("MGET", *(_minute(what, minute) for minute in minutes))
        return sum(int(count or 0) for count in counts)


_KEY: Final = "varsam:{work}:key"


def _minute(what: str, minute: int) -> str:
    return f"varsam:{{work}}:{what}:{minute}"
