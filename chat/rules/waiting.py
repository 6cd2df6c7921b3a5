"""PURE: how long one may have to wait, honestly: from what others really waited in the last hours, in coarse bands (Before 5).

Knows counts and durations and nobody's place. Where too few have waited nothing is claimed.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

BANDS_MINUTES: Final = (5, 15, 30, 60, 24 * 60)
"""A wait is counted in the first that holds it; the last is "longer than an hour"."""
HOURS: Final = 3
"""The hour that runs, and those before it that still count."""
LEAST_WAITS: Final = 5
"""Fewer say nothing about the next one, and too much about those few."""
MOST: Final = 0.8


def band_of(seconds: int) -> int:
    """The band of one wait, as an index of `BANDS_MINUTES`."""
    return min(bisect_left(BANDS_MINUTES, seconds / 60), len(BANDS_MINUTES) - 1)


def within_minutes(counts: Sequence[int], longest: int) -> int | None:
    """Most were answered within so many minutes, by `counts` for each band; None: nobody can say.

    `longest`: seconds for which the one who has waited longest now already waits; less than that is never promised.
    """
    whole = sum(counts)
    if whole < LEAST_WAITS:
        return None
    held = 0
    for band, count in enumerate(counts):
        held += count
        if held >= MOST * whole:
            return BANDS_MINUTES[max(band, band_of(longest))]
    return None
