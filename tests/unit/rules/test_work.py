"""How much work is asked for: little at rest, more under pressure, and bounded (W1, W2)."""

from hypothesis import given
from hypothesis import strategies as st

from chat.rules.work import MORE_BITS, QUIET_REQUESTS, REST_BITS, bits


def test_at_rest_it_is_little() -> None:
    assert bits(0, 0, 0) == REST_BITS
    assert bits(QUIET_REQUESTS, 1, 0.2) == REST_BITS


def test_twice_the_requests_cost_four_times_the_work() -> None:
    assert bits(2 * QUIET_REQUESTS, 0, 0) == REST_BITS + 2
    assert bits(4 * QUIET_REQUESTS, 0, 0) == REST_BITS + 4


def test_one_source_works_more_and_others_do_not() -> None:
    assert bits(0, 10, 0) > bits(0, 1, 0) == REST_BITS


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.floats(0, 1))
def test_it_rises_with_pressure_and_never_beyond_what_a_person_waits_for(
    recent: int, source: int, full: float
) -> None:
    asked = bits(recent, source, full)
    assert REST_BITS <= asked <= REST_BITS + MORE_BITS
    assert asked <= bits(recent + 1, source, full) <= bits(recent + 1, source + 1, full)
