"""How fast anybody may send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.errors import TooFast
from chat.rules import limits
from chat.rules.limits import TokenBucket


def taken(bucket: TokenBucket, now: float, tries: int) -> int:
    count = 0
    for _ in range(tries):
        try:
            bucket.take(now)
        except TooFast:
            break
        count += 1
    return count


def test_a_burst_is_let_through_and_then_it_is_too_fast() -> None:
    bucket = TokenBucket(100.0)
    assert taken(bucket, 100.0, 1_000) == limits.BURST_MESSAGES
    with pytest.raises(TooFast):
        bucket.take(100.0)


def test_waiting_as_the_error_says_lets_the_next_message_through() -> None:
    bucket = TokenBucket(100.0)
    taken(bucket, 100.0, 1_000)
    assert TooFast.retry_after is not None
    bucket.take(100.0 + TooFast.retry_after)


@given(st.lists(st.floats(0, 60), min_size=1, max_size=200), st.integers(1, 20), st.floats(0.1, 50))
def test_no_pattern_of_sending_gets_more_than_burst_and_rate(
    pauses: list[float], burst: int, rate: float
) -> None:
    bucket = TokenBucket(0.0, burst, rate)
    now, sent = 0.0, 0
    for pause in pauses:
        now += pause
        sent += taken(bucket, now, 3)
    assert sent <= burst + now * rate + 1e-6


def test_a_clock_that_goes_back_gives_nothing() -> None:
    bucket = TokenBucket(100.0, burst=1)
    bucket.take(100.0)
    with pytest.raises(TooFast):
        bucket.take(50.0)
    with pytest.raises(TooFast):
        bucket.take(100.0)


def test_the_log_has_room_for_an_admission_and_the_end_when_frames_are_full() -> None:
    assert limits.FRAMES_UNTIL_ENTRIES < limits.ASKING_UNTIL_ENTRIES < limits.ANNOUNCEMENTS_UNTIL_ENTRIES
    assert limits.ANNOUNCEMENTS_UNTIL_ENTRIES < limits.LOG_ENTRIES
