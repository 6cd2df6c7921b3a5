"""What each role of the staff may ask of a running service (rules/roles.py), over real sockets."""

from typing import get_args

import msgspec
import pytest

from chat import wire
from chat.client.colleague import Colleague
from chat.client.link import Closed, Refused
from chat.crypto.encoding import b64
from chat.errors import WrongRole
from chat.rules import roles
from tests.integration.client.conftest import Town

SOMETHING = b64(bytes(32))
NAMES: dict[str, roles.Role] = {"Amina": "counsellor", "Siv": "supervisor", "Ibrahim": "interpreter"}


def message(kind: type, who: Colleague) -> wire.CounsellorMessage:
    """One of that kind, about a conversation that is not there."""
    refusal = wire.Refusal(doc=SOMETHING, sig=b64(bytes(64)))
    given = {
        "ref": who.ref(),
        "sid": SOMETHING,
        "lease": SOMETHING,
        "access": SOMETHING,
        "purpose": "handover",
        "after": 0,
    }
    given |= {"entry": refusal, "duty": wire.Signed(doc=SOMETHING, sig=""), "documents": []}
    given |= {"state": "available", "number": 1}
    fields = {field.name for field in msgspec.structs.fields(kind)}
    made: wire.CounsellorMessage = kind(**{name: value for name, value in given.items() if name in fields})
    return made


async def answer(who: Colleague, asked: wire.CounsellorMessage) -> str:
    try:
        await who.link.ask(asked)
    except Refused as refused:
        return refused.code
    except Closed as closed:
        return "wrong-role" if closed.code == WrongRole.close else str(closed.code)
    return "done"


@pytest.mark.parametrize("name", NAMES)
async def test_every_message_of_another_role_is_refused_and_ends_the_connection(
    town: Town, name: str
) -> None:
    who = await town.colleague(name)
    for kind in get_args(wire.CounsellorMessage):
        tag = str(kind.__struct_config__.tag)
        try:
            roles.check_message(NAMES[name], tag)
        except WrongRole:
            assert await answer(who, message(kind, who)) == "wrong-role", tag
            await who.link.closes()
            await who.connects()
            await who.resumes()
            continue
        if tag != "duty-off":
            assert await answer(who, message(kind, who)) != "wrong-role", tag
