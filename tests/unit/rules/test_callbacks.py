"""When somebody may be called: windows in every place where clocks are odd, attempts, and expiry (Call 4, Call 5)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat import errors
from chat.rules import callbacks
from chat.rules.callbacks import Course, Outcome, Span
from chat.rules.hours import Day, Hours, read_day

STOCKHOLM = ZoneInfo("Europe/Stockholm")
HOUR, DAY = 3600, 24 * 3600
ALWAYS = [(0, 2**40)]


def at(words: str) -> int:
    """Unix seconds of a time on Stockholm's wall."""
    return int(datetime.fromisoformat(words).replace(tzinfo=STOCKHOLM).timestamp())


NOW = at("2026-11-30 10:00")


def hours(week: str, differs: dict[str, str] | None = None) -> Hours:
    days = {date.fromisoformat(day): read_day(words) for day, words in (differs or {}).items()}

    def special(day: date) -> Day | None:
        return days.get(day)

    return Hours(STOCKHOLM, [read_day(week)] * 7, special)


def checked(windows: Sequence[Span], now: int = NOW, staffed: Sequence[Span] = ALWAYS) -> None:
    callbacks.check_windows(windows, now, staffed)


def test_now_for_one_hour_is_a_window() -> None:
    checked([(NOW, NOW + HOUR)])


def test_a_window_that_has_begun_may_be_asked_for_and_one_that_is_over_may_not() -> None:
    checked([(NOW - HOUR, NOW + 1_800)])
    with pytest.raises(errors.WindowPast):
        checked([(NOW - HOUR, NOW)])
    with pytest.raises(errors.WindowPast):
        checked([(NOW - 2 * HOUR, NOW - HOUR), (NOW, NOW + HOUR)])


def test_no_window_is_said() -> None:
    with pytest.raises(errors.NoWindow):
        checked([])


def test_fourteen_days_ahead_and_no_farther() -> None:
    last = NOW + 14 * DAY
    checked([(last - HOUR, last)])
    with pytest.raises(errors.WindowFar):
        checked([(last + HOUR, last + 2 * HOUR)])


def test_windows_that_overlap_are_said_and_such_that_touch_are_none() -> None:
    checked([(NOW, NOW + HOUR), (NOW + HOUR, NOW + 2 * HOUR)])
    with pytest.raises(errors.WindowsOverlap):
        checked([(NOW, NOW + HOUR), (NOW + 1_800, NOW + 2 * HOUR)])


def test_a_window_when_nobody_works_is_said_and_half_an_hour_of_it_is_enough() -> None:
    staffed = hours("08:00-17:00").spans(NOW, NOW + 14 * DAY)
    checked([(at("2026-11-30 16:30"), at("2026-11-30 20:00"))], staffed=staffed)
    with pytest.raises(errors.WindowUnstaffed):
        checked([(at("2026-11-30 17:00"), at("2026-11-30 20:00"))], staffed=staffed)
    with pytest.raises(errors.WindowUnstaffed):
        checked([(at("2026-12-01 07:00"), at("2026-12-01 08:15"))], staffed=staffed)


def test_across_midnight_a_window_is_one_and_so_are_the_hours() -> None:
    night = hours("20:00-02:00").spans(NOW, NOW + 2 * DAY)
    assert (at("2026-11-30 20:00"), at("2026-12-01 02:00")) in night
    checked([(at("2026-11-30 23:30"), at("2026-12-01 00:30"))], staffed=night)
    around = hours("00:00-24:00").spans(NOW, NOW + 14 * DAY)
    assert around == [(NOW, NOW + 14 * DAY)]


def test_a_holiday_is_a_day_when_nobody_works() -> None:
    closed = hours("08:00-17:00", {"2026-12-25": ""}).spans(NOW, at("2026-12-31 00:00"))
    now = at("2026-12-20 10:00")
    with pytest.raises(errors.WindowUnstaffed):
        checked([(at("2026-12-25 10:00"), at("2026-12-25 12:00"))], now, closed)
    checked([(at("2026-12-28 10:00"), at("2026-12-28 12:00"))], now, closed)


