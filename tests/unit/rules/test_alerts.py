"""Those on call are told of whoever could be taken and is not, after the time that was set, and never of more."""

import re

import pytest

from chat.rules.alerts import WORDS, Patience, Reason, calls, longest_wait, running_out
from chat.rules.ids import Sid
from chat.rules.pairing import Place

NOW = 1_000_000
PATIENCE = Patience(alone=30, untaken=120, again=300)


def place(waited: int, *, leased: bool = False, away: bool = False) -> Place:
    return Place(Sid(f"sid-{waited}"), waited, NOW - waited, "ar", "self", leased, away)


def test_the_longest_wait_is_of_those_who_could_be_taken() -> None:
    assert longest_wait([place(10), place(40), place(900, leased=True), place(800, away=True)], NOW) == 40
    assert longest_wait([place(900, leased=True), place(800, away=True)], NOW) is None
    assert longest_wait([], NOW) is None


@pytest.mark.parametrize(
    ("waited", "on_duty", "called"),
    [(None, 0, False), (29, 0, False), (30, 0, True), (30, 1, False), (119, 4, False), (120, 1, True)],
)
def test_nobody_on_duty_is_less_patient_than_somebody_who_may_take(
    waited: int | None, on_duty: int, called: bool
) -> None:
    assert calls(waited, on_duty, PATIENCE) is called


HOUR, DAY = 3600, 24 * 3600


@pytest.mark.parametrize(
    ("fresh", "roster", "is_open", "told"),
    [
        (0, 0, True, set()),
        (12 * HOUR, 14 * DAY, True, set()),
        (12 * HOUR - 1, 14 * DAY, True, {"freshness"}),
        (12 * HOUR - 1, 14 * DAY, False, set()),
        (4 * HOUR - 1, 14 * DAY, False, {"freshness"}),
        (-DAY, 14 * DAY - 1, False, {"freshness", "roster"}),
        (12 * HOUR, -DAY, True, {"roster"}),
    ],
)
def test_what_runs_out_is_told_in_time_and_at_night_only_when_it_is_late(
    fresh: int, roster: int, is_open: bool, told: set[Reason]
) -> None:
    ends, rosters = (NOW + span if span else 0 for span in (fresh, roster))
    assert running_out(ends, rosters, NOW, is_open=is_open) == told


def test_the_words_say_nothing_of_anybody_and_a_callback_looks_like_a_visitor() -> None:
    assert WORDS["waiting"] == WORDS["callback"]
    for words in WORDS.values():
        assert words.startswith("Varsam: ")
        assert not re.search(r"\d|visitor|besökare|call|samtal|language|språk", words.lower())
