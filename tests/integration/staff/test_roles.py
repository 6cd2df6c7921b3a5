"""Who may do what, walked: every message of a desk and every address of staff's origin, by every role and by nobody."""

from collections.abc import AsyncIterator
from typing import Any, get_args

import msgspec
import pytest
import pytest_asyncio
from msgspec import inspect
from starlette.routing import Route

from chat import errors, wire
from chat.client.link import Closed, Refused
from chat.crypto.encoding import b64
from chat.rules import roles
from chat.rules.roles import AccountRole, Duty
from chat.web.sites import Site
from tests.integration.staff.organisation import House, counsellor, first_coordinator, house_open
from tests.integration.staff.person import Person

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROLES: tuple[AccountRole, ...] = get_args(AccountRole)
MESSAGES = {
    kind.__struct_config__.tag: kind for kind in get_args(wire.CounsellorMessage | wire.VisitorMessage)
}

EVERYBODY, ANYBODY, PAGE, CALLS = "everybody", "anybody", "page", "calls"
ADDRESSES: dict[str, Duty | str] = {
    "POST /staff/sign-in/options": ANYBODY,
    "POST /staff/sign-in": ANYBODY,
    "POST /staff/sign-out": EVERYBODY,
    "POST /staff/lock": EVERYBODY,
    "POST /staff/passkey/options": EVERYBODY,
    "POST /staff/passkey": EVERYBODY,
    "GET /staff/me": EVERYBODY,
    "GET /staff/sessions": EVERYBODY,
    "POST /staff/machine": EVERYBODY,
    "GET /staff/people": "see-people",
    "POST /staff/people/invite": "change-people",
    "POST /staff/people/decide": "change-people",
    "GET /staff/audit": "see-audit",
    "GET /staff/audit/export": "see-audit",
    "POST /staff/people/answers": "change-people",
    "GET /staff/draft": "change-people",
    "POST /staff/roster": "change-people",
    "GET /staff/freshness": "sign-freshness",
    "POST /staff/freshness": "sign-freshness",
    "POST /staff/registrar/draft": "registrar",
    "POST /staff/registrar/roster": "registrar",
    "POST /staff/registrar/invite": "registrar",
    "GET /staff/shift": EVERYBODY,
    "GET /staff/callbacks": EVERYBODY,
    "POST /staff/callbacks/take": CALLS,
    "POST /staff/callbacks/release": CALLS,
    "POST /staff/callbacks/number": CALLS,
    "POST /staff/callbacks/outcome": CALLS,
    "POST /staff/callbacks/done": CALLS,
    "POST /staff/callbacks/note": CALLS,
    "GET /staff/callbacks/shift-notes": CALLS,
    "POST /staff/callbacks/shift-notes": CALLS,
    "GET /staff/callbacks/teams": CALLS,
    "POST /staff/callbacks/teams": CALLS,
    "POST /staff/callbacks/shares": CALLS,
    "GET /staff": PAGE,
    "GET /staff/guest": PAGE,
    "GET /staff/s/{name}": PAGE,
    "GET /c/{name}": PAGE,
    "GET /v1/roster/{digest}": PAGE,
    "GET /.well-known/varsam.json": PAGE,
    "GET /healthz": PAGE,
    "GET /readyz": PAGE,
}
"""Everybody: who is signed in; anybody: also who is not; page: the same for all, and nothing of anybody's; calls: who takes calls."""
BODIES: dict[str, dict[str, Any]] = {
    "/staff/sign-in": {"credential": {}},
    "/staff/passkey": {"credential": {}},
    "/staff/machine": {"signature_key": "", "hpke_key": ""},
    "/staff/people/invite": {"person": "A" * 43},
    "/staff/people/decide": {"person": "A" * 43, "what": "revoke-person"},
    "/staff/people/answers": {"person": "A" * 43},
    "/staff/freshness": {"fresh": {"doc": "", "sig": ""}},
    "/staff/roster": {
        "roster": {"roster": {"doc": "", "sig": ""}, "registrar": "A" * 43, "documents": []},
        "certificates": [],
        "documents": [],
    },
}


class Everybody:
    """One person of each role in one house."""

    def __init__(self, house: House, people: dict[AccountRole, Person]) -> None:
        self.house = house
        self.people = people


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def everybody() -> AsyncIterator[Everybody]:
    async with house_open() as house:
        cleo = await first_coordinator(house)
        people: dict[AccountRole, Person] = {"coordinator": cleo}
        for role in ROLES[:3]:
            people[role] = await counsellor(house, cleo, role.title(), role)
        yield Everybody(house, people)


