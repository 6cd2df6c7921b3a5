"""PURE: for what those on call are told that something waits, in which words, and when. The words say nothing of anybody
(Staff 2).
"""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from msgspec import Struct

from chat.rules.pairing import Place

Reason = Literal["waiting", "callback", "keys", "freshness", "roster", "test"]
"""A visitor whom nobody takes · a callback whom nobody takes · a callback that fewer than two machines can open (C4) · freshness that
ends · a roster that ends · a try.
"""

WORDS: Final[Mapping[Reason, str]] = {
    "waiting": "Varsam: something is waiting. Något väntar.",
    "callback": "Varsam: something is waiting. Något väntar.",
    "keys": "Varsam: one more console is needed, have a counsellor sign in. En konsol till behövs, be en stödperson logga in.",
    "freshness": "Varsam: the chat closes soon, open the console. Chatten stänger snart, öppna konsolen.",
    "roster": "Varsam: the roster ends soon, sign the next one. Registret går snart ut, signera nästa.",
    "test": "Varsam: only a test. Bara ett test.",
}
"""All that ever leaves the service. Who reads along cannot tell a visitor from a callback."""


FRESHNESS_WARNED_SECONDS: Final = 12 * 3600
FRESHNESS_URGENT_SECONDS: Final = 4 * 3600
"""K4: from 20 h on. Before that only while the chat is open: nobody is called at night for what a console mends in the morning."""
ROSTER_WARNED_SECONDS: Final = 14 * 24 * 3600
AGAIN_SECONDS: Final[Mapping[Reason, int]] = {"keys": 4 * 3600, "freshness": 4 * 3600, "roster": 24 * 3600}
RUNNING_OUT: Final[tuple[Reason, ...]] = ("freshness", "roster")


def running_out(fresh_until: int, roster_until: int, now: int, *, is_open: bool) -> set[Reason]:
    """Of what those on call are told that it ends (K4). Unix seconds; 0: there is none yet, and nothing ends."""
    warned = FRESHNESS_WARNED_SECONDS if is_open else FRESHNESS_URGENT_SECONDS
    found: set[Reason] = set()
    if fresh_until and fresh_until - now < warned:
        found.add("freshness")
    if roster_until and roster_until - now < ROSTER_WARNED_SECONDS:
        found.add("roster")
    return found


class Patience(Struct, frozen=True):
    """So long a visitor waits before those on call are told, and so long until they are told again. Seconds."""

    alone: int = 30
    """Where no counsellor is on duty."""
    untaken: int = 120
    """Where some are, and nobody takes."""
    again: int = 300


def longest_wait(places: Iterable[Place], now: int) -> int | None:
    """Seconds, of whoever could be taken now; None: nobody could. Who is away is passed over, and may never come back (E8)."""
    return max((now - place.since for place in places if not (place.leased or place.away)), default=None)


def calls(waited: int | None, on_duty: int, patience: Patience) -> bool:
    """Whether those on call are told; `on_duty`: how many counsellors are."""
    return waited is not None and waited >= (patience.untaken if on_duty else patience.alone)
