"""When the service is open, on the wall clock of the place, in every case that a year has."""

import zoneinfo
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.config import DAYS, OpeningHours
from chat.configured import opening
from chat.rules.hours import Day, Hours, overlaps, read_day

STOCKHOLM = zoneinfo.ZoneInfo("Europe/Stockholm")
CLOSED = dict.fromkeys(DAYS, "")


def at(words: str, fold: int = 0) -> float:
    """The Unix seconds of a moment on the wall in Stockholm."""
    return datetime.fromisoformat(words).replace(tzinfo=STOCKHOLM, fold=fold).timestamp()


def hours(**days: object) -> Hours:
    return opening(OpeningHours(**{**CLOSED, **days}))  # type: ignore[arg-type]


def test_a_window_holds_from_its_first_second_to_before_its_last() -> None:
    monday = hours(monday="09:00-12:00, 13:00-17:00")
    for moment, is_open in (("08:59:59", False), ("09:00:00", True), ("11:59:59", True), ("12:00:00", False),
                            ("13:00:00", True), ("16:59:59", True), ("17:00:00", False)):  # fmt: skip
        assert monday.open_at(at(f"2026-11-23 {moment}")) is is_open, moment
    assert not monday.open_at(at("2026-11-24 10:00:00"))


def test_a_window_past_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    saturday = hours(saturday="20:00-02:00")
    assert saturday.open_at(at("2026-11-28 23:59:59"))
    assert saturday.open_at(at("2026-11-29 01:59:59"))
    assert not saturday.open_at(at("2026-11-29 02:00:00"))
    assert not saturday.open_at(at("2026-11-28 01:00:00"))


def test_a_window_past_midnight_stays_whole_when_the_next_day_is_closed_by_a_date() -> None:
    late = hours(saturday="20:00-02:00", sunday="10:00-12:00", exceptions={"2026-11-29": ""})
    assert late.open_at(at("2026-11-29 01:00:00"))
    assert not late.open_at(at("2026-11-29 11:00:00"))


def test_the_whole_day_has_no_gap_at_midnight() -> None:
    always = opening(OpeningHours())
    midnight = at("2026-11-24 00:00:00")
    assert all(always.open_at(midnight + second) for second in (-1, -0.001, 0, 0.001, 1))


@pytest.mark.parametrize(("day", "offset"), [("2026-03-28", 1), ("2026-03-29", 2), ("2026-10-25", 1)])
def test_the_wall_clock_counts_and_not_the_sun(day: str, offset: int) -> None:
    daily = hours(**dict.fromkeys(DAYS, "09:00-10:00"))
    nine = datetime.fromisoformat(f"{day}T09:00:00").replace(tzinfo=UTC).timestamp() - offset * 3600
    assert not daily.open_at(nine - 1)
    assert daily.open_at(nine)
    assert not daily.open_at(nine + 3600)


def test_in_the_hour_that_autumn_shows_twice_it_is_open_rather_than_closed() -> None:
    night = hours(sunday="02:00-02:30")
    assert night.open_at(at("2026-10-25 02:00:00", fold=0))
    assert night.open_at(at("2026-10-25 02:29:59", fold=1))
    assert not night.open_at(at("2026-10-25 02:30:00", fold=1))


def test_in_the_hour_that_spring_skips_a_window_is_not_lost() -> None:
    night = hours(sunday="02:15-02:45")
    opens = night.opens_after(at("2026-03-28 12:00:00"))
    assert opens is not None
    assert night.open_at(opens)
    assert opens < at("2026-03-29 04:00:00")


def test_public_holidays_and_eves_are_as_configured() -> None:
    usual = dict.fromkeys(DAYS, "08:00-20:00")
    festive = hours(**usual, holidays="", eves="10:00-14:00")
    assert not festive.open_at(at("2026-12-25 12:00:00"))
    assert not festive.open_at(at("2026-04-03 12:00:00")), "Good Friday moves"
    assert not festive.open_at(at("2027-03-26 12:00:00"))
    assert festive.open_at(at("2026-12-24 13:59:59"))
    assert not festive.open_at(at("2026-12-24 14:00:00"))
    assert festive.open_at(at("2026-06-19 10:00:00")), "Midsummer Eve moves"
    assert not festive.open_at(at("2026-06-19 09:00:00"))
    assert festive.open_at(at("2026-11-29 12:00:00")), "a Sunday is no holiday"
    assert hours(**usual).open_at(at("2026-12-25 12:00:00")), "as usual"


def test_a_date_wins_over_a_holiday() -> None:
    open_anyway = hours(holidays="", exceptions={"2026-12-25": "12:00-13:00"})
    assert open_anyway.open_at(at("2026-12-25 12:30:00"))


def test_the_next_opening_is_told_over_nights_weekends_and_holidays() -> None:
    working = hours(**dict.fromkeys(DAYS[:5], "08:00-17:00"), holidays="", eves="")
    assert working.opens_after(at("2026-11-24 07:00:00")) == at("2026-11-24 08:00:00")
    assert working.opens_after(at("2026-11-24 17:00:00")) == at("2026-11-25 08:00:00")
    assert working.opens_after(at("2026-11-27 17:00:00")) == at("2026-11-30 08:00:00")
    assert working.opens_after(at("2026-12-23 17:00:00")) == at("2026-12-28 08:00:00")


def test_where_it_never_opens_no_time_is_told() -> None:
    assert hours().opens_after(at("2026-11-24 12:00:00")) is None


def test_windows_are_read_and_held_against_each_other() -> None:
    assert read_day("") == []
    assert read_day("08:00-12:00, 20:00-02:00") == [(480, 720), (1200, 1560)]
    assert read_day("00:00-24:00") == [(0, 1440)]
    assert not overlaps(read_day("08:00-12:00,12:00-24:00"))
    assert overlaps(read_day("20:00-02:00, 22:00-23:00"))


def written(spans: list[tuple[int, int]]) -> str:
    return ", ".join(f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in spans)


days = st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 1440)), max_size=3).map(written).map(read_day)


@given(st.lists(days, min_size=7, max_size=7), st.integers(1_767_000_000, 1_830_000_000))
def test_at_the_next_opening_it_is_open_and_not_before(week: list[Day], now: int) -> None:
    place = Hours(STOCKHOLM, week, lambda _: None)
    opens = place.opens_after(now)
    if opens is None:
        assert not any(week)
        return
    assert opens > now
    assert place.open_at(opens)
    if not place.open_at(now):
        assert not any(place.open_at(now + (opens - now) * step / 50) for step in range(50))


def test_what_differs_is_asked_by_date() -> None:
    asked: list[date] = []

    def differs(day: date) -> None:
        asked.append(day)

    Hours(STOCKHOLM, [[]] * 7, differs).open_at(at("2026-11-24 00:30:00"))
    assert asked == [date(2026, 11, 23), date(2026, 11, 24)]
