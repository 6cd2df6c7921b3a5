"""A counsellor's page in the simulation, which is now and then loaded anew in the middle of conversations (E7)."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from chat.client.conversation import Conversation
from chat.client.counsellor import Counsellor
from chat.client.page import PASSING_FAULTS

REJOINED_SECONDS: Final = 60.0
AGAIN_SECONDS: Final = 0.5


class Desk:
    """`counsellor`: its page; every load is the same object with other keys."""

    def __init__(self, counsellor: Counsellor) -> None:
        self.counsellor = counsellor
        self.reloaded = 0
        self.loaded_at = 0.0
        """When the page that is here now began to load; monotonic seconds."""
        self._there = asyncio.Event()
        self._there.set()
        self._busy = 0

    @asynccontextmanager
    async def busy(self) -> AsyncIterator[None]:
        """As long as this lasts the page is not loaded anew: somebody is let in, or it ends."""
        await self._there.wait()
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1

    @property
    def may_reload(self) -> bool:
        """It is in a conversation, and in the middle of nothing else."""
        return not self._busy and any(
            case.conversation.ended is None for case in self.counsellor.cases.values()
        )

    async def reloads(self) -> None:
        """What the page had not sent is gone with it; conversations come back by themselves."""
        self._there.clear()
        self.reloaded += 1
        self.loaded_at = time.monotonic()
        await self.counsellor.closes()
        try:
            await self._loads()
            self.counsellor.keeps_connected()
        finally:
            self._there.set()

    async def _loads(self) -> None:
        async with asyncio.timeout(REJOINED_SECONDS):
            while True:
                try:
                    return await self.counsellor.reloads()
                except PASSING_FAULTS:
                    await asyncio.sleep(AGAIN_SECONDS)

    async def conversation(self, sid: str) -> Conversation:
        """Of the page as it is now, once the visitor's browser has let it in."""
        await self._there.wait()
        await self.counsellor.has_rejoined(sid, REJOINED_SECONDS)
        return self.counsellor.conversation(sid)

    def here(self, sid: str) -> list[Conversation]:
        """The conversation of the page as it is now, if it has one."""
        case = self.counsellor.cases.get(sid)
        return [case.conversation] if case else []
