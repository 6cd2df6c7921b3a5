"""How often one source has asked lately (W2), in this process's memory and nowhere else.

An address is never kept: only a hash of it under a random key that dies with the process, an IPv6 one by its /64. It decides how
much work is asked for, never whether somebody is let in.
"""

import hmac
import ipaddress
import secrets
from collections import OrderedDict, deque
from typing import Final

HOUR_SECONDS: Final = 3600
SOURCES: Final = 10_000
"""The longest unseen is forgotten first."""
REMEMBERED: Final = 64
"""Times of one source; more change nothing any more."""


class Sources:
    """Of one process."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._times: OrderedDict[bytes, deque[float]] = OrderedDict()

    def count(self, address: str, now: float) -> int:
        """How often this one asked within the last hour, this time included."""
        name = hmac.digest(self._key, _network(address), "sha256")
        times = self._times.pop(name, deque(maxlen=REMEMBERED))
        while times and times[0] <= now - HOUR_SECONDS:
            times.popleft()
        times.append(now)
        self._times[name] = times
        if len(self._times) > SOURCES:
            self._times.popitem(last=False)
        return len(times)


def _network(address: str) -> bytes:
    """What one household or house has: an IPv4 address, or the first half of an IPv6 one. Anything else is one source."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return b""
    if isinstance(parsed, ipaddress.IPv6Address):
        mapped = parsed.ipv4_mapped
        return mapped.packed if mapped else parsed.packed[:8]
    return parsed.packed
