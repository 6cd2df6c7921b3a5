"""A flood of requests: work rises, places are bounded, and those who asked before stay first (W1, W2)."""

import time

import pytest

from chat import errors
from chat.client.call_desk import CallDesk
from chat.crypto.encoding import unb64
from chat.live import callback_door
from chat.rules.callbacks import PLACES
from tests.integration.callback.office import Office

REAL = 5


async def floods(office: Office, count: int) -> int:
    """So many more try, each from a source of its own, past the network; how many were kept."""
    calling, kept = office.house.parts.calling, 0
    for _ in range(count):
        caller = office.caller()
        try:
            asked = await callback_door.challenge(calling, 1)
            team = await caller.knows_team(asked)
            await callback_door.send(calling, caller.makes(asked, team, office.wanted(), 1))
        except errors.CallbacksFull:
            continue
        kept += 1
    return kept


async def stays_usable(office: Office, amina: CallDesk, real: list[str]) -> None:
    began = time.monotonic()
    desk = await amina.looks()
    assert time.monotonic() - began < 5
    assert [line.id for line in desk.lines[: len(real)]] == real
    for name in real:
        held = await amina.takes(name)
        await amina.is_shown_number(held)
        await amina.tells(held, "reached")
        await amina.is_done(name)


async def work_now(office: Office) -> int:
    """The target: the smaller, the more work."""
    return int.from_bytes(unb64((await office.caller().is_challenged()).target), "big")


@pytest.mark.usefixtures("little_work")
async def test_in_a_crowd_work_rises_and_who_asked_before_stays_first(office: Office) -> None:
    amina, _ = await office.two()
    real = []
    for _ in range(REAL):
        office.waits(1)
        real.append((await office.asked())[1])
    office.waits(1)
    before = await work_now(office)
    assert await floods(office, 60) == 60
    assert await work_now(office) < before // 8
    await stays_usable(office, amina, real)


@pytest.mark.soak
@pytest.mark.timeout(1_500)
@pytest.mark.usefixtures("little_work")
async def test_a_flood_of_ten_thousand_is_bounded_and_the_real_ones_stay_usable(office: Office) -> None:
    amina, _ = await office.two()
    real = []
    for _ in range(REAL):
        office.waits(1)
        real.append((await office.asked())[1])
    office.waits(1)
    before = await work_now(office)
    kept = await floods(office, 10_000)
    assert kept == PLACES - REAL
    assert len(await office.kept()) == PLACES
    await stays_usable(office, amina, real)
    assert await work_now(office) < before // 100
