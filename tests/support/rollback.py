"""A store that has lost what it acknowledged: one conversation as it was some entries ago."""

from types import TracebackType
from typing import Self, cast

from redis import Redis

from chat.store.connections import Store


class Rollback:
    """What stands in the live store of a conversation when this is entered stands there again when it is left.

    `entries`: those of its log that are gone then, as an account for tests.
    """

    def __init__(self, live: Store, sid: str) -> None:
        self._live = live
        self._keys = [f"varsam:{{{sid}}}:{name}" for name in ("facts", "log")]
        self._held: list[bytes] = []
        self._length = 0
        self.entries = 0

    async def __aenter__(self) -> Self:
        self._held = [await self._live.command("DUMP", key) for key in self._keys]
        self._length = await self._live.command("XLEN", self._keys[1])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.entries = await self._live.command("XLEN", self._keys[1]) - self._length
        for key, held in zip(self._keys, self._held, strict=True):
            left = await self._live.command("TTL", key)
            await self._live.command("RESTORE", key, left * 1000, held, "REPLACE")


class Conversation:
    """One conversation in a store, for tests that do not wait: as it is now, and put back so."""

    def __init__(self, store: Redis, sid: str) -> None:
        self._store = store
        self._names = [f"varsam:{{{sid}}}:{name}" for name in ("facts", "log")]
        self._held = [(name, cast("bytes", store.dump(name))) for name in self._names]
        self._length = self.length

    @property
    def length(self) -> int:
        """Entries in its log."""
        return self._store.xlen(self._names[1])

    def is_put_back(self) -> int:
        """The store has lost everything since; how many entries that is."""
        lost = self.length - self._length
        for name, held in self._held:
            left = self._store.pttl(name)
            self._store.restore(name, left, held, replace=True)
        return lost


def conversations(store: Redis) -> set[str]:
    """The sids of all that have not ended."""
    return {key.split(b"{")[1].split(b"}")[0].decode() for key in store.scan_iter("varsam:{*}:facts")}
