"""What staff's addresses refuse: forged, replayed and foreign answers, links that were used, roles that may not, pages of others."""

import asyncio
import os
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from msgspec import structs

from chat import staff_bodies
from chat.ceremony.opening import REALM
from chat.ceremony.service import Service
from chat.crypto import requests
from chat.crypto.encoding import b64, digest
from chat.errors import CeremonyError
from chat.live.accounts import INVITED_SECONDS, SESSION_SECONDS
from chat.papers import as_wire
from tests.integration.staff.conftest import Staffed
from tests.integration.staff.organisation import House, joins, makes_registrar
from tests.support.authenticator import PRESENT, Authenticator

pytestmark = pytest.mark.asyncio(loop_scope="module")

POSTS: dict[str, dict[str, Any]] = {
    "/staff/sign-out": {},
    "/staff/lock": {},
    "/staff/passkey/options": {},
    "/staff/machine": {"signature_key": "", "hpke_key": ""},
    "/staff/people/invite": {"pseudonym": "Nina"},
    "/staff/people/decide": {"person": "A" * 43, "what": "revoke-person"},
    "/staff/people/answers": {"person": "A" * 43},
    "/staff/freshness": {"fresh": {"doc": "", "sig": ""}},
    "/staff/roster": {
        "roster": {"roster": {"doc": "", "sig": ""}, "registrar": "A" * 43, "documents": []},
        "certificates": [],
        "documents": [],
    },
}
GETS = ("/staff/me", "/staff/shift", "/staff/people", "/staff/freshness", "/staff/draft")
OF_COORDINATORS = (
    "/staff/people/invite",
    "/staff/people/decide",
    "/staff/people/answers",
    "/staff/people",
    "/staff/draft",
    "/staff/roster",
)


def said(answer: Any) -> str:
    return str(answer.text.split("\n")[0])


async def test_no_address_answers_who_is_not_signed_in(staffed: Staffed) -> None:
    nobody = staffed.house.somebody()
    for cookie in ("", "__Host-varsam=x", f"__Host-varsam={b64(os.urandom(32))}"):
        for path, asked in POSTS.items():
            nobody.cookie = cookie
            assert said(await nobody.posts(path, asked)) == "signed-out", path
        for path in GETS:
            nobody.cookie = cookie
            assert said(await nobody.asks("GET", path)) == "signed-out", path


async def test_a_page_of_another_origin_changes_nothing(staffed: Staffed) -> None:
    for origin in ("https://evil.example", "null", "", staffed.house.config.visitor.origin):
        for path, asked in (
            POSTS | {"/staff/sign-in/options": {}, "/staff/sign-in": {}, "/staff/passkey": {}}
        ).items():
            assert said(await staffed.cleo.asks("POST", path, asked, origin=origin)) == "wrong-origin", path
    asks = "/staff/registrar/draft"
    assert said(await staffed.cleo.posts(asks, {})) == "wrong-origin", "no browser asks as a registrar"


async def test_the_visitors_origin_knows_none_of_it(staffed: Staffed) -> None:
    for path in (*POSTS, *GETS, "/staff/registrar/draft"):
        answer = await staffed.house.http.post(staffed.house.config.visitor.origin + path)
        assert answer.status_code == 404, path


async def test_only_a_coordinator_sees_and_changes_who_is_staff(staffed: Staffed) -> None:
    for path in OF_COORDINATORS:
        answer = await (
            staffed.amina.posts(path, POSTS[path]) if path in POSTS else staffed.amina.asks("GET", path)
        )
        assert said(answer) == "wrong-role", path
    assert said(await staffed.amina.asks("GET", "/staff/freshness")) == "wrong-role"
    assert said(await staffed.amina.posts("/staff/freshness", POSTS["/staff/freshness"])) == "wrong-role"


async def test_an_answer_is_good_once(staffed: Staffed) -> None:
    amina = staffed.amina
    options = await amina.told("/staff/sign-in/options", {})
    answer = amina.authenticator.answers(options)
    assert (await amina.posts("/staff/sign-in", {"credential": answer})).status_code == 200
    assert said(await amina.posts("/staff/sign-in", {"credential": answer})) == "no-passkey"


async def test_forged_answers_are_refused(staffed: Staffed) -> None:
    amina = staffed.amina

    async def tries(authenticator: Authenticator, challenge: str = "") -> str:
        options = await amina.told("/staff/sign-in/options", {})
        options["challenge"] = challenge or options["challenge"]
        answer = await amina.posts("/staff/sign-in", {"credential": authenticator.answers(options)})
        return said(answer)

    def another(**changed: Any) -> Authenticator:
        made = Authenticator(staffed.house.staff)
        own = amina.authenticator
        made.id, made.key, made.user, made.count = own.id, own.key, own.user, own.count + 100
        for name, value in changed.items():
            setattr(made, name, value)
        return made

    stranger = Authenticator(staffed.house.staff)
    for forged in (
        stranger,
        another(key=stranger.key),
        another(user=b"A" * 43),
        another(user=b"\xff"),
        another(id=stranger.id),
        another(origin="https://evil.example"),
        another(host="evil.example"),
        another(flags=PRESENT),
        another(count=0),
    ):
        assert await tries(forged) == "no-passkey"
    assert await tries(another(), challenge=b64(os.urandom(32))) == "no-passkey"
    amina.authenticator.count += 200
    assert await tries(amina.authenticator) != "no-passkey"


