"""PURE: how much, how many, how fast, how long. Every constant carries its unit; time is an argument."""

from typing import Final

from chat.errors import TooFast

# The log (S1)
FRAMES_UNTIL_ENTRIES: Final = 1_950
"""From this length on frames are `full`; what is left is for announcements and the end."""
ASKING_UNTIL_ENTRIES: Final = 1_990
"""So far leases and offers may go, so that somebody can still be let in."""
ANNOUNCEMENTS_UNTIL_ENTRIES: Final = 1_998
DEPARTURE_UNTIL_ENTRIES: Final = 1_999
"""The service's word that the visitor left, where that is not the end."""
LOG_ENTRIES: Final = 2_000
"""The last is for the end."""

# How long things live (S5, S6, E8)
WAITING_SECONDS: Final = 45 * 60
"""Without the visitor's socket, before admission; the place in the queue is kept as long."""
ADMITTED_SECONDS: Final = 10 * 60
"""Without the visitor's socket, after admission."""
CONVERSATION_SECONDS: Final = 24 * 3600
COOL_DOWN_MINUTES: Final = 30
"""After an end for abuse, unless the operator says otherwise (Staff 5)."""
TOMBSTONE_SECONDS: Final = 15 * 60
CODE_LOCK_SECONDS: Final = 2 * 60
"""What lies under a return code is for its first reader alone (R2)."""
LEASE_SECONDS: Final = 30
OFFER_SECONDS: Final = 20
PRESENCE_SECONDS: Final = 30
"""A socket's presence counts so long after it was last renewed."""
POLL_PRESENCE_SECONDS: Final = 20
"""A page's that polls, after its last request: as long as one waits for news, and the way there and back."""

# Capacities
QUEUE_PLACES: Final = 500
WORK_PLACES: Final = 100
"""Of the professionals' own queue: however many they are, they take no visitor's place (Prof 1)."""
SOCKETS_PER_CAPABILITY: Final = 3
"""One page, and those that a network change has not yet closed."""
FRAMES_IN_FLIGHT: Final = 16
"""Per sender."""

# Speed: a person, with receipts and long texts in parts, stays far below.
BURST_MESSAGES: Final = 60
MESSAGES_PER_SECOND: Final = 20.0


class TokenBucket:
    """`burst` at once, `per_second` in the long run. Seconds on any clock that does not go back."""

    __slots__ = ("_at", "_burst", "_per_second", "_tokens")

    def __init__(
        self, now: float, burst: int = BURST_MESSAGES, per_second: float = MESSAGES_PER_SECOND
    ) -> None:
        self._burst = float(burst)
        self._per_second = per_second
        self._tokens = float(burst)
        self._at = now

    def take(self, now: float) -> None:
        """One message; `TooFast` when none is left, and none is taken then."""
        if now > self._at:
            self._tokens = min(self._burst, self._tokens + (now - self._at) * self._per_second)
            self._at = now
        if self._tokens < 1:
            raise TooFast
        self._tokens -= 1
