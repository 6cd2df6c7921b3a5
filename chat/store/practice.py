"""Conversations for practice, in the live store: whose each is, by H(certificate), and nothing else. Who stands here stands in no
queue.
"""

from chat.rules import limits
from chat.rules.ids import Sid
from chat.store.connections import Store


class Practice:
    """All of them."""

    def __init__(self, live: Store) -> None:
        self._live = live

    async def begin(self, sid: Sid, certificate: bytes) -> None:
        """For this device and no other. Again changes nothing."""
        await self._live.command("SET", _key(sid), certificate, "EX", limits.CONVERSATION_SECONDS)

    async def whose(self, sid: Sid) -> bytes | None:
        """None: it is not for practice."""
        found: bytes | None = await self._live.command("GET", _key(sid))
        return found


def _key(sid: Sid) -> str:
    return f"varsam:{{{sid}}}:practice"
