"""States and their moves (E8)."""

import itertools
from typing import get_args

import pytest

from chat.errors import WrongMoment
from chat.rules.conversation import ADMIT, GIVE_BACK, LEASE, Move, State, moved

LEGAL = {
    ("waiting", LEASE): "offered",
    ("offered", GIVE_BACK): "waiting",
    ("offered", ADMIT): "admitted",
}


@pytest.mark.parametrize(("state", "move"), [*itertools.product(get_args(State), (LEASE, GIVE_BACK, ADMIT))])
def test_only_the_moves_of_the_protocol_change_a_state(state: State, move: Move) -> None:
    if (state, move) in LEGAL:
        assert moved(state, move) == LEGAL[state, move]
    else:
        with pytest.raises(WrongMoment):
            moved(state, move)


def test_nobody_is_handed_on_unasked_after_admission() -> None:
    for move in (LEASE, GIVE_BACK, ADMIT):
        with pytest.raises(WrongMoment):
            moved("admitted", move)
