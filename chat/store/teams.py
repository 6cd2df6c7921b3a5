"""Team keys and their shares, and notes for the next shift, in the ledger (C2, C5). It verifies nothing and opens nothing.

A team key lives as long as something is sealed to it: who seals under it counts up, what is erased counts down, in one script each.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from msgspec.json import decode, encode

from chat.rules.callbacks import NOTES_SECONDS
from chat.store.callbacks import ERASED, TEAMS, UNDER, Note
from chat.store.durable import Durable
from chat.store.scripts import Script

SHIFT_NOTES: Final = 50
GRACE_SECONDS: Final = 3600
"""A page that was given a team key may seal to it so long after the next one came."""


class Kept(Struct, frozen=True):
    """A team key's document, its signature, and H(certificate) of who signed."""

    doc: bytes
    sig: bytes
    signer: bytes
    made: int


class Teams:
    """All that are in use, by H(team). `device`: H(its HPKE key)."""

    def __init__(self, ledger: Durable) -> None:
        self._ledger = ledger
        self._put = Script.load("team_put")
        self._share = Script.load("team_share")
        self._forget = Script.load("team_forget")
        self._add = Script.load("shift_note")
        self._expire = Script.load("shift_expire")

    async def put(self, team: bytes, kept: Kept, shares: Mapping[bytes, bytes], previous: bytes) -> None:
        """The next, with a share at least; `previous`: H of the newest, or nothing. `StaleVersion`: somebody was first."""
        keys = (TEAMS, _shares(team), _NEWEST, _SUPERSEDED)
        pairs = [part for pair in shares.items() for part in pair]
        await self._ledger.write(self._put, keys, (team, encode(kept), previous, kept.made, *pairs))

    async def share(self, team: bytes, shares: Mapping[bytes, bytes]) -> None:
        """For devices that lack one."""
        if shares:
            pairs = [part for pair in shares.items() for part in pair]
            await self._ledger.write(self._share, (TEAMS, _shares(team)), (team, *pairs))

    async def all(self) -> dict[bytes, Kept]:
        """The newest first."""
        fields = await self._ledger.store.command("HGETALL", TEAMS)
        found = {fields[at]: decode(fields[at + 1], type=Kept) for at in range(0, len(fields), 2)}
        newest = await self.newest()
        return dict(sorted(found.items(), key=lambda row: (row[0] != newest, -row[1].made)))

    async def newest(self) -> bytes:
        """H of the newest; empty: there is none."""
        return await self._ledger.store.command("GET", _NEWEST) or b""

    async def find(self, team: bytes) -> Kept | None:
        raw = await self._ledger.store.command("HGET", TEAMS, team)
        return None if raw is None else decode(raw, type=Kept)

    async def holders(self, team: bytes) -> list[bytes]:
        """The devices that have a share."""
        rows: list[bytes] = await self._ledger.store.command("HKEYS", _shares(team))
        return sorted(rows)

    async def share_of(self, team: bytes, device: bytes) -> bytes | None:
        """What one device has."""
        sealed: bytes | None = await self._ledger.store.command("HGET", _shares(team), device)
        return sealed

    async def under(self) -> dict[bytes, int]:
        """How much each still has to open."""
        fields = await self._ledger.store.command("HGETALL", UNDER)
        return {fields[at]: int(fields[at + 1]) for at in range(0, len(fields), 2)}

    async def idle(self, now: int) -> list[bytes]:
        """Those that nothing is under, that were followed by another more than an hour ago."""
        under = await self.under()
        fields = await self._ledger.store.command("HGETALL", _SUPERSEDED)
        since = {fields[at]: int(fields[at + 1]) for at in range(0, len(fields), 2)}
        return [team for team, at in since.items() if not under.get(team) and at + GRACE_SECONDS <= now]

    async def forget(self, team: bytes, now: int) -> None:
        """C2: destroyed with its last request. Where something is under it nothing happens."""
        keys = (TEAMS, _shares(team), _NEWEST, _SUPERSEDED, UNDER, ERASED)
        await self._ledger.write(self._forget, keys, (team, now))

    # Notes for the next shift

    async def add_note(self, note: Note) -> None:
        """`Full`."""
        await self._ledger.write(self._add, (_SHIFT, UNDER, TEAMS), (SHIFT_NOTES, note.team, note.packed()))

    async def notes(self) -> list[Note]:
        """The oldest first."""
        return [Note.read(raw) for raw in await self._ledger.store.command("LRANGE", _SHIFT, 0, -1)]

    async def expire_notes(self, now: int) -> int:
        """C5: after 72 h."""
        kept_from = max(now - NOTES_SECONDS, 0).to_bytes(8, "big")
        return int(await self._ledger.write(self._expire, (_SHIFT, UNDER, ERASED), (kept_from, now)))


_NEWEST: Final = "varsam:{callbacks}:newest"
_SUPERSEDED: Final = "varsam:{callbacks}:superseded"
_SHIFT: Final = "varsam:{callbacks}:shift-notes"


def _shares(team: bytes) -> str:
    return f"varsam:{{callbacks}}:shares:{team.hex()}"
