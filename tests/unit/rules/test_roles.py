"""Who may send what (K3, E5)."""

import re
from pathlib import Path
from typing import get_args

import pytest

from chat import wire
from chat.errors import WrongRole
from chat.rules.roles import AccountRole, Duty, Role, check_duty, check_message, check_offer, may, may_offer

CONSOLES = Path(__file__).parents[3] / "chat" / "browser" / "core" / "roles.ts"


def tags(union: object) -> set[str]:
    return {message.__struct_config__.tag for message in get_args(union)}


def allowed(role: Role) -> set[str]:
    kept = set()
    for tag in tags(wire.VisitorMessage) | tags(wire.CounsellorMessage) | tags(wire.GuestMessage):
        try:
            check_message(role, tag)
        except WrongRole:
            continue
        kept.add(tag)
    return kept


JOINS = {"follow", "append", "ping", "duty-on", "duty-off", "lost", "set-aside", "join", "unask"}
TABLE: dict[Role, set[str]] = {
    "visitor": tags(wire.VisitorMessage),
    "counsellor": tags(wire.CounsellorMessage),
    "supervisor": JOINS | {"ask", "invite"},
    "interpreter": JOINS,
    "coordinator": {"ping"},
    "guest": tags(wire.GuestMessage),
}
OFFERS: dict[Role, set[str]] = {
    "visitor": set(),
    "counsellor": {"accept", "handover", "rejoin"},
    "supervisor": {"supervise", "rejoin"},
    "interpreter": {"interpret", "rejoin"},
    "coordinator": set(),
    "guest": set(),
}


@pytest.mark.parametrize("role", get_args(Role))
def test_each_role_sends_its_own_messages_and_no_others(role: Role) -> None:
    assert allowed(role) == TABLE[role]


def test_only_a_counsellor_takes_visitors_and_only_who_answers_ends_it_for_everybody() -> None:
    for role in get_args(Role):
        assert ("take" in allowed(role)) == (role == "counsellor")
        assert ("close" in allowed(role)) == (role in ("counsellor", "visitor"))


@pytest.mark.parametrize("role", get_args(Role))
@pytest.mark.parametrize("purpose", ["accept", "handover", "supervise", "interpret", "rejoin", ""])
def test_each_role_offers_for_its_own_purposes_and_no_others(role: Role, purpose: str) -> None:
    assert may_offer(role, purpose) == (purpose in OFFERS[role])
    if purpose in OFFERS[role]:
        check_offer(role, purpose)
    else:
        with pytest.raises(WrongRole):
            check_offer(role, purpose)


def test_the_console_has_the_same_table() -> None:
    rows = re.findall(r"^  (\w+): \[(.*)\],$", CONSOLES.read_text(encoding="utf-8"), re.MULTILINE)
    table = {role: set(re.findall(r'"([a-z-]+)"', duties)) for role, duties in rows}
    assert table == {
        role: {duty for duty in get_args(Duty) if may(role, duty)} for role in get_args(AccountRole)
    }


@pytest.mark.parametrize("role", get_args(AccountRole))
def test_a_desk_is_for_those_who_may_send_its_messages(role: AccountRole) -> None:
    assert may(role, "be-on-duty") == ("duty-on" in allowed(role))
    for duty in set(get_args(Duty)):
        if may(role, duty):
            check_duty(role, duty)
        else:
            with pytest.raises(WrongRole):
                check_duty(role, duty)
