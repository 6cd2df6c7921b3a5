"""The team key through four weeks: people join, lose their browsers, have their certificates renewed, leave and are revoked, and
nothing that was asked for is lost (C2, C4).
"""

from collections import deque
from dataclasses import dataclass, field

import pytest

from chat.client.call_desk import CallDesk
from tests.integration.callback.office import DAY, HOUR, Machine, Office, refused
from tests.integration.server.wires import revokes

WEEKS = 4
AHEAD_DAYS = (1, 6, 13)


@dataclass
class Staffed:
    """Who works there now. Everybody signs in each day anew: nothing is remembered but the machine's keys."""

    office: Office
    machines: dict[str, Machine] = field(default_factory=dict)

    async def joins(self, name: str) -> None:
        """At a new machine, or one whose browser was cleared."""
        self.machines[name] = Machine("Amina")
        await self.office.certifies(self.machines[name])

    async def is_revoked(self, name: str) -> None:
        machine = self.machines.pop(name)
        made = self.office.house.made
        await revokes(self.office.house, machine.certificate)
        await self.office.house.learns()
        made._devices = deque((d for d in made._devices if d[0] != machine.certificate), maxlen=250)

    async def renews(self) -> None:
        """Certificates are good for a week here; the keys stay."""
        for machine in self.machines.values():
            await self.office.certifies(machine)

    async def desks(self) -> dict[str, CallDesk]:
        return {name: await self.office.at_desk(machine) for name, machine in self.machines.items()}


@pytest.mark.usefixtures("little_work")
async def test_four_weeks_of_people_coming_and_going_lose_nothing(office: Office) -> None:
    staff = Staffed(office)
    await staff.joins("Amina")
    await staff.joins("Björn")
    comes = {4: "Carin", 9: "Dana", 17: "Elin"}
    clears, revoked = {8: "Amina", 18: "Dana"}, {14: "Carin", 22: "Björn"}
    due: dict[int, list[str]] = {}
    called, keys = 0, set()
    for day in range(7 * WEEKS):
        if day in comes:
            await staff.joins(comes[day])
        if day in revoked:
            await staff.is_revoked(revoked[day])
        if day % 3 == 0:
            await staff.renews()
        if day in clears:
            await staff.joins(clears[day])
        desks = await staff.desks()
        for desk in [*desks.values(), *desks.values()]:
            # Who has a share seals it to who lacks one, and those open it when they look again.
            await desk.keeps_team()
        looked = await next(iter(desks.values())).looks()
        assert (looked.alarm, looked.wanted, looked.unshared) == (False, False, 0), day
        keys.add(await office.house.parts.calling.teams.newest())
        called += await _calls_all(office, list(desks.values()), due.pop(day, []), day)
        for ahead in AHEAD_DAYS if day % 2 else ():
            _, name = await office.asked(office.window(ahead * DAY))
            due.setdefault(day + ahead, []).append(name)
        await office.keeps()
        office.waits(DAY)
    still = {name for names in due.values() for name in names}
    assert {request.id for request in await office.kept()} == still
    assert called == len(AHEAD_DAYS) * 7 * WEEKS // 2 - len(still)
    assert len(keys) >= WEEKS + len(revoked)


async def _calls_all(office: Office, desks: list[CallDesk], names: list[str], day: int) -> int:
    """Everything that is due today is called, each by another; anybody could."""
    for place, name in enumerate(names):
        desk = desks[(day + place) % len(desks)]
        held = await desk.takes(name)
        await desk.is_shown_number(held)
        await desk.tells(held, "reached")
        await desk.is_done(name)
    return len(names)


async def test_who_is_revoked_gets_no_halves_and_a_new_team_key_follows(office: Office) -> None:
    staff = Staffed(office)
    for name in ("Amina", "Björn", "Carin"):
        await staff.joins(name)
    desks = await staff.desks()
    for _ in range(2):
        for desk in desks.values():
            await desk.keeps_team()
    first = await office.house.parts.calling.teams.newest()
    _, name = await office.asked()
    await staff.is_revoked("Carin")
    assert await refused(desks["Carin"].takes(name)) == "wrong-role"
    assert (await desks["Amina"].looks()).wanted
    await desks["Amina"].keeps_team()
    await desks["Björn"].keeps_team()
    assert await office.house.parts.calling.teams.newest() != first
    held = await desks["Björn"].takes(name)
    assert (await desks["Björn"].is_shown_number(held)).number
    await office.keeps()
    assert first in await office.house.parts.calling.teams.all()
    await desks["Björn"].tells(held, "reached")
    office.waits(HOUR + 1)
    await office.keeps()
    assert first not in await office.house.parts.calling.teams.all()
    assert await office.house.parts.calling.teams.holders(first) == []
