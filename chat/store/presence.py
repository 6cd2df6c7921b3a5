"""Whose sockets follow a conversation now, in the live store: silence is not absence, and a page is not open everywhere.

Knows sockets as random words. A changed count is published on the conversation's channel.
"""

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from chat.errors import TooManySockets
from chat.rules import limits
from chat.rules.ids import Sid
from chat.store.connections import Store
from chat.store.conversations import channel
from chat.store.scripts import Script

Side = Literal["visitor", "counsellor", "guest"]
_Does = Literal["joins", "replaces", "renews", "stays", "goes"]
_HEARD = b"here "
MOST: Final[Mapping[Side, int]] = {"visitor": limits.SOCKETS_PER_CAPABILITY, "counsellor": 16, "guest": 16}
"""Sockets of a side that follow one conversation."""


class Here(Struct, frozen=True):
    """How many sockets of each side follow."""

    visitors: int
    counsellors: int
    guests: int = 0


def heard(message: bytes) -> Here | None:
    """What was published; None if it is something else of the conversation."""
    if not message.startswith(_HEARD):
        return None
    return Here(*map(int, message[len(_HEARD) :].split(b" ")))


class Presence:
    """The sockets of all conversations."""

    def __init__(self, live: Store) -> None:
        self._live = live
        self._script = Script.load("presence", LIVE=2 * limits.PRESENCE_SECONDS)

    async def here(self, sid: Sid, socket: str, side: Side, now: int, until: int) -> Here:
        """This socket follows, and counts as here until `until`. Of a visitor's, one too many takes the place of the oldest,
        which a lost network has left half-open; among a conversation's counsellors nobody may push out another:
        `TooManySockets`.
        """
        does: _Does = "replaces" if side == "visitor" else "joins"
        return await self._tell(sid, socket, side, now, until, MOST[side], does)

    async def still(self, sid: Sid, socket: str, side: Side, now: int, until: int) -> Here:
        """The same later. `TooManySockets` where a newer one has taken its place."""
        does: _Does = "renews" if side == "visitor" else "stays"
        return await self._tell(sid, socket, side, now, until, MOST[side], does)

    async def gone(self, sid: Sid, socket: str, side: Side, now: int) -> Here:
        """This socket follows no more."""
        return await self._tell(sid, socket, side, now, 0, 0, "goes")

    async def lapse(self, sid: Sid, now: int) -> Here:
        """Whoever has not said for too long that it is here is missed now."""
        return await self._tell(sid, "", "visitor", now, 0, 0, "goes")

    async def forget(self, sid: Sid) -> None:
        """The conversation is over."""
        await self._live.command("DEL", _sockets(sid))

    async def _tell(
        self, sid: Sid, socket: str, side: Side, now: int, until: int, most: int, does: _Does
    ) -> Here:
        given = (now, socket, side, until, most, does)
        reply = await self._live.run(self._script, (_sockets(sid), channel(sid)), given)
        if reply is None:
            raise TooManySockets
        return Here(*reply)


def _sockets(sid: Sid) -> str:
    return f"varsam:{{{sid}}}:sockets"
