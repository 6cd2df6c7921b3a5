"""Who was asked to wait before writing again, in the live store (Staff 5): H(capability) of a conversation that was ended for
abuse, and nothing else. It knows no address, and every key has its end.
"""

from chat.store.connections import Store


class Cooling:
    """All who are."""

    def __init__(self, live: Store) -> None:
        self._live = live

    async def begin(self, capability_hash: bytes, seconds: int) -> None:
        """For so long."""
        await self._live.command("SET", _key(capability_hash), "", "EX", max(seconds, 1))

    async def holds(self, capability_hash: bytes) -> bool:
        """Whether its time is not over."""
        return bool(await self._live.command("EXISTS", _key(capability_hash)))


def _key(capability_hash: bytes) -> str:
    return f"varsam:{{cooling:{capability_hash.hex()}}}"
