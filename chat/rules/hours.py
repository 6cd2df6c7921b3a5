"""PURE: when the service is open, by the clock on the wall of the place where it is.

Knows weekly spans, days that differ, and a time zone; it is told what the time is. A span belongs to the day on which it
begins: one that goes past midnight stays whole whatever the next day is.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Final, NamedTuple

MIDNIGHT_MINUTES: Final = 24 * 60
AHEAD_DAYS: Final = 400
"""So far is looked for the next opening."""
_SPAN: Final = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)")


class Span(NamedTuple):
    """Minutes on the wall clock after the day's first midnight; an end after `MIDNIGHT_MINUTES` is on the next day."""

    start: int
    end: int


Day = Sequence[Span]
"""A day's spans; none: closed."""


def read_day(words: str) -> Day:
    """The spans in words such as "08:00-12:00, 20:00-02:00"; an end that is not after its start is on the next day."""
    return [_span(*map(int, found)) for found in _SPAN.findall(words)]


def overlaps(day: Day) -> bool:
    """Whether two spans of a day have a time in common, which nobody means."""
    return any(before.end > after.start for before, after in pairwise(sorted(day)))


class Hours:
    """`week`: seven days, Monday first. `differs`: what a date has instead; None: nothing special."""

    def __init__(self, zone: tzinfo, week: Sequence[Day], differs: Callable[[date], Day | None]) -> None:
        self._zone = zone
        self._week = week
        self._differs = differs

    def open_at(self, now: float) -> bool:
        """Whether a conversation may be started at `now` (Unix seconds)."""
        today = self._today(now)
        return any(start <= now < end for day in (today - _DAY, today) for start, end in self._spans(day))

    def opens_after(self, now: float) -> int | None:
        """When it opens next after `now` (Unix seconds, both); None where no opening is in sight."""
        today = self._today(now)
        for ahead in range(AHEAD_DAYS):
            starts = [start for start, _ in self._spans(today + ahead * _DAY) if start > now]
            if starts:
                return min(starts)
        return None

    def spans(self, start: int, end: int) -> list[tuple[int, int]]:
        """When it is open from `start` to `end` (Unix seconds): rising, and what touches is one."""
        first, days = self._today(start) - _DAY, (end - start) // 86_400 + 4
        found = sorted(span for ahead in range(days) for span in self._spans(first + ahead * _DAY))
        joined: list[tuple[int, int]] = []
        for since, to in found:
            if joined and since <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(to, joined[-1][1]))
            else:
                joined.append((since, to))
        return [(max(since, start), min(to, end)) for since, to in joined if since < end and to > start]

    def _today(self, now: float) -> date:
        return datetime.fromtimestamp(now, UTC).astimezone(self._zone).date()

    def _spans(self, day: date) -> list[tuple[int, int]]:
        spans = self._differs(day)
        if spans is None:
            spans = self._week[day.weekday()]
        return [(self._start(day, start), self._end(day, end)) for start, end in spans]

    def _start(self, day: date, minutes: int) -> int:
        """Unix seconds. Of the hour that autumn shows twice the first; in the hour that spring skips, an hour later."""
        return self._instant(day, minutes, 0)

    def _end(self, day: date, minutes: int) -> int:
        """Unix seconds: open rather than closed, where the clock shows a time twice."""
        return max(self._instant(day, minutes, fold) for fold in (0, 1))

    def _instant(self, day: date, minutes: int, fold: int) -> int:
        later, minutes = divmod(minutes, MIDNIGHT_MINUTES)
        wall = time(minutes // 60, minutes % 60, fold=fold)
        return int(datetime.combine(day + later * _DAY, wall, self._zone).timestamp())


_DAY: Final = timedelta(days=1)


def _span(start_hour: int, start_minute: int, end_hour: int, end_minute: int) -> Span:
    start, end = 60 * start_hour + start_minute, 60 * end_hour + end_minute
    return Span(start, end if end > start else end + MIDNIGHT_MINUTES)
