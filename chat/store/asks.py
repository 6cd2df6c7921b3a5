"""Who is asked to come into which conversation (E6), in the live store. It knows no log and no session; that the visitor is
asked besides, and decides, is not its concern.
"""

from typing import Final

from msgspec import Struct
from msgspec.json import decode, encode

from chat.rules import limits
from chat.rules.ids import Sid
from chat.rules.roles import Joining
from chat.store.connections import Store
from chat.store.scripts import Script, refuse

CHANNEL = "varsam:{asks}:changed"
"""Gets a message, without content, whenever somebody is asked or came."""
MOST: Final = 500


class Ask(Struct, frozen=True, omit_defaults=True):
    """Somebody is asked. `by`: the pseudonym of the member who asks, `asker` its H(certificate), both empty where it is the visitor
    (E8); `to`: a pseudonym, None is the next on duty. `until`: Unix seconds. `came`: H(certificate) of whoever came. `within`:
    H(certificate) of who was in when it was asked.
    """

    sid: Sid
    purpose: Joining
    by: str
    asker: bytes
    until: int
    to: str | None = None
    came: bytes | None = None
    within: tuple[bytes, ...] = ()


class Asks:
    """All that is asked now: of each conversation one for each purpose."""

    def __init__(self, live: Store) -> None:
        self._live = live
        self._ask = Script.load("ask", LIVE=limits.CONVERSATION_SECONDS)
        self._come = Script.load("come")

    async def put(self, ask: Ask, now: int) -> None:
        """In place of the one before. `WrongMoment` when somebody came already, `Full` when too much is asked."""
        arguments = (_name(ask.sid, ask.purpose), encode(ask), now, MOST)
        refuse(await self._live.run(self._ask, (_ASKS, CHANNEL), arguments))

    async def come(self, sid: Sid, purpose: Joining, certificate: bytes, until: int, now: int) -> None:
        """The first who comes has it until then; again, it lasts longer. `WrongMoment`: another came, or it is over."""
        who = encode(certificate)[1:-1]
        refuse(await self._live.run(self._come, (_ASKS, CHANNEL), (_name(sid, purpose), who, now, until)))

    async def drop(self, sid: Sid, purpose: Joining) -> None:
        """Nobody is asked any more. Again changes nothing."""
        await self._live.command("HDEL", _ASKS, _name(sid, purpose))
        await self._live.command("PUBLISH", CHANNEL, "")

    async def of(self, sid: Sid, purpose: Joining, now: int) -> Ask | None:
        """What is asked for this purpose."""
        row = await self._live.command("HGET", _ASKS, _name(sid, purpose))
        ask = decode(row, type=Ask) if row else None
        return ask if ask and ask.until >= now else None

    async def everything(self, now: int) -> list[Ask]:
        """All that is asked, the soonest over first."""
        rows = [decode(row, type=Ask) for row in await self._live.command("HVALS", _ASKS)]
        return sorted((row for row in rows if row.until >= now), key=lambda row: (row.until, row.sid))


def _name(sid: Sid, purpose: Joining) -> str:
    return f"{sid} {purpose}"


_ASKS = "varsam:{asks}:open"
