"""Links for guests (E6), in the live store: which conversation each is for, and whose page has opened it. It knows no token, only
the hash of what a page shows that has it.
"""

from collections.abc import Container
from typing import Final, NamedTuple

from msgspec import Struct
from msgspec.json import decode, encode
from msgspec.structs import replace

from chat import errors
from chat.crypto.encoding import b64
from chat.rules import limits
from chat.rules.ids import Sid
from chat.store.connections import Store
from chat.store.scripts import Script, refuse

CHANNEL = "varsam:{guests}:changed"
"""Gets a message, without content, whenever a link was opened or a guest was vouched for."""
LINK_SECONDS: Final = 30 * 60
"""So long a link waits for whoever opens it."""
MOST: Final = 200


class Invitation(Struct, frozen=True, omit_defaults=True):
    """One link. `by`: H(certificate) of who invited; `until`: Unix seconds; `keys`: signature key, HPKE key and proof of the page that
    opened it, base64url with points between; `guest`: H(guest) of the newest word for it.
    """

    sid: Sid
    by: bytes
    until: int
    keys: str = ""
    guest: bytes = b""


class Opened(NamedTuple):
    """A link with a page behind it. `name`: H(access), base64url."""

    name: str
    invitation: Invitation


class Invitations:
    """All that are open, by H(access)."""

    def __init__(self, live: Store) -> None:
        self._live = live
        self._invite = Script.load("invite", LIVE=limits.CONVERSATION_SECONDS)
        self._enter = Script.load("enter", LIVE=limits.CONVERSATION_SECONDS)

    async def put(self, access: bytes, sid: Sid, by: bytes, now: int) -> None:
        """A new link. `Full` where there are too many, or it is known."""
        row = encode(Invitation(sid, by, now + LINK_SECONDS))
        refuse(await self._live.run(self._invite, (_OPEN, CHANNEL), (b64(access), row, now, MOST)))

    async def enter(self, access: bytes, keys: str, now: int) -> None:
        """A page opens the link: the first one has it. `NotInvited`: it is unknown, over, or another's."""
        until = now + limits.CONVERSATION_SECONDS
        refuse(await self._live.run(self._enter, (_OPEN, CHANNEL), (b64(access), keys, now, until)))

    async def of(self, access: bytes, now: int) -> Invitation | None:
        row = await self._live.command("HGET", _OPEN, b64(access))
        found = decode(row, type=Invitation) if row else None
        return found if found and found.until >= now else None

    async def vouch(self, sid: Sid, by: bytes, keys: tuple[str, str], guest: bytes, now: int) -> None:
        """Who invited names the page with these keys. `NotInvited`: no such page has come."""
        for name, row in (await self._rows()).items():
            mine = (row.sid, row.by) == (sid, by) and row.until >= now
            if mine and tuple(row.keys.split(".")[:2]) == keys:
                await self._live.command("HSET", _OPEN, name, encode(replace(row, guest=guest)))
                await self._live.command("PUBLISH", CHANNEL, "")
                return
        raise errors.NotInvited

    async def opened(self, now: int) -> list[Opened]:
        """Those that a page has opened."""
        rows = (await self._rows()).items()
        return [Opened(name.decode(), row) for name, row in rows if row.keys and row.until >= now]

    async def take_back(self, sid: Sid, by: bytes, within: Container[bytes]) -> None:
        """The page of whoever invited was loaded anew, and nobody can vouch for these links any more. `within`: H(guest) of guests who
        are in, whose pages may still come back.
        """
        rows = (await self._rows()).items()
        gone = [name for name, row in rows if (row.sid, row.by) == (sid, by) and row.guest not in within]
        if gone:
            await self._live.command("HDEL", _OPEN, *gone)
            await self._live.command("PUBLISH", CHANNEL, "")

    async def drop(self, sid: Sid) -> None:
        """The conversation is over."""
        gone = [name for name, row in (await self._rows()).items() if row.sid == sid]
        if gone:
            await self._live.command("HDEL", _OPEN, *gone)

    async def _rows(self) -> dict[bytes, Invitation]:
        rows = await self._live.command("HGETALL", _OPEN)
        pairs = rows.items() if isinstance(rows, dict) else zip(rows[::2], rows[1::2], strict=True)
        return {name: decode(row, type=Invitation) for name, row in pairs}


_OPEN = "varsam:{guests}:open"
