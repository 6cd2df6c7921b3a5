"""PURE: which role may send which message, and make which offer (K3, E5)."""

from typing import Final, Literal

from chat.errors import WrongRole

Role = Literal["visitor", "counsellor", "supervisor", "interpreter", "coordinator"]

_BOTH: Final = frozenset({"follow", "append", "close", "ping"})
_MESSAGES: Final[dict[Role, frozenset[str]]] = {
    "visitor": _BOTH | {"start", "leave"},
    "counsellor": _BOTH | {"duty-on", "duty-off", "take", "release", "lost"},
    "supervisor": frozenset({"ping"}),
    "interpreter": frozenset({"ping"}),
    "coordinator": frozenset({"ping"}),
}
_OFFERS: Final[dict[str, Role]] = {"accept": "counsellor", "rejoin": "counsellor"}
"""Purpose → role; as long as only counsellors are let in, only they rejoin. The other purposes of E5 are refused until
somebody can answer them.
"""


def check_message(role: Role, message: str) -> None:
    """`WrongRole` unless `role` may send messages of the wire type `message`."""
    if message not in _MESSAGES[role]:
        raise WrongRole(message)


def check_offer(role: Role, purpose: str) -> None:
    """`WrongRole` unless `role` may offer to come in for `purpose` (E5)."""
    if _OFFERS.get(purpose) != role:
        raise WrongRole(purpose)
