"""The ledger as what must not be lost is written to it (S4): answered only when it is on the disk, and on replicas where some are
configured.

Knows commands and replicas, and nothing of what is written. The append-only file is synced before every answer; of replicas
`WAITAOF` says how many have synced too, and fewer than promised is no answer.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

from chat.errors import StoreUnavailable
from chat.store.connections import Store
from chat.store.link import Argument
from chat.store.scripts import Answer, Script, refuse

WAIT_MS: Final = 1_200
"""Below the deadline of a command."""


class Durable:
    """`replicas`: so many must have it on their disk too."""

    def __init__(self, ledger: Store, replicas: int = 0) -> None:
        self.store = ledger
        self.replicas = replicas

    async def write(self, script: Script, keys: Sequence[str], arguments: Sequence[Argument]) -> Answer:
        """What a script answers, once it is kept; `StoreUnavailable` where nobody knows. A refusal of the script is raised."""
        if not self.replicas:
            return refuse(await self.store.run(script, keys, arguments))
        # Whole, and in one write with what waits for replicas: were it told its text afterwards, the waiting would come too early.
        asked = self.store.ask("EVAL", script.text, len(keys), *keys, *arguments)
        synced = self.store.ask("WAITAOF", 1, self.replicas, WAIT_MS)
        answer, waited = await asyncio.gather(asked, synced, return_exceptions=True)
        if isinstance(answer, BaseException):
            raise answer
        if isinstance(waited, BaseException):
            raise StoreUnavailable("it cannot say what copies have") from waited
        self._check(waited)
        return refuse(answer)

    async def faults(self) -> list[str]:
        """For `/readyz`: with too few replicas nothing can be acknowledged."""
        if not self.replicas:
            return []
        info: bytes = await self.store.command("INFO", "replication")
        online = info.count(b"state=online")
        if online >= self.replicas:
            return []
        return [
            f"Only {online} of {self.replicas} replicas are connected. Start the others, or lower `[ledger] replicas`."
        ]

    def _check(self, synced: Answer) -> None:
        here, there = synced
        if here < 1 or there < self.replicas:
            raise StoreUnavailable("too few copies have it on their disk")