def anything(kind: inspect.Type) -> Any:
    """A value of this shape."""
    match kind:
        case inspect.StructType():
            made = {f.encode_name: anything(f.type) for f in kind.fields if f.required}
            return made | ({kind.tag_field: kind.tag} if kind.tag_field else {})
        case inspect.UnionType():
            return anything(kind.types[0])
        case inspect.ListType():
            return []
        case inspect.LiteralType():
            return kind.values[0]
        case inspect.IntType():
            return max(kind.ge or 0, 1)
        case inspect.BoolType():
            return False
        case inspect.StrType():
            return "A" * max(kind.min_length or 0, 43)
        case inspect.NoneType():
            return None
    raise AssertionError(f"no example of {kind}")


async def answer(house: House, person: Person, role: AccountRole, tag: str) -> str:
    """What the service says to this message from a page of this role: an error's code, or that it took it."""
    async with person.at_desk(house.registrar.root.hash) as desk:
        await desk.connects()
        if roles.may(role, "be-on-duty"):
            await desk.goes_on_duty()
        message = anything(inspect.type_info(MESSAGES[tag]))
        heard: list[str] = []
        receive = desk.receive

        async def hears(said: wire.ServerMessage) -> None:
            if isinstance(said, wire.Error):
                heard.append(said.code)
            await receive(said)

        desk.link._reader.cancel()  # type: ignore[union-attr]
        desk.link.starts_reading(hears, desk._tell)
        await desk.link.send_raw(msgspec.json.encode(message).decode())
        try:
            await desk.link.ask(wire.Ping(ref=desk.ref()))
        except (Closed, Refused):
            assert heard, f"{role}: {tag} closed the link without a word"
        return heard[0] if heard else "taken"


@pytest.mark.parametrize("role", ROLES)
async def test_every_message_by_every_role(everybody: Everybody, role: AccountRole) -> None:
    for tag in MESSAGES.keys() - {"duty-on", "duty-off"}:
        said = await answer(everybody.house, everybody.people[role], role, tag)
        try:
            roles.check_message(role, tag)
        except errors.WrongRole:
            assert said in ("wrong-role", "off-duty"), f"{role} sent {tag}: {said}"
        else:
            assert said != "wrong-role", f"{role} sent {tag}"


@pytest.mark.parametrize("role", ROLES)
async def test_only_who_has_a_desk_goes_on_duty(everybody: Everybody, role: AccountRole) -> None:
    house = everybody.house
    async with everybody.people[role].at_desk(house.registrar.root.hash) as desk:
        await desk.connects()
        if roles.may(role, "be-on-duty"):
            await desk.goes_on_duty()
        else:
            with pytest.raises(Refused, match="wrong-role"):
                await desk.goes_on_duty()


def said(response: Any) -> str:
    return str(response.text.split("\n")[0])


async def asks(person: Person, address: str) -> str:
    method, path = address.replace("{name}", "none.js").replace("{digest}", "A" * 43).split()
    body = BODIES.get(path, {}) if method == "POST" else None
    return said(await person.asks(method, path, body))


async def test_no_address_is_forgotten(everybody: Everybody) -> None:
    """Of the whole of staff's origin, as it is served."""
    house = everybody.house
    site = house.app.sites[house.staff]
    assert isinstance(site, Site)
    routes = [route for route in site.routes if isinstance(route, Route)]
    assert len(routes) == len(site.routes)
    known = {f"{method} {route.path}" for route in routes for method in (route.methods or set()) - {"HEAD"}}
    assert known == ADDRESSES.keys()


def allows(role: AccountRole, needs: Duty | str) -> bool:
    if needs == CALLS:
        return roles.takes_callbacks(role)
    return needs in (EVERYBODY, ANYBODY, PAGE) or roles.may(role, needs)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", ROLES)
async def test_every_address_by_every_role(everybody: Everybody, role: AccountRole) -> None:
    person = everybody.people[role]
    kept = person.cookie
    for address, needs in ADDRESSES.items():
        if address in ("POST /staff/sign-out", "POST /staff/lock"):
            continue  # They end what the walk needs; who they are for is everybody.
        answered = await asks(person, address)
        person.cookie = kept
        if needs == "registrar":
            assert answered == "wrong-origin", address
        elif allows(role, needs):
            assert answered not in ("wrong-role", "signed-out", "wrong-origin"), address
        else:
            assert answered == "wrong-role", address


@pytest.mark.parametrize("cookie", ["", "__Host-varsam=x", "__Host-varsam=" + b64(bytes(32))])
async def test_every_address_by_nobody(everybody: Everybody, cookie: str) -> None:
    nobody = everybody.house.somebody()
    for address, needs in ADDRESSES.items():
        nobody.cookie = cookie
        answered = await asks(nobody, address)
        if needs == "registrar":
            assert answered == "wrong-origin", address
        elif needs == ANYBODY:
            assert answered in ("malformed", "no-passkey") or answered.startswith("{"), address
        elif needs == PAGE:
            assert answered not in ("wrong-role", "signed-out", "wrong-origin"), address
        else:
            assert answered == "signed-out", address
