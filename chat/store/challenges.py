"""What was asked of somebody and may be answered once, in the live store: challenges of passkeys, nonces of requests."""

from chat.store.connections import Store


class Challenges:
    """By their hash, for a few minutes."""

    def __init__(self, live: Store) -> None:
        self._live = live

    async def put(self, digest: bytes, about: bytes, seconds: int) -> bool:
        """Keep what an answer will be about. False: it is there already."""
        answer = await self._live.command("SET", _key(digest), about, "EX", seconds, "NX")
        return answer is not None

    async def take(self, digest: bytes) -> bytes | None:
        """What this one was about, once; None: never asked, answered before, or too late."""
        about: bytes | None = await self._live.command("GETDEL", _key(digest))
        return about


def _key(digest: bytes) -> str:
    return f"varsam:{{challenge:{digest.hex()}}}"
