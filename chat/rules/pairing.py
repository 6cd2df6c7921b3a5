"""PURE: where each visitor stands, and who is next. It knows no store; it decides, and the store's script wins the race."""

from collections.abc import Iterable

from msgspec import Struct

from chat.rules.ids import Sid


class Place(Struct, frozen=True):
    """One visitor's place in the queue. `number` is given once and never changes, so no position ever rises."""

    sid: Sid
    number: int
    since: int
    """Unix seconds."""
    language: str
    entrance: str | None
    leased: bool
    away: bool
    """Without a socket: passed over, and the place is kept (E8)."""
    kept: frozenset[bytes] | None = None
    """H(certificate) of those who alone may take this one, since it continues a conversation of theirs (E9)."""


def in_order(places: Iterable[Place]) -> list[Place]:
    """As they stand in the queue."""
    return sorted(places, key=lambda place: place.number)


def shown_to(places: Iterable[Place], certificate: bytes | None = None) -> list[Place]:
    """In order, without those that are kept for others: nobody else stands before or behind them (E9)."""
    return [place for place in in_order(places) if place.kept is None or certificate in place.kept]


def candidates(places: Iterable[Place], certificate: bytes | None = None) -> list[Place]:
    """Whom this device may take now, the first in turn first: present, leased to nobody, kept for nobody else."""
    return [place for place in shown_to(places, certificate) if not (place.leased or place.away)]


def position(places: Iterable[Place], sid: Sid) -> int | None:
    """1 is next. Leased and absent ones are counted, so that nobody's position rises when they come back."""
    order = [place.sid for place in shown_to(places)]
    return order.index(sid) + 1 if sid in order else None
