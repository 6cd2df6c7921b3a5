"""What lies under return codes, in the live store (R1, R2): a sealed blob, found by the hash of its locator.

It knows no conversation but by its id, and cannot open anything. Whether a code still counts stands with the conversation's facts;
what is left here after that opens nothing.
"""

from msgspec import Struct

from chat.rules import limits
from chat.rules.ids import Sid
from chat.store.connections import Store
from chat.store.scripts import Script, refuse


class Sealed(Struct, frozen=True):
    """A blob, and whose conversation it is about."""

    sid: Sid
    blob: bytes


class Codes:
    """All return codes. `code` is H(locator), 32 bytes."""

    def __init__(self, live: Store) -> None:
        self._live = live
        self._keep = Script.load("keep_code")
        self._claim = Script.load("claim_code", LOCK=limits.CODE_LOCK_SECONDS)

    async def keep(self, code: bytes, sid: Sid, blob: bytes, seconds: int) -> None:
        """So long, unless it is dropped before; nobody has it locked. `OtherBytes`: it is another conversation's."""
        refuse(await self._live.run(self._keep, (_name(code),), (sid, blob, max(seconds, 1))))

    async def claim(self, code: bytes, tag_hash: bytes, now: int) -> Sealed | None:
        """The blob, for whoever shows this tag, and for nobody else for 2 min (R2). `CodeLocked`. None: nothing lies there."""
        found = refuse(await self._live.run(self._claim, (_name(code),), (now, tag_hash)))
        return None if found is None else Sealed(Sid(found[0].decode()), found[1])

    async def drop(self, code: bytes) -> None:
        """Nothing lies there any more."""
        await self._live.command("DEL", _name(code))


def _name(code: bytes) -> str:
    return f"varsam:{{code:{code.hex()}}}:blob"
