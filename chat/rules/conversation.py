"""PURE: the states of a conversation that has not ended, and the only moves between them (E8).

waiting → offered → admitted, and offered → waiting when a lease is not used. An illegal move is an error, and nothing
changed. "ended" is no state: an ended conversation is gone (S6). The store's scripts get their moves from here.
"""

from typing import Final, Literal, NamedTuple

from chat.errors import WrongMoment

State = Literal["waiting", "offered", "admitted"]
Ending = Literal["closed", "left-quickly", "time", "continued"]
"""Why a conversation ended: somebody closed it · the visitor left in a hurry · its time was over · it goes on under a new id."""


class Move(NamedTuple):
    """From one state to another."""

    before: State
    after: State


LEASE: Final = Move("waiting", "offered")
GIVE_BACK: Final = Move("offered", "waiting")
ADMIT: Final = Move("offered", "admitted")


def moved(state: State, move: Move) -> State:
    """The state after `move`; `WrongMoment` if it does not start from `state`."""
    if state != move.before:
        raise WrongMoment(f"{state} does not become {move.after}")
    return move.after
