"""Who is on duty."""

from chat.store.bus import Bus
from chat.store.connections import Store
from chat.store.duty import CHANNEL, Duty, OnDuty
from tests.integration.store.talk import NOW, digest, new_duty


def on_duty(pseudonym: str, until: int = NOW + 30) -> OnDuty:
    return OnDuty(new_duty(), digest(pseudonym), pseudonym, 3, NOW, until)


async def test_everybody_on_duty_is_listed_once_however_often_renewed(live: Store) -> None:
    duty = Duty(live)
    bjorn, amina = on_duty("Björn"), on_duty("Amina")
    for who in (bjorn, amina, bjorn):
        await duty.on(who, NOW)
    assert await duty.everybody(NOW) == [amina, bjorn]


async def test_who_went_off_duty_is_not_listed(live: Store) -> None:
    duty = Duty(live)
    amina = on_duty("Amina")
    await duty.on(amina, NOW)
    await duty.off(amina.duty)
    await duty.off(amina.duty)
    assert await duty.everybody(NOW) == []


async def test_who_is_not_renewed_is_off_duty_and_forgotten(live: Store) -> None:
    duty = Duty(live)
    amina, bjorn = on_duty("Amina"), on_duty("Björn", NOW + 90)
    await duty.on(amina, NOW)
    assert await duty.everybody(NOW + 31) == []
    await duty.on(bjorn, NOW + 31)
    assert await live.command("HLEN", "varsam:{duty}:on") == 1


async def test_going_on_and_off_duty_is_told_and_renewing_is_not(live: Store, live_url: str) -> None:
    duty = Duty(live)
    amina = on_duty("Amina")
    changes: list[bytes | None] = []
    async with Bus(live_url) as bus:
        await bus.subscribe(CHANNEL, changes.append)
        await duty.on(amina, NOW)
        await duty.on(amina, NOW + 10)
        await duty.off(amina.duty)
        await duty.off(amina.duty)
        await bus.subscribe("varsam:fence", changes.append)
    assert changes == [b"", b""]