@pytest.mark.parametrize(
    "credential",
    [
        {},
        {"id": 1},
        {"response": {}},
        {"id": "x", "response": {"clientDataJSON": "e30"}},
        {"response": {"clientDataJSON": "W10"}},
    ],
)
async def test_what_is_no_answer_of_an_authenticator_is_malformed(
    staffed: Staffed, credential: object
) -> None:
    answer = await staffed.amina.posts("/staff/sign-in", {"credential": credential})
    assert said(answer) == "malformed"


async def test_a_passkey_without_pin_finger_or_face_is_not_kept(house: House) -> None:
    person = house.somebody()
    person.authenticator.flags = PRESENT
    assert said(await person.accepts(await house.invites("Cleo"))) == "no-passkey"


async def test_a_link_is_good_once_and_for_a_day(house: House) -> None:
    first, second = await house.invites("Cleo"), await house.invites("Nils")
    await joins(house, first)
    nobody = house.somebody()
    for token in (first, b64(os.urandom(32))):
        assert said(await nobody.posts("/staff/passkey/options", {"invitation": token})) == "not-invited"
    house.clock.ahead = INVITED_SECONDS + 1
    assert said(await nobody.posts("/staff/passkey/options", {"invitation": second})) == "not-invited"


async def test_who_tries_many_links_is_slowed_down_and_finds_none(house: House) -> None:
    token = await house.invites("Cleo")
    nobody = house.somebody()
    tried = [{"invitation": b64(os.urandom(32))} for _ in range(150)]
    answers = {
        said(answer)
        for answer in await asyncio.gather(*(nobody.posts("/staff/passkey/options", t) for t in tried))
    }
    assert answers == {"not-invited", "too-fast"}
    house.clock.ahead += 5
    assert (await nobody.posts("/staff/passkey/options", {"invitation": token})).status_code == 200


async def test_a_link_that_was_replaced_opens_nothing(house: House) -> None:
    cleo = await joins(house, await house.invites("Cleo"))
    made = await cleo.told("/staff/people/invite", {"pseudonym": "Nils", "role": "counsellor"})
    person = next(p for p in (await cleo.told("/staff/people"))["people"] if p["pseudonym"] == "Nils")
    again = await cleo.told("/staff/people/invite", {"person": person["id"]})
    nobody = house.somebody()
    old = await nobody.posts("/staff/passkey/options", {"invitation": made["token"]})
    assert said(old) == "not-invited"
    new = await nobody.posts("/staff/passkey/options", {"invitation": again["token"]})
    assert new.status_code == 200


async def test_what_is_too_long_is_refused_unread(staffed: Staffed) -> None:
    cleo = staffed.cleo
    for path, kilobytes in (("/staff/people/decide", 9), ("/staff/freshness", 65), ("/staff/roster", 4100)):
        asked = {"padding": "x" * (kilobytes * 1024)}
        assert said(await cleo.posts(path, asked)) == "oversize", path
    assert (await cleo.asks("GET", "/staff/me")).status_code == 200


async def test_of_two_who_open_one_link_at_once_one_gets_in(house: House) -> None:
    token = await house.invites("Cleo")
    pair = [house.somebody() for _ in range(2)]
    answers = await asyncio.gather(*(person.accepts(token) for person in pair))
    assert sorted(answer.status_code for answer in answers) == [200, 403]


async def test_another_link_replaces_passkeys_and_ends_sessions(house: House) -> None:
    cleo = await joins(house, await house.invites("Cleo"))
    person = (await cleo.told("/staff/people"))["people"][0]
    again = await cleo.told("/staff/people/invite", {"person": person["id"]})
    found = await joins(house, again["token"])
    assert said(await cleo.asks("GET", "/staff/me")) == "signed-out"
    assert said(await cleo.signs_in()) == "no-passkey"
    assert (await found.told("/staff/me"))["passkeys"] == 1


async def test_a_second_authenticator_signs_in_too(house: House) -> None:
    cleo = await joins(house, await house.invites("Cleo"))
    options = await cleo.told("/staff/passkey/options", {})
    spare = Authenticator(house.staff)
    me = await cleo.told("/staff/passkey", {"credential": spare.makes(options)})
    assert me["passkeys"] == 2
    again = await cleo.told("/staff/passkey/options", {})
    assert len(again["excludeCredentials"]) == 2
    cleo.authenticator = spare
    assert (await cleo.signs_in()).status_code == 200


async def test_a_pseudonym_is_one_persons(house: House) -> None:
    cleo = await joins(house, await house.invites("Cleo"))
    answer = await cleo.posts("/staff/people/invite", {"pseudonym": "Cleo", "role": "counsellor"})
    assert said(answer) == "wrong-moment"
    for pseudonym in ("", "x" * 41, "a\nb"):
        answer = await cleo.posts("/staff/people/invite", {"pseudonym": pseudonym, "role": "counsellor"})
        assert answer.status_code == 400


