"""Who may send what (K3, E5)."""

from typing import get_args

import pytest

from chat import wire
from chat.errors import WrongRole
from chat.rules.roles import Role, check_message, check_offer


def tags(union: object) -> set[str]:
    return {message.__struct_config__.tag for message in get_args(union)}


def allowed(role: Role) -> set[str]:
    kept = set()
    for tag in tags(wire.VisitorMessage) | tags(wire.CounsellorMessage):
        try:
            check_message(role, tag)
        except WrongRole:
            continue
        kept.add(tag)
    return kept


def test_a_visitor_sends_the_visitors_messages_and_no_others() -> None:
    assert allowed("visitor") == tags(wire.VisitorMessage)


def test_a_counsellor_sends_the_counsellors_messages_and_no_others() -> None:
    assert allowed("counsellor") == tags(wire.CounsellorMessage)


@pytest.mark.parametrize("role", ["supervisor", "interpreter", "coordinator"])
def test_only_a_counsellor_goes_on_duty_and_takes_visitors(role: Role) -> None:
    assert allowed(role) == {"ping"}


@pytest.mark.parametrize("role", get_args(Role))
@pytest.mark.parametrize("purpose", ["accept", "handover", "supervise", "interpret", "rejoin", ""])
def test_only_a_counsellor_may_offer_to_accept_or_to_rejoin(role: Role, purpose: str) -> None:
    if role == "counsellor" and purpose in ("accept", "rejoin"):
        check_offer(role, purpose)
    else:
        with pytest.raises(WrongRole):
            check_offer(role, purpose)
