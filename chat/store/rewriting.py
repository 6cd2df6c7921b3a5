"""What was erased leaves the disk too (Call 5): the ledger's append-only file is rewritten, and that of every replica.

Knows the store's own commands and nothing of what was erased. A file that was not rewritten stays due, and is tried again.
"""

import asyncio
from typing import Final
from urllib.parse import urlsplit

from redis.exceptions import ResponseError

from chat.errors import StoreUnavailable
from chat.store.callbacks import ERASED
from chat.store.connections import Store
from chat.store.scripts import Answer, Script

STEP_SECONDS: Final = 0.1
REWRITE_SECONDS: Final = 60.0
REPLICAS_MS: Final = 1_000
"""So long replicas may need to erase it too."""


class Rewriting:
    """Of one ledger and its replicas."""

    def __init__(self, ledger: Store) -> None:
        self._ledger = ledger
        self._settle = Script.load("rewritten")

    async def due_since(self) -> int | None:
        """When the first was erased that still stands in a file; None: nothing is due."""
        since = await self._ledger.command("HGET", ERASED, "since")
        return None if since is None else int(since)

    async def rewrite(self, now: int) -> None:
        """Both here and on replicas; `StoreUnavailable` where one of them did not, and then it stays due."""
        try:
            await self._all(now)
        except ResponseError as refused:
            raise StoreUnavailable("a file cannot be rewritten now, or may not be") from refused

    async def _all(self, now: int) -> None:
        count = await self._ledger.command("HGET", ERASED, "count") or 0
        replicas = await self._replicas()
        if replicas and await self._ledger.command("WAIT", len(replicas), REPLICAS_MS) < len(replicas):
            raise StoreUnavailable("a replica has not erased it yet")
        await _rewrite(self._ledger)
        for url in replicas:
            async with Store(url) as replica:
                await _rewrite(replica)
        await self._ledger.run(self._settle, (ERASED,), (count, now))

    async def _replicas(self) -> list[str]:
        role, *rest = await self._ledger.command("ROLE")
        if role != b"master":
            raise StoreUnavailable("not the one that writes")
        return [_beside(self._ledger.url, host.decode(), int(port)) for host, port, _ in rest[1]]


async def _rewrite(store: Store) -> None:
    async with asyncio.timeout(REWRITE_SECONDS):
        before = await _persistence(store)
        if before["aof_enabled"] != "1":
            return
        await _until_idle(store)
        await store.command("BGREWRITEAOF")
        after = await _until_idle(store)
    if after["aof_last_bgrewrite_status"] != "ok":
        raise StoreUnavailable("its file was not rewritten")


async def _until_idle(store: Store) -> dict[str, str]:
    while True:
        found = await _persistence(store)
        if found["aof_rewrite_in_progress"] == found["aof_rewrite_scheduled"] == "0":
            return found
        await asyncio.sleep(STEP_SECONDS)


async def _persistence(store: Store) -> dict[str, str]:
    info: Answer = await store.command("INFO", "persistence")
    pairs = [line.split(":", 1) for line in info.decode().split("\r\n") if ":" in line]
    return dict(pairs)


def _beside(url: str, host: str, port: int) -> str:
    """A replica's address, with what lets this process into the ledger itself."""
    parts = urlsplit(url)
    scheme = parts.scheme if parts.scheme in ("redis", "rediss") else "redis"
    user, at, _ = parts.netloc.rpartition("@")
    name = f"[{host}]" if ":" in host else host
    return f"{scheme}://{user}{at}{name}:{port}"
