"""PURE: when somebody may be called, how often, and for how long a request is kept (Call 4, Call 5). Times are Unix seconds.

Knows windows and the hours when staff works; nothing of whom or why. Days, nights and summer time are `hours`' and the visitor's
browser's: here a window is from one instant to another.
"""

from collections.abc import Iterable, Sequence
from typing import Final, Literal

from msgspec import Struct

from chat import errors

DAY_SECONDS: Final = 24 * 3600
AHEAD_SECONDS: Final = 14 * DAY_SECONDS
STEP_SECONDS: Final = 30 * 60
EXPIRY_SECONDS: Final = 72 * 3600
"""After the last window."""
LEASE_SECONDS: Final = 20 * 60
ATTEMPTS: Final = 2
PAUSE_SECONDS: Final = 30 * 60
"""Between one attempt and the next."""
TOLERANCE_SECONDS: Final = 3600
"""Of the visitor's clock: so much farther ahead is still taken."""
BEFOREHAND_SECONDS: Final = 30 * 60
"""So long before a window those on call are told, where nobody is on duty."""
NOTES_SECONDS: Final = 72 * 3600
"""Notes for the next shift (C5)."""
PLACES: Final = 1_000
"""Requests that wait at once."""
WORK_PLACES: Final = 200
"""Of these for professionals at most, so that they never take a visitor's place (Prof 1)."""

Span = tuple[int, int]
Outcome = Literal["reached", "not-free", "no-answer", "someone-else", "wrong-number"]
Stage = Literal["due", "later", "overdue"]

_TRIED: Final = frozenset({"not-free", "no-answer"})
"""After these it may be tried again; after the others nobody calls this number any more (Call 4)."""


class Course(Struct, frozen=True):
    """What becomes of a request after a call. `over`: it is never called again."""

    attempts: int
    not_before: int
    over: bool


def check_windows(windows: Sequence[Span], now: int, staffed: Iterable[Span]) -> None:
    """Raise what is wrong with the times that somebody asks for; `staffed`: when somebody works, rising."""
    if not windows:
        raise errors.NoWindow
    spans = list(staffed)
    before = 0
    for start, end in windows:
        if start < before:
            raise errors.WindowsOverlap
        if end <= now:
            raise errors.WindowPast
        if end > now + AHEAD_SECONDS + TOLERANCE_SECONDS:
            raise errors.WindowFar
        if not any(min(end, to) - max(start, since) >= STEP_SECONDS for since, to in spans):
            raise errors.WindowUnstaffed
        before = end


def expiry(windows: Sequence[Span]) -> int:
    """When nothing of it is left, at the latest (Call 5)."""
    return last_end(windows) + EXPIRY_SECONDS


def last_end(windows: Sequence[Span]) -> int:
    """The end of the last window."""
    return max(end for _, end in windows)


def may_call(windows: Sequence[Span], not_before: int, now: int) -> bool:
    """Whether now is a time when this person may be called."""
    return now >= not_before and any(start <= now < end for start, end in windows)


def next_call(windows: Sequence[Span], not_before: int, now: int) -> int | None:
    """From when on this person may be called next, or may already; None: never again."""
    soonest = max(now, not_before)
    return min((max(start, soonest) for start, end in windows if end > soonest), default=None)


def stage(windows: Sequence[Span], not_before: int, now: int) -> Stage:
    """How the desk sorts it."""
    if may_call(windows, not_before, now):
        return "due"
    return "later" if next_call(windows, not_before, now) is not None else "overdue"


def course(windows: Sequence[Span], attempts: int, outcome: Outcome, now: int) -> Course:
    """Call 4: at most two attempts, the next only inside a window; after *someone else*, *reached* or a wrong number none."""
    if outcome not in _TRIED:
        return Course(attempts, 0, over=True)
    again = next_call(windows, now + PAUSE_SECONDS, now) if attempts + 1 < ATTEMPTS else None
    return Course(attempts + 1, again or 0, over=again is None)


def is_near(windows: Sequence[Span], not_before: int, now: int) -> bool:
    """Whether somebody should be there now, or within half an hour, to call."""
    again = next_call(windows, not_before, now)
    return again is not None and again - now <= BEFOREHAND_SECONDS
