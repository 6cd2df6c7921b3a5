"""How long one may have to wait is said from what others really waited, and never promised better than it is now."""

import pytest

from chat.rules.waiting import BANDS_MINUTES, LEAST_WAITS, band_of, within_minutes

DAY = BANDS_MINUTES[-1]


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [(0, 5), (300, 5), (301, 15), (900, 15), (1_801, 60), (3_600, 60), (3_601, DAY), (90_000, DAY)],
)
def test_a_wait_is_counted_in_the_first_band_that_holds_it(seconds: int, minutes: int) -> None:
    assert BANDS_MINUTES[band_of(seconds)] == minutes


def test_too_few_waits_say_nothing() -> None:
    assert within_minutes([LEAST_WAITS - 1, 0, 0, 0, 0], 0) is None
    assert within_minutes([0] * 5, 3_600) is None
    assert within_minutes([LEAST_WAITS, 0, 0, 0, 0], 0) == 5


def test_most_means_four_of_five() -> None:
    assert within_minutes([8, 0, 0, 2, 0], 0) == 5
    assert within_minutes([7, 0, 0, 3, 0], 0) == 60
    assert within_minutes([0, 0, 0, 0, 9], 0) == DAY


def test_nothing_shorter_is_said_than_somebody_waits_already() -> None:
    assert within_minutes([50, 0, 0, 0, 0], 20 * 60) == 30
    assert within_minutes([50, 0, 0, 0, 0], 2 * 3_600) == DAY
    assert within_minutes([0, 0, 0, 9, 0], 20 * 60) == 60
