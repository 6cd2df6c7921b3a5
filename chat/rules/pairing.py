"""PURE: where each visitor stands, who is next, and who may take whom (Before 5, 7, 8; Prof 1; E8, E9). It knows no store and no
clock; it decides, and the store's script wins the race. docs/routing.md tells the same in words.

Two queues stand beside each other: visitors, and those who ask in their work. In each the order is triage, then the turn; who
waits moves up by a step of urgency every `STEP_SECONDS`, so that nobody waits for ever behind those who come later.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from chat.rules.ids import Sid
from chat.rules.told import CALM, NOTHING, Gender, Takes, Told, Wish

STEP_SECONDS: Final = 20 * 60
"""Who has waited so long counts as more urgent by one; who has waited twice as long, like somebody in danger."""
WORK_SECONDS: Final = 2 * STEP_SECONDS
"""So long whoever asks in their work waits behind every visitor; then they have their turn, at whoever has a seat for them."""
WORK_AT_ONCE: Final = 1
"""Of a counsellor who takes both: the seats for those who ask in their work. All others are the visitors'."""


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
    returned: bool = False
    """Came back by a code: not yet recognised (R2)."""
    told: Told = NOTHING
    turn: int | None = None
    """Where triage was changed while waiting: a number as of a place that was given then; None: `number`."""
    first: int | None = None
    """The same of when triage was told first; None: `number`, or nothing was told."""
    declined: frozenset[str] = frozenset()
    """By H(name), those who have declined: this one is offered to them no more."""

    @property
    def work(self) -> bool:
        """In the professionals' own queue (Prof 1)."""
        return self.entrance == "work"

    def is_without(self, name: str) -> bool:
        """Whether somebody of this name never takes this one: by the visitor's wish, or their own."""
        return name in self.told.without or name in self.declined


class Answerer(Struct, frozen=True):
    """A counsellor, as far as it decides whom they may take. `name`: H(name), as `Told.without` has it."""

    certificate: bytes = b""
    name: str = ""
    languages: tuple[str, ...] = ()
    gender: Gender | None = None
    takes: Takes = "both"


# Who may take whom

_FITS: Final[dict[Wish, Callable[[Place, Answerer], bool]]] = {
    "work": lambda place, who: who.takes in ("both", "work" if place.work else "visitors"),
    "language": lambda place, who: not place.told.languages or any(t in who.languages for t in place.told.languages),
    "gender": lambda place, who: place.told.gender in (None, who.gender),
    "without": lambda place, who: not place.is_without(who.name),
}  # fmt: skip


def fits(place: Place, who: Answerer) -> bool:
    """Whether the two may meet. One that goes on is its members', whatever was wished (E9)."""
    if place.kept is not None:
        return who.certificate in place.kept
    return all(fit(place, who) for fit in _FITS.values())


def unmet(place: Place, staff: Iterable[Answerer]) -> list[Wish]:
    """What keeps everybody of these from answering; empty: somebody could, or nobody is there. Where each wish alone could be met
    and not all together, all of them."""
    everybody = list(staff)
    if place.kept is not None or not everybody or any(fits(place, who) for who in everybody):
        return []
    alone = [wish for wish, fit in _FITS.items() if not any(fit(place, who) for who in everybody)]
    told = place.told
    wished: dict[Wish, object] = {
        "work": place.work, "language": told.languages, "gender": told.gender, "without": told.without or place.declined,
    }  # fmt: skip
    return alone or [wish for wish, made in wished.items() if made]


def candidates(
    places: Iterable[Place], who: Answerer, now: int, *, work_seats: int = WORK_AT_ONCE
) -> list[Place]:
    """Whom this one may take now, the first in turn first: present, leased to nobody, and fitting. `work_seats`: for how many more
    who ask in their work there is a seat."""
    free = [place for place in places if not (place.leased or place.away) and fits(place, who)]
    seated = [place for place in free if work_seats > 0 or not place.work or place.kept is not None]
    return sorted(seated, key=lambda place: _turn(place, now))


# Where each stands


def in_order(places: Iterable[Place]) -> list[Place]:
    """By their numbers: as they came."""
    return sorted(places, key=lambda place: place.number)


def in_turn(places: Iterable[Place], now: int) -> list[Place]:
    """As they are answered, where everybody could take everybody."""
    return sorted(places, key=lambda place: _turn(place, now))


def shown_to(places: Iterable[Place], who: Answerer | None, now: int) -> list[Place]:
    """In turn, without those that are kept for others, and those who are not to meet this one: they are not even seen (Before 8)."""
    if who is None:
        return in_turn((place for place in places if place.kept is None), now)
    mine = [
        p for p in places if (not p.is_without(who.name) if p.kept is None else who.certificate in p.kept)
    ]
    return in_turn(mine, now)


def positions(places: Iterable[Place]) -> dict[Sid, int]:
    """1 is next. Leased and absent ones are counted, so that nobody's position rises when they come back; those who come later
    are not, however urgent: that they may be answered first is said in words."""
    lanes: dict[bool, list[Place]] = {False: [], True: []}
    for place in in_order(place for place in places if place.kept is None):
        lanes[place.work].append(place)
    return {sid: number for lane in lanes.values() for sid, number in _numbered(lane)}


def position(places: Iterable[Place], sid: Sid) -> int | None:
    """Of one; None: it does not wait here."""
    return positions(places).get(sid)


def _numbered(lane: Sequence[Place]) -> Iterator[tuple[Sid, int]]:
    """Of one queue, in the order of numbers."""
    from_start, changed = [0] * CALM, list[Place]()
    for at, me in enumerate(lane):
        urgency = me.told.urgency
        if urgency == CALM:
            yield me.sid, at + 1
            continue
        yield me.sid, 1 + sum(from_start[: urgency + 1]) + sum(_counts(other, me) for other in changed)
        if me.turn is None:
            from_start[urgency] += 1
        else:
            changed.append(me)


def _counts(other: Place, me: Place) -> bool:
    """Whether one who came before, and changed triage, stands before me, who am urgent: as urgent, and said so before I said
    anything."""
    mine = me.number if me.first is None else me.first
    return other.told.urgency <= me.told.urgency and _told_at(other) <= mine


def told_again(place: Place, told: Told, newest: int) -> Place:
    """The place of one who tells something else while waiting; `newest`: the next number. Triage counts from now, and no position
    of anybody rises by it. The store's script does the same."""
    if told.urgency == place.told.urgency:
        return replace(place, told=told)
    if told.urgency == CALM:
        return replace(place, told=told, turn=None, first=None)
    began = newest if place.told.urgency == CALM else place.number
    return replace(place, told=told, turn=newest, first=place.first or began)


def _told_at(place: Place) -> int:
    return place.number if place.turn is None else place.turn


def _turn(place: Place, now: int) -> tuple[bool, bool, int, int]:
    """What comes first is smaller: who goes on (E9), visitors before those in their work, the urgent, the earlier."""
    waited = now - place.since
    behind = place.work and waited < WORK_SECONDS
    urgency = max(0, place.told.urgency - max(0, waited) // STEP_SECONDS)
    return place.kept is None, behind, urgency, _told_at(place)
