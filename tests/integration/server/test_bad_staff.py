"""Who is not staff now, or is not on duty, is refused with the remedy (K3–K5)."""

import os

import pytest

from chat import errors, wire
from chat.crypto.chain import DAY, HOUR, Span
from chat.crypto.encoding import b64
from chat.crypto.signing import DeviceKey, PrivateKey
from chat.demo.sign_in import as_wire
from tests.integration.server.house import House
from tests.integration.server.refusing import closed, nothing_lost, refused
from tests.integration.server.wires import (
    Desk,
    desks_socket,
    has,
    is_listed,
    on_duty,
    revokes,
    signs_in,
    started,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


# The chain of trust


async def test_a_console_that_is_not_signed_in_is_turned_away(house: House) -> None:
    for token in ("", "x", b64(os.urandom(32))):
        async with desks_socket(house, token) as socket:
            await closed(socket, errors.SignedOut)


async def test_a_duty_key_that_another_device_signed_is_refused(house: House) -> None:
    desk = await signs_in(house)
    forged = desk.issues_duty(desk_span(house), PrivateKey.generate(DeviceKey))
    await _refuses_duty(house, desk, duty=as_wire(forged))


async def test_an_expired_and_a_too_long_duty_key_are_refused(house: House) -> None:
    now = int(house.clock())
    for span in (
        Span(now - 10 * HOUR, now - 2 * HOUR),
        Span(now, now + 13 * HOUR),
        Span(now + 2 * HOUR, now + 3 * HOUR),
    ):
        desk = await signs_in(house)
        await _refuses_duty(house, desk, duty=as_wire(desk.issues_duty(span)))


async def test_a_certificate_of_nobodys_registrar_is_refused(house: House) -> None:
    desk = await signs_in(house)
    async with desks_socket(house, desk.token) as socket:
        await socket.hears("welcome")
        refused(await socket.answers(desk.duty_on(1, documents=[])), "unverified")


async def test_one_consoles_session_does_not_carry_anothers_device(house: House) -> None:
    amina, bjorn = await signs_in(house), await signs_in(house, "Björn")
    async with desks_socket(house, amina.token) as socket:
        await socket.hears("welcome")
        refused(await socket.answers(bjorn.duty_on(1)), "unverified")


async def test_an_expired_certificate_is_refused(own_house: House) -> None:
    await _refuses_duty(own_house, await is_listed(own_house, issued=int(own_house.clock()) - 8 * DAY))


async def test_a_coordinator_does_not_go_on_duty(own_house: House) -> None:
    desk = await is_listed(own_house, "coordinator")
    async with desks_socket(own_house, desk.token) as socket:
        await socket.hears("welcome")
        await socket.says(desk.duty_on(1))
        await closed(socket, errors.WrongRole)


async def test_without_freshness_nobody_goes_on_duty(own_house: House) -> None:
    signed_in = await signs_in(own_house)
    own_house.clock.ahead += 27 * HOUR
    desk = await has(own_house, signed_in.certificate, signed_in.key, "Amina")
    await _refuses_duty(own_house, desk)


async def test_a_revoked_device_is_signed_out_at_once_and_stays_out(own_house: House) -> None:
    async with nothing_lost(own_house), on_duty(own_house) as (socket, desk):
        await revokes(own_house, desk.certificate.hash)
        await own_house.learns()
        await closed(socket, errors.SignedOut)
        async with desks_socket(own_house, desk.token) as again:
            await closed(again, errors.SignedOut)


async def test_off_duty_nothing_is_taken_followed_or_written(house: House) -> None:
    async with started(house) as (_, visitor):
        desk = await signs_in(house)
        async with desks_socket(house, desk.token) as socket:
            await socket.hears("welcome")
            refused(await socket.answers(wire.Take(ref=1)), "off-duty")
            refused(await socket.answers(wire.Follow(ref=2, sid=visitor.id, after=0)), "off-duty")
            refused(await socket.answers(visitor.append(visitor.frame(0), 3)), "off-duty")
            refused(await socket.answers(wire.Close(ref=4, sid=visitor.id)), "off-duty")


def desk_span(house: House) -> Span:
    now = int(house.clock())
    return Span(now, now + HOUR)


async def _refuses_duty(house: House, desk: Desk, **changes: object) -> None:
    async with desks_socket(house, desk.token) as socket:
        await socket.hears("welcome")
        refused(await socket.answers(desk.duty_on(1, **changes)), "unverified")
        refused(await socket.answers(wire.Take(ref=2)), "off-duty")
