"""PURE: which role may send which message, make which offer, and ask whom (K3, E5, E6)."""

from typing import Final, Literal

from chat.errors import WrongRole

Role = Literal["visitor", "counsellor", "supervisor", "interpreter", "coordinator", "guest"]
StaffRole = Literal["counsellor", "supervisor", "interpreter"]
"""Who may be on duty."""
Joining = Literal["handover", "supervise", "interpret"]
"""For what one may come into a conversation that has a member (E6)."""
AccountRole = Literal["counsellor", "supervisor", "interpreter", "coordinator"]
Duty = Literal["be-on-duty", "see-people", "change-people", "see-audit", "sign-freshness"]
"""What an account is for: a desk; see who is staff; invite, compare machines and revoke; read what staff did (Data 4); say hourly
who still counts (K4)."""

_BOTH: Final = frozenset({"follow", "append", "ping"})
_JOINS: Final = _BOTH | {"duty-on", "duty-off", "lost", "set-aside", "join", "unask"}
_MESSAGES: Final[dict[Role, frozenset[str]]] = {
    "visitor": _BOTH | {"start", "tell", "close", "leave", "ask"},
    "counsellor": _JOINS | {"state", "take", "release", "decline", "ask", "invite", "close"},
    "supervisor": _JOINS | {"ask", "invite"},
    "interpreter": _JOINS,
    "coordinator": frozenset({"ping"}),
    "guest": _BOTH | {"enter"},
}
_OFFERS: Final[dict[str, frozenset[Role]]] = {
    "accept": frozenset({"counsellor"}),
    "handover": frozenset({"counsellor"}),
    "supervise": frozenset({"supervisor"}),
    "interpret": frozenset({"interpreter"}),
    "rejoin": frozenset({"counsellor", "supervisor", "interpreter"}),
}
"""Purpose → roles; to rejoin, the role as held (E7)."""
_DUTIES: Final[dict[AccountRole, frozenset[Duty]]] = {
    "counsellor": frozenset({"be-on-duty"}),
    "supervisor": frozenset({"be-on-duty", "sign-freshness"}),
    "interpreter": frozenset({"be-on-duty"}),
    "coordinator": frozenset({"see-people", "change-people", "see-audit", "sign-freshness"}),
}
"""The console has the same in chat/browser/core/roles.ts."""


def check_duty(role: AccountRole, duty: Duty) -> None:
    """`WrongRole` unless it belongs to `role`."""
    if duty not in _DUTIES[role]:
        raise WrongRole(duty)


def may(role: AccountRole, duty: Duty) -> bool:
    """Whether `check_duty` would let it pass."""
    return duty in _DUTIES[role]


def may_sign_freshness(role: AccountRole) -> bool:
    """Whether a roster lists machines of this role as those that may (K4)."""
    return "sign-freshness" in _DUTIES[role]


def takes_callbacks(role: AccountRole) -> bool:
    """Whether a roster lists machines of this role as those that take callbacks (K4, C2)."""
    return role == "counsellor"


def check_message(role: Role, message: str) -> None:
    """`WrongRole` unless `role` may send messages of the wire type `message`."""
    if message not in _MESSAGES[role]:
        raise WrongRole(message)


def check_offer(role: Role, purpose: str) -> None:
    """`WrongRole` unless `role` may offer to come in for `purpose` (E5)."""
    if role not in _OFFERS.get(purpose, frozenset()):
        raise WrongRole(purpose)


def may_offer(role: Role, purpose: str) -> bool:
    """Whether `check_offer` would let it pass."""
    return role in _OFFERS.get(purpose, frozenset())
