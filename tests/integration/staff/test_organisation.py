"""An organisation from nothing: a link, passkeys, machines, a signed roster, freshness, a conversation, and its end."""

import asyncio
import os
import time

import msgspec
import pytest
from msgspec.structs import replace

from chat import errors, staff_bodies, wire
from chat.ceremony import signing
from chat.client.counsellor import Counsellor
from chat.client.link import Closed
from chat.client.visitor import Visitor
from chat.crypto.chain import DAY, FRESH_SECONDS
from chat.crypto.encoding import b64
from chat.crypto.hpke import DeviceSealKey, OpenKey
from chat.crypto.signing import DeviceKey, PrivateKey
from chat.errors import CeremonyError
from chat.papers import one
from chat.store.accounts import Account, Machine
from tests.integration.staff.conftest import Staffed
from tests.integration.staff.organisation import (
    House,
    at_another_machine,
    counsellor,
    first_coordinator,
    joins,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
AT_ONCE_SECONDS = 5.0
MANY_SECONDS = 120.0
"""On a machine that does other things as well."""


async def is_out(desk: Counsellor) -> None:
    """The service has closed the console's link, in time."""
    await desk.until(lambda: not desk.link.is_open, "the link is closed", AT_ONCE_SECONDS)
    assert isinstance(desk.link.failure, Closed)
    assert desk.link.failure.code == errors.SignedOut.close


async def test_a_visitor_talks_with_somebody_whom_the_organisation_has_enrolled(staffed: Staffed) -> None:
    house, _, amina = staffed
    root = house.registrar.root.hash
    async with (
        Visitor(house.config.visitor.origin, root, clock=house.clock) as visitor,
        amina.at_desk(house.registrar.root.hash) as desk,
    ):
        await desk.connects()
        await desk.goes_on_duty()
        await visitor.starts()
        sid = await desk.takes_next()
        await visitor.is_admitting()
        await visitor.writes("hej")
        await desk.hears(sid, "hej")
        await desk.ends(sid)
        await visitor.is_over()


async def test_a_machine_that_nobody_has_compared_is_not_in_the_draft(house: House) -> None:
    cleo = await first_coordinator(house)
    made = await cleo.told("/staff/people/invite", {"pseudonym": "Björn", "role": "supervisor"})
    bjorn = await joins(house, made["token"])
    assert await bjorn.is_at_machine() == "waiting"
    assert [d.pseudonym for d in (await asyncio.to_thread(house.service.draft, house.registrar)).devices] == [
        "Cleo"
    ]
    assert (await cleo.told("/staff/people"))["changed"] is False
    await cleo.compares("Björn")
    assert (await cleo.told("/staff/people"))["changed"] is True
    made = await house.signs_roster()
    assert len(made.certificates) == 2
    assert (await cleo.signs_freshness()).status_code == 204
    assert await bjorn.is_at_machine() == "listed"
    assert (await bjorn.signs_freshness()).status_code == 204, "a supervisor may sign it too"


async def test_what_is_written_of_somebody_decides_whom_they_are_given(house: House) -> None:
    cleo = await first_coordinator(house)
    amina = await counsellor(house, cleo, "Amina")
    person = (await cleo.names("Amina"))["id"]
    assert "takes" not in await cleo.names("Amina"), "both, until somebody says otherwise"
    written = {"person": person, "languages": ["ar", "ar"], "gender": "woman", "takes": "visitors"}
    await cleo.told("/staff/people/answers", written)
    root, origin = house.registrar.root.hash, house.config.visitor.origin
    async with Visitor(origin, root, clock=house.clock) as visitor, amina.at_desk(root) as desk:
        await desk.connects()
        await desk.goes_on_duty()
        assert (await house.http.get(f"{origin}/v1/availability.json")).json()["answers"] == ["ar"]
        await visitor.starts("self", wire.Told(languages=["sv"], gender="woman"))
        await visitor.until(lambda: visitor.unmet == ["language"], "nobody can answer in Swedish")
        await cleo.told("/staff/people/answers", {**written, "languages": ["sv", "ar"]})
        for session in list(house.parts.node.connected):
            await session.renew()
        await visitor.until(lambda: not visitor.unmet, "it counts for who is on duty, too")
        assert await desk.takes_next() == visitor.sid
    assert (await cleo.names("Amina"))["languages"] == ["sv", "ar"]
    told = [entry.what for entry in await house.records.audit.newest(30)]
    assert told.count("wrote down what can be answered by") == 2
    for wrong in (
        {"languages": ["Swedish!"]},
        {"gender": "cat"},
        {"takes": "all"},
        {"languages": ["sv"] * 11},
    ):
        answer = await cleo.posts("/staff/people/answers", {"person": person, **wrong})
        assert answer.status_code == 400
    assert (await cleo.names("Amina"))["gender"] == "woman", "what is refused changes nothing"
    refused = await cleo.posts("/staff/people/answers", {"person": "A" * 43})
    assert refused.status_code == errors.UnknownPerson.status


async def test_whoever_is_revoked_is_out_at_once_and_stays_out(house: House) -> None:
    cleo = await first_coordinator(house)
    amina = await counsellor(house, cleo, "Amina")
    certificate = one(amina.papers[-1]).hash
    async with amina.at_desk(house.registrar.root.hash) as desk:
        await desk.connects()
        await desk.goes_on_duty()
        person = await cleo.names("Amina")
        await cleo.told("/staff/people/decide", {"person": person["id"], "what": "revoke-person"})
        await is_out(desk)
    assert (await amina.asks("GET", "/staff/me")).status_code == 401
    assert (await amina.signs_in()).status_code == 403
    assert not house.parts.node.standing.refuses(certificate)
    assert (await cleo.signs_freshness()).status_code == 204
    await house.parts.freshen()
    assert house.parts.node.standing.refuses(certificate), "every page learns it from the next freshness"
    made = await house.signs_roster()
    assert certificate not in {one(paper).hash for paper in made.certificates}
    assert [m["state"] for m in (await cleo.names("Amina"))["machines"]] == ["revoked"]


async def test_a_revoked_machine_is_out_of_its_conversations_within_five_seconds(house: House) -> None:
    cleo = await first_coordinator(house)
    amina = await counsellor(house, cleo, "Amina")
    root = house.registrar.root.hash
    async with (
        Visitor(house.config.visitor.origin, root, clock=house.clock) as visitor,
        amina.at_desk(root) as desk,
    ):
        await desk.connects()
        await desk.goes_on_duty()
        await visitor.starts()
        sid = await desk.takes_next()
        await visitor.writes("hej")
        await desk.hears(sid, "hej")
        person = await cleo.names("Amina")
        asked = {"person": person["id"], "what": "revoke-machine", "machine": person["machines"][0]["name"]}
        began = time.monotonic()
        await cleo.told("/staff/people/decide", asked)
        assert (await cleo.signs_freshness()).status_code == 204, "the console does it in the same moment"
        await is_out(desk)
        await visitor.until(lambda: not visitor.conversation.members(), "the machine is out", AT_ONCE_SECONDS)
        assert time.monotonic() - began < AT_ONCE_SECONDS
    assert (await amina.asks("GET", "/staff/me")).status_code == 401
    another = at_another_machine(amina)
    assert (await another.signs_in()).status_code == 200
    assert await another.is_at_machine() == "waiting", "the person may enrol another"


async def test_a_freshness_that_forgets_a_revocation_is_refused(house: House) -> None:
    cleo = await first_coordinator(house)
    await counsellor(house, cleo, "Amina")
    person = await cleo.names("Amina")
    machine = person["machines"][0]["name"]
    await cleo.told(
        "/staff/people/decide", {"person": person["id"], "what": "revoke-machine", "machine": machine}
    )
    assert len((await cleo.told("/staff/freshness"))["wanted"]) == 1
    assert (await cleo.signs_freshness()).status_code == 204
    now = msgspec.convert(await cleo.told("/staff/freshness"), staff_bodies.FreshnessNow)
    assert now.revoked == now.wanted
    assert (await cleo.says(now, [])).text.startswith("unverified")
    assert (await cleo.says(now, now.revoked)).status_code == 204


async def test_a_roster_that_was_drafted_before_another_is_refused(house: House) -> None:
    cleo = await first_coordinator(house)
    first = await house.signs_roster()
    await asyncio.to_thread(house.service.hand_in, house.registrar, first)
    await house.signs_roster()
    with pytest.raises(CeremonyError, match="roster has changed meanwhile"):
        await asyncio.to_thread(house.service.hand_in, house.registrar, first)
    assert (await cleo.signs_freshness()).status_code == 204


async def test_a_roster_is_carried_as_files_where_a_registrar_has_no_network(house: House) -> None:
    cleo = await first_coordinator(house)
    draft = msgspec.convert(await cleo.told("/staff/draft"), staff_bodies.Draft)
    now = int(house.clock())
    made = signing.sign(house.registrar, signing.plan(house.registrar, draft, now), draft, now, 30)
    forged = replace(made, roster=replace(made.roster, roster=replace(made.roster.roster, sig="A" * 86)))
    assert (await cleo.posts("/staff/roster", forged)).text.startswith("unverified")
    assert (await cleo.told("/staff/roster", made)) == {"number": 2}
    assert (await cleo.signs_freshness()).status_code == 204


async def test_a_renewed_certificate_is_taken_up_and_the_old_one_counts_no_more(house: House) -> None:
    cleo = await first_coordinator(house)
    amina = await counsellor(house, cleo, "Amina")
    old = one(amina.papers[-1]).hash
    house.clock.ahead = 310 * DAY
    for person in (cleo, amina):
        assert (await person.signs_in()).status_code == 200
    draft, now = msgspec.convert(await cleo.told("/staff/draft"), staff_bodies.Draft), int(house.clock())
    made = signing.sign(house.registrar, signing.plan(house.registrar, draft, now), draft, now, 45)
    await cleo.told("/staff/roster", made)
    assert await cleo.is_at_machine() == "listed"
    assert (await cleo.signs_freshness()).status_code == 204
    assert await amina.is_at_machine() == "listed"
    new = one(amina.papers[-1]).hash
    assert new != old
    await house.parts.freshen()
    assert house.parts.node.standing.refuses(old)
    standing = (await amina.told("/staff/machine", amina.keys))["standing"]
    assert now <= standing["fresh_until"] - FRESH_SECONDS <= house.clock()
    assert standing["roster_until"] == now + 45 * DAY
    assert standing["certificate_until"] == house.registrar.registrar.span.end
    async with amina.at_desk(house.registrar.root.hash) as desk:
        await desk.connects()
        await desk.goes_on_duty()


async def is_enrolled(house: House, pseudonym: str) -> None:
    """As if this person had come, made keys, and somebody had compared the words."""
    account_id, now = b64(os.urandom(32)), int(house.clock())
    key, seal_key = PrivateKey.generate(DeviceKey), OpenKey(DeviceSealKey, os.urandom(32))
    machine = Machine(key.public.raw, seal_key.public.raw, now, compared=True)
    account = Account(account_id, pseudonym, "counsellor", now, "active", machines=(machine,))
    await house.records.change(account_id, now, "Cleo", "invited", lambda _: account)


async def test_three_hundred_machines_are_one_signature_and_one_page(house: House) -> None:
    cleo = await first_coordinator(house)
    for number in range(299):
        await is_enrolled(house, f"Nummer {number}")
    began = time.monotonic()
    made = await house.signs_roster()
    assert len(made.certificates) == 300
    assert (await cleo.signs_freshness()).status_code == 204
    assert await cleo.is_at_machine() == "listed"
    answer = await cleo.asks("GET", "/staff/people")
    assert len(answer.json()["people"]) == 300
    again = await cleo.asks("GET", "/staff/people", **{"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    assert time.monotonic() - began < MANY_SECONDS
    await cleo.told("/staff/people/invite", {"pseudonym": "Nina", "role": "counsellor"})
    changed = await cleo.asks("GET", "/staff/people", **{"if-none-match": answer.headers["etag"]})
    assert changed.status_code == 200
