"""A page that is locked, and what a live store that came back empty means for those who are signed in (Data 4)."""

import asyncio

import pytest

from chat import errors, wire
from chat.client.counsellor import Counsellor
from chat.client.link import Closed, Refused
from chat.client.visitor import Visitor
from tests.integration.staff.conftest import Staffed
from tests.integration.staff.organisation import House, at_another_machine, first_coordinator
from tests.integration.staff.person import Person

pytestmark = pytest.mark.asyncio(loop_scope="module")
AT_ONCE_SECONDS = 20.0


def hears(desk: Counsellor) -> list[str]:
    """The codes of what the service says unasked, from now on."""
    codes: list[str] = []
    receive = desk.receive

    async def receives(said: wire.ServerMessage) -> None:
        if isinstance(said, wire.Error) and said.ref is None:
            codes.append(said.code)
        await receive(said)

    desk.receive = receives  # type: ignore[method-assign,assignment]
    return codes


async def hears_of_the_lock(desk: Counsellor, codes: list[str]) -> None:
    await desk.until(lambda: "locked" in codes, "the lock is told", AT_ONCE_SECONDS)


async def test_a_person_sees_where_they_are_signed_in_and_ends_one_of_them(house: House) -> None:
    cleo = await first_coordinator(house)
    elsewhere = at_another_machine(cleo)
    await elsewhere.signs_in()
    await elsewhere.is_at_machine()
    pages = (await cleo.told("/staff/sessions"))["pages"]
    assert {(page["here"], page["at"]) for page in pages} == {(True, "this"), (False, "none")}
    other = next(page for page in pages if not page["here"])
    assert (await cleo.posts("/staff/sign-out", {"page": other["name"]})).status_code == 204
    assert (await elsewhere.asks("GET", "/staff/me")).text.startswith("signed-out")
    assert len((await cleo.told("/staff/sessions"))["pages"]) == 1, "this one goes on"
    again = await cleo.posts("/staff/sign-out", {"page": other["name"]})
    assert again.text.startswith("unknown-person")


async def test_nobody_ends_a_page_of_somebody_else(staffed: Staffed) -> None:
    await staffed.amina.signs_in()
    (page, *_) = (await staffed.amina.told("/staff/sessions"))["pages"]
    answer = await staffed.cleo.posts("/staff/sign-out", {"page": page["name"]})
    assert answer.text.startswith("unknown-person")
    assert (await staffed.amina.asks("GET", "/staff/me")).status_code == 200


def at_desk(house: House, person: Person) -> Counsellor:
    return person.at_desk(house.registrar.root.hash)


async def test_a_live_store_that_comes_back_empty_locks_who_was_signed_in(staffed: Staffed) -> None:
    house, _, amina = staffed
    async with at_desk(house, amina) as desk:
        codes = hears(desk)
        await desk.connects()
        await desk.goes_on_duty()
        await asyncio.sleep(0.1)
        await house.parts.tell_staff()
        await house.parts.stores["live"].command("FLUSHALL")
        await house.parts.tell_staff()
        await hears_of_the_lock(desk, codes)
        assert desk.link.is_open, "what is open goes on, covered"
    assert (await amina.asks("GET", "/staff/me")).text.startswith("locked")
    assert (await amina.signs_in()).status_code == 200
    assert (await amina.asks("GET", "/staff/me")).status_code == 200


async def test_a_page_that_was_left_alone_goes_on_and_comes_back_only_with_the_passkey(
    staffed: Staffed,
) -> None:
    house, _, amina = staffed
    await amina.signs_in()
    async with (
        Visitor(house.config.visitor.origin, house.registrar.root.hash, clock=house.clock) as visitor,
        at_desk(house, amina) as desk,
    ):
        codes = hears(desk)
        await desk.connects()
        await desk.goes_on_duty()
        await visitor.starts()
        sid = await desk.takes_next()
        await visitor.is_admitting()
        await amina.posts("/staff/lock", {})
        await house.parts.tell_staff()
        await hears_of_the_lock(desk, codes)
        await visitor.writes("still here")
        await desk.hears(sid, "still here")
        await desk.loses_the_connection()
        with pytest.raises((Refused, Closed), match="locked"):
            await desk.reconnects()
        assert errors.Locked.close not in (4401, 4403), (
            "a page tries again: its conversations wait for the passkey"
        )
        assert (await amina.signs_in()).status_code == 200
        await desk.reconnects()
        await desk.ends(sid)
