"""The callback in a real organisation: whom a roster lists for it, and who comes to the desk (K4, C2, C4)."""

import pytest

from chat.ceremony.opening import REALM
from chat.client.asking_for_call import Caller, Wanted
from chat.client.call_desk import CallDesk
from chat.client.standing import Standing
from chat.crypto.callbacks import Window
from chat.crypto.chain import parse_certificate
from chat.crypto.encoding import b64, unb64
from tests.integration.callback.office import NUMBER, refused
from tests.integration.staff.organisation import ROLE, House, counsellor, first_coordinator
from tests.integration.staff.person import Person

pytestmark = pytest.mark.asyncio(loop_scope="module")


def at_call_desk(house: House, person: Person) -> CallDesk:
    """The same machine, at the desk for callbacks."""
    root = house.registrar.root.hash
    standing = Standing(house.staff, REALM, root, house.clock)
    who = parse_certificate(REALM, unb64(person.papers[-1].doc))
    return CallDesk(house.staff, standing, who, person.key, person.seal_key, person.cookie)


def caller_at(house: House) -> Caller:
    return Caller(house.config.visitor.origin, house.registrar.root.hash, realm=REALM, clock=house.clock)


async def test_counsellors_that_a_roster_lists_keep_the_key_and_call_back(house: House) -> None:
    cleo = await first_coordinator(house)
    people = [await counsellor(house, cleo, name) for name in ("Amina", "Björn")]
    caller = caller_at(house)
    assert await refused(caller.is_challenged()) == "callbacks-closed"
    amina, bjorn = [at_call_desk(house, person) for person in people]
    for desk in (amina, bjorn, amina, bjorn):
        await desk.keeps_team()
    start = int(house.clock()) // 1_800 * 1_800
    await caller.asks(Wanted(NUMBER, (Window(start, start + 3_600),)))
    seen = await at_call_desk(house, cleo).looks()
    assert [(line.id, line.able) for line in seen.lines] == [(b64(caller.id), 2)]
    held = await bjorn.takes(b64(caller.id))
    assert (await bjorn.is_shown_number(held)).number == NUMBER

    # Somebody is revoked: out at once, and the one who is left is told that one is too few.
    person = await cleo.names("Amina")
    await cleo.told("/staff/people/decide", {"person": person["id"], "what": "revoke-person"})
    assert (await cleo.signs_freshness()).status_code == 204
    await house.parts.freshen()
    assert await refused(amina.looks()) == "signed-out"
    alone = await bjorn.looks()
    assert (alone.alarm, alone.wanted) == (True, True)
    await bjorn.keeps_team()
    assert not (await bjorn.looks()).wanted


@pytest.mark.parametrize("role", ["supervisor", "interpreter", "coordinator"])
async def test_nobody_else_takes_calls(house: House, role: ROLE) -> None:
    cleo = await first_coordinator(house)
    person = cleo if role == "coordinator" else await counsellor(house, cleo, "Siv", role)
    desk = at_call_desk(house, person)
    assert (await desk.looks()).lines == []
    for doing in (desk.takes("A" * 43), desk.releases("A" * 43), desk.is_done("A" * 43), desk.keeps_team()):
        assert await refused(doing) == "wrong-role"
    assert await refused(desk.reads_shift_notes()) == "wrong-role"
    await person.told("/staff/lock", {})
    assert await refused(desk.looks()) == "locked"
    desk.cookie = ""
    assert await refused(desk.looks()) == "signed-out"