def test_when_summer_time_begins_and_ends_the_hours_stay_whole() -> None:
    spring = hours("01:00-04:00").spans(at("2027-03-28 00:00"), at("2027-03-28 12:00"))
    assert spring == [(at("2027-03-28 01:00"), at("2027-03-28 04:00"))]
    assert spring[0][1] - spring[0][0] == 2 * HOUR
    autumn = hours("01:00-04:00").spans(at("2026-10-25 00:00"), at("2026-10-25 12:00"))
    assert autumn[0][1] - autumn[0][0] == 4 * HOUR
    checked([(autumn[0][0] + HOUR, autumn[0][0] + 2 * HOUR)], at("2026-10-24 12:00"), autumn)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 60), st.integers(1, 20))
def test_spans_hold_whatever_the_clock_says_is_open(start: int, length: int) -> None:
    service = hours("08:00-12:00, 13:00-17:00, 22:00-03:00")
    since = int(datetime(2026, 10, 20, tzinfo=UTC).timestamp()) + start * 6 * HOUR
    spans = service.spans(since, since + length * DAY)
    for step in range(0, length * DAY, 20 * 60):
        assert service.open_at(since + step) == any(a <= since + step < b for a, b in spans)


def test_a_call_is_only_inside_a_window_and_not_before_its_time() -> None:
    windows = [(NOW, NOW + HOUR), (NOW + DAY, NOW + DAY + HOUR)]
    assert callbacks.may_call(windows, 0, NOW)
    assert not callbacks.may_call(windows, 0, NOW - 1)
    assert not callbacks.may_call(windows, 0, NOW + HOUR)
    assert not callbacks.may_call(windows, NOW + 600, NOW + 599)
    assert callbacks.may_call(windows, NOW + 600, NOW + 600)


def test_the_desk_tells_due_later_and_overdue_apart() -> None:
    windows = [(NOW, NOW + HOUR), (NOW + DAY, NOW + DAY + HOUR)]
    for now, stage in (
        (NOW - 1, "later"),
        (NOW, "due"),
        (NOW + HOUR, "later"),
        (NOW + DAY + HOUR, "overdue"),
    ):
        assert callbacks.stage(windows, 0, now) == stage
    assert callbacks.stage(windows, NOW + DAY, NOW) == "later"


@pytest.mark.parametrize("what", ["reached", "someone-else", "wrong-number"])
def test_after_somebody_was_reached_or_somebody_else_answered_nobody_calls_again(what: Outcome) -> None:
    assert callbacks.course([(NOW, NOW + DAY)], 0, what, NOW) == Course(0, 0, over=True)


@pytest.mark.parametrize("what", ["not-free", "no-answer"])
def test_there_are_two_attempts_the_second_after_a_pause_and_inside_a_window(what: Outcome) -> None:
    long = [(NOW, NOW + 2 * HOUR)]
    assert callbacks.course(long, 0, what, NOW) == Course(1, NOW + callbacks.PAUSE_SECONDS, over=False)
    assert callbacks.course(long, 1, what, NOW + HOUR) == Course(2, 0, over=True)
    two = [(NOW, NOW + 1_800), (NOW + DAY, NOW + DAY + 1_800)]
    assert callbacks.course(two, 0, what, NOW + 600) == Course(1, NOW + DAY, over=False)
    assert callbacks.course(two[:1], 0, what, NOW + 600) == Course(1, 0, over=True)


def test_it_ends_72_hours_after_the_last_window() -> None:
    assert (
        callbacks.expiry([(NOW, NOW + HOUR), (NOW + DAY, NOW + DAY + HOUR)]) == NOW + DAY + HOUR + 72 * HOUR
    )


def test_those_on_call_are_told_half_an_hour_before() -> None:
    windows = [(NOW + HOUR, NOW + 2 * HOUR)]
    assert not callbacks.is_near(windows, 0, NOW)
    assert callbacks.is_near(windows, 0, NOW + 1_800)
    assert callbacks.is_near(windows, 0, NOW + HOUR + 600)
    assert not callbacks.is_near(windows, 0, NOW + 2 * HOUR)
    assert timedelta(seconds=callbacks.BEFOREHAND_SECONDS) == timedelta(minutes=30)
