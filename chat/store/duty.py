"""Who is on duty now, in the live store (K5). It knows no session and verifies no duty key."""

from msgspec import Struct
from msgspec.json import decode, encode

from chat.rules import limits
from chat.rules.ids import Sender
from chat.rules.roles import StaffRole
from chat.rules.told import Skills, State
from chat.store.connections import Store
from chat.store.scripts import Script

CHANNEL = "varsam:{duty}:changed"
"""Gets a message, without content, whenever somebody goes on or off duty."""


class OnDuty(Struct, frozen=True):
    """One of the staff on duty on one page."""

    duty: Sender
    """H(duty)."""
    certificate: bytes
    """H(certificate)."""
    pseudonym: str
    capacity: int
    """Conversations at once."""
    since: int
    """The duty key's `from`: of one device the latest counts (E7)."""
    until: int
    """Unix seconds; renewed while the socket is here."""
    role: StaffRole = "counsellor"
    state: State = "available"
    skills: Skills = Skills()


class Duty:
    """Everybody on duty."""

    def __init__(self, live: Store) -> None:
        self._live = live
        self._on = Script.load("duty_on", LIVE=2 * limits.WAITING_SECONDS)
        self._off = Script.load("duty_off")

    async def on(self, who: OnDuty, now: int, *, news: bool = False) -> None:
        """On duty until `who.until`; the same again, with a later `until`, renews it. `news`: something else changed."""
        await self._live.run(self._on, (_ON, CHANNEL), (who.duty, encode(who), who.until, now, int(news)))

    async def off(self, duty: Sender) -> None:
        """Off duty. Again changes nothing."""
        await self._live.run(self._off, (_ON, CHANNEL), (duty,))

    async def everybody(self, now: int) -> list[OnDuty]:
        """The counsellors on duty now, by pseudonym: who answers visitors."""
        return [row for row in await self.staff(now) if row.role == "counsellor"]

    async def available(self, now: int) -> list[OnDuty]:
        """Of those who answer visitors, who is given any now, whether or not there is room (Staff 1)."""
        return [row for row in await self.everybody(now) if row.state == "available"]

    async def staff(self, now: int) -> list[OnDuty]:
        """All on duty now, whatever their role, by pseudonym."""
        rows = [decode(row, type=OnDuty) for row in await self._live.command("HVALS", _ON)]
        return sorted((row for row in rows if row.until >= now), key=lambda row: row.pseudonym)


_ON = "varsam:{duty}:on"
