"""Requests for a call as the store sees them: bytes that it cannot read. Verbs for its tests."""

import os
from dataclasses import dataclass, field

from msgspec.structs import replace

from chat.crypto.encoding import b64
from chat.rules.callbacks import Span, expiry
from chat.rules.ids import CallbackId
from chat.store.callbacks import Callbacks, Halves, Lease, Request, Version
from chat.store.durable import Durable
from chat.store.teams import Kept, Teams

NOW = 1_800_000_000
HOUR, DAY = 3600, 24 * 3600
AMINA, BJORN = b"amina".ljust(32), b"bjorn".ljust(32)


@dataclass
class Asking:
    """A ledger with a team key in it, and whoever asks."""

    ledger: Durable
    team: bytes = field(default_factory=lambda: os.urandom(32))

    @property
    def callbacks(self) -> Callbacks:
        return Callbacks(self.ledger)

    @property
    def teams(self) -> Teams:
        return Teams(self.ledger)

    async def begins(self) -> "Asking":
        await self.makes_team(self.team, b"")
        return self

    async def makes_team(self, team: bytes, previous: bytes, now: int = NOW) -> None:
        await self.teams.put(
            team, Kept(b"doc" + team, b"sig", AMINA, now), {AMINA: b"share" + team}, previous
        )

    def version(self, **changes: object) -> Version:
        """A first version, of somebody new."""
        windows: tuple[Span, ...] = ((NOW, NOW + HOUR), (NOW + DAY, NOW + DAY + HOUR))
        made = Version(
            id=CallbackId(b64(os.urandom(32))),
            number=1,
            key=os.urandom(65),
            doc=os.urandom(300),
            sig=os.urandom(64),
            sealed=os.urandom(6_800),
            halves=Halves(os.urandom(32), os.urandom(32)),
            team=self.team,
            windows=windows,
            language="sv",
            expires=expiry(windows),
        )
        return replace(made, **changes)

    def next(self, version: Version, **changes: object) -> Version:
        """The version after this one."""
        again = self.version(id=version.id, key=version.key, number=version.number + 1)
        return replace(again, **changes)

    async def asks(self, **changes: object) -> Version:
        version = self.version(**changes)
        await self.callbacks.put(version, code_of(version), b"blob" + code_of(version), NOW)
        return version

    async def takes(self, version: Version, who: bytes = AMINA, now: int = NOW) -> Request:
        return await self.callbacks.take(version.id, Lease(who, who.decode().strip(), now + 20 * 60), now)


def code_of(version: Version) -> bytes:
    """H(locator), some 32 bytes."""
    return version.key[:32]
