"""PURE: how much work is asked for (W1, W2): little at rest, twice as much with each step of pressure, and never a refusal.

Knows counts and nobody. A bit more is twice the work.
"""

import math
from typing import Final

REST_BITS: Final = 14
"""At most 2 s on the slowest phones that we know, mostly far less."""
MORE_BITS: Final = 7
"""At most so many more: half a minute there, and longer nobody waits; what then still comes is bounded by places."""
QUIET_REQUESTS: Final = 20
"""Within `RECENT_SECONDS`, of everybody: what a busy evening brings."""
RECENT_SECONDS: Final = 10 * 60
BITS_FOR_TWICE: Final = 2
"""Twice as many requests make four times the work."""
QUIET_SOURCE: Final = 6
"""Of one source, within an hour: a family's, or a school's."""


def bits(recent: int, of_source: int, filled: float, rest: int = REST_BITS) -> float:
    """How many bits, for so many requests lately, so many of this source's, and places filled from 0 to 1. `rest`: at rest."""
    crowd = BITS_FOR_TWICE * math.log2(max(recent, 1) / QUIET_REQUESTS)
    source = max(of_source - QUIET_SOURCE, 0)
    full = 4 * max(filled - 0.5, 0)
    return rest + min(max(crowd, 0) + source + full, MORE_BITS)