async def test_a_page_that_was_left_alone_opens_with_the_passkey_only(house: House) -> None:
    cleo = await joins(house, await house.invites("Cleo"))
    assert (await cleo.posts("/staff/lock", {})).status_code == 204
    before = cleo.cookie
    for path, asked in POSTS.items():
        if path != "/staff/sign-out":
            assert said(await cleo.posts(path, asked)) == "locked", path
    assert (await cleo.signs_in()).status_code == 200
    assert cleo.cookie == before, "the same session goes on"
    assert (await cleo.asks("GET", "/staff/me")).status_code == 200


async def test_somebody_elses_passkey_opens_a_session_of_their_own(staffed: Staffed) -> None:
    cleo, amina = staffed.cleo, staffed.amina
    shared = replace(amina, cookie=cleo.cookie)
    assert (await shared.signs_in()).json()["pseudonym"] == "Amina"
    assert shared.cookie != cleo.cookie
    assert (await cleo.told("/staff/me"))["pseudonym"] == "Cleo"


async def test_signing_out_everywhere_ends_every_page(house: House) -> None:
    cleo = await joins(house, await house.invites("Cleo"))
    elsewhere = replace(cleo, cookie="")
    await elsewhere.signs_in()
    assert len((await cleo.told("/staff/sessions"))["pages"]) == 2
    assert (await elsewhere.posts("/staff/sign-out", {"everywhere": True})).status_code == 204
    assert said(await cleo.asks("GET", "/staff/me")) == "signed-out"


async def test_a_session_ends_after_twelve_hours(house: House) -> None:
    cleo = await joins(house, await house.invites("Cleo"))
    house.clock.ahead = SESSION_SECONDS - 5
    assert (await cleo.asks("GET", "/staff/me")).status_code == 200
    house.clock.ahead = SESSION_SECONDS + 1
    assert said(await cleo.asks("GET", "/staff/me")) == "signed-out"


async def test_the_cookie_is_for_this_host_and_no_script(house: House) -> None:
    nobody = house.somebody()
    answer = await nobody.accepts(await house.invites("Cleo"))
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("__host-varsam=")
    for part in ("secure", "httponly", "samesite=strict", "path=/"):
        assert part in cookie
    assert "domain" not in cookie


async def test_the_machine_of_another_person_is_not_ones_own(staffed: Staffed) -> None:
    thief = replace(staffed.cleo, key=staffed.amina.key, seal_key=staffed.amina.seal_key)
    assert await thief.is_at_machine() == "waiting", "the keys alone are a new machine of this person's"
    assert await staffed.cleo.is_at_machine() == "listed"


async def test_what_a_registrar_asks_is_for_one_service_one_purpose_and_one_time(house: House) -> None:
    def asks(**changed: Any) -> staff_bodies.RegistrarAsks:
        own = house.registrar
        request = requests.Request(
            own.registrar.hash, house.staff, "draft", digest(b""), int(house.clock()), os.urandom(32)
        )
        signed = requests.issue_request(REALM, own.key, replace(request, **changed))
        return staff_bodies.RegistrarAsks(
            b64(own.root_document.doc), as_wire(own.document), as_wire(signed), ""
        )

    async def answered(asked: staff_bodies.RegistrarAsks) -> str:
        content = msgspec.json.encode(asked)
        return said(await house.http.post(f"{house.staff}/staff/registrar/draft", content=content))

    good = asks()
    assert (await answered(good)).startswith("{")
    assert await answered(good) == "unverified", "the same again"
    for changed in (
        {"origin": "https://evil.example"},
        {"purpose": "invite"},
        {"body": digest(b"x")},
        {"time": int(house.clock()) - 700},
        {"time": int(house.clock()) + 700},
        {"registrar": os.urandom(32)},
    ):
        assert await answered(asks(**changed)) == "unverified", changed
    other = makes_registrar(int(house.clock()))
    foreign = structs.replace(asks(), root=b64(other.root_document.doc), registrar=as_wire(other.document))
    assert await answered(foreign) == "unverified"
    assert await answered(structs.replace(asks(), registrar=as_wire(other.document))) == "unverified"


async def test_a_registrar_of_another_organisation_is_told_so(house: House) -> None:
    other = makes_registrar(int(house.clock()))
    with pytest.raises(CeremonyError, match="its organisation is another"):
        await asyncio.to_thread(house.service.draft, other)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://staff.example.org", "not encrypted"),
        ("staff.example.org", "not the address"),
        ("https://x.example/other", "not the address"),
    ],
)
async def test_an_address_that_is_no_console_is_refused(address: str, words: str) -> None:
    with pytest.raises(CeremonyError, match=words):
        Service(address)


async def test_a_service_that_does_not_answer_is_told(house: House) -> None:
    with pytest.raises(CeremonyError, match="does not answer"):
        await asyncio.to_thread(Service("http://127.0.0.1:1").draft, house.registrar)
    visitors = Service(house.config.visitor.origin)
    with pytest.raises(CeremonyError, match="no console"):
        await asyncio.to_thread(visitors.draft, house.registrar)
