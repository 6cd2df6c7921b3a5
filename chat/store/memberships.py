"""Which conversations a device asked to come into, in the live store: where its next page looks for those that it is a member
of (E7). It knows no announcement; who is a member stands in a conversation's own facts.
"""

from chat.rules import limits
from chat.rules.ids import Sid
from chat.store.connections import Store
from chat.store.scripts import Script


class Memberships:
    """Of all devices, by H(certificate)."""

    def __init__(self, live: Store) -> None:
        self._live = live
        self._hold = Script.load("hold", LIVE=limits.CONVERSATION_SECONDS)

    async def hold(self, certificate: bytes, sid: Sid) -> None:
        """It made an offer, and may be a member from now on. Again changes nothing."""
        await self._live.run(self._hold, (_key(certificate),), (sid,))

    async def of(self, certificate: bytes) -> list[Sid]:
        """All that are not known to be over, in any order."""
        return [Sid(sid.decode()) for sid in await self._live.command("SMEMBERS", _key(certificate))]

    async def drop(self, certificate: bytes, sid: Sid) -> None:
        """Given back, or over."""
        await self._live.command("SREM", _key(certificate), sid)


def _key(certificate: bytes) -> str:
    return f"varsam:{{device:{certificate.hex()}}}:asked"
